"""People who vote over HTTP without pause, and remember what the site told them."""

import asyncio
import itertools
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from faults.compare import Pair
from faults.outcome import NothingTested
from partage.commands.load import MASKED, SECRET, Connection, is_accepted

CLIENTS = 12
ANSWERS = (1, -1, 0)
# A site that is down must not use up the pairs.
PAUSE_AFTER_REFUSAL = 0.05


@dataclass
class Poll:
    """What to vote on, and where. Each pair of a person and a statement is handed out once."""

    port: int
    path: str
    tokens: dict[int, str]
    statements: list[int]
    unused: Iterator[Pair] = field(init=False)

    def __post_init__(self) -> None:
        every = itertools.product(self.statements, self.tokens)
        self.unused = (Pair(person, statement) for statement, person in every)

    def request(self, pair: Pair, answer: int) -> bytes:
        host = f"localhost:{self.port}"
        body = f"csrfmiddlewaretoken={MASKED}&statement={pair.statement}&answer={answer}"
        token = self.tokens[pair.participant]
        return (
            f"POST {self.path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
            f"Cookie: participant={token}.20990101; csrftoken={SECRET}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()


class Voters:
    """Twelve clients; `acknowledged` holds what the site said it had recorded."""

    def __init__(self, poll: Poll) -> None:
        self.poll = poll
        self.acknowledged: dict[Pair, int] = {}
        self.refusals: Counter[str] = Counter()
        self.last_refusal = 0.0
        self.ended = threading.Event()

    async def vote(self) -> None:
        await asyncio.gather(*(self._vote_without_pause() for _ in range(CLIENTS)))

    async def _vote_without_pause(self) -> None:
        connection = Connection(self.poll.port)
        while not self.ended.is_set():
            pair, answer = next(self.poll.unused), secrets.choice(ANSWERS)
            status = await connection.ask(self.poll.request(pair, answer))
            if is_accepted(status):
                self.acknowledged[pair] = answer
            else:
                self.refusals[status] += 1
                self.last_refusal = time.monotonic()
                await asyncio.sleep(PAUSE_AFTER_REFUSAL)
        connection.close()

    def so_far(self) -> dict[Pair, int]:
        """A copy, taken in one step: the votes go on."""
        return self.acknowledged.copy()

    def wait_for_more(self, within: float = 30.0) -> None:
        """Wait until a vote is acknowledged from now on; it is a failure when none is."""
        if not self.wait_for_acknowledgement(within):
            heard = dict(self.refusals.most_common(3))
            raise NothingTested(
                f"no vote was acknowledged within {within:.0f} s: nothing was tested. "
                f"Other answers so far: {heard}."
            )

    def wait_for_acknowledgement(self, within: float = 30.0) -> bool:
        """Whether a vote is acknowledged from now on, within so many seconds."""
        before, until = len(self.acknowledged), time.monotonic() + within
        while len(self.acknowledged) == before and time.monotonic() < until:
            time.sleep(0.005)
        return len(self.acknowledged) > before

    def wait_for_refusal(self, within: float = 30.0) -> bool:
        """Whether a vote is refused from now on, within so many seconds."""
        began = time.monotonic()
        while self.last_refusal < began and time.monotonic() < began + within:
            time.sleep(0.005)
        return self.last_refusal >= began


@contextmanager
def voting(poll: Poll) -> Iterator[Voters]:
    """Votes that go on in a thread for as long as the block."""
    voters = Voters(poll)
    thread = threading.Thread(target=asyncio.run, args=[voters.vote()])
    thread.start()
    try:
        voters.wait_for_more()
        yield voters
    finally:
        voters.ended.set()
        thread.join()
