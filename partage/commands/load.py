"""Requests sent to a site on this machine, from a process of their own.

`python -m partage.commands.load` reads a Load as JSON and writes a Heard as JSON: run apart, what
it costs is not counted as the site's.
"""

import asyncio
import itertools
import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

SECRET = "s" * 32
# What a form holds: a mask, then the cookie's secret under it. This mask ("aa…") changes nothing.
MASKED = "a" * 32 + SECRET
ANSWERS = (1, -1, 0)
PATIENCE = 60.0


@dataclass(frozen=True)
class Load:
    """Answers to send: as fast as they are taken, or by people who answer every so often."""

    port: int
    path: str
    seconds: float
    connections: int
    every: float | None = None
    htmx: bool = False
    skip: int = 0
    tokens: list[str] = field(default_factory=list)  # participants' cookies; none: plain GET
    statements: list[int] = field(default_factory=list)


@dataclass
class Heard:
    """What came back, one latency for each answer."""

    seconds: float = 0.0
    accepted: int = 0
    other: Counter[str] = field(default_factory=Counter)
    latencies_ms: list[float] = field(default_factory=list)

    @property
    def answered(self) -> int:
        return len(self.latencies_ms)


def send(load: Load) -> Heard:
    """Run the load in another process and wait for what it heard."""
    done = subprocess.run(
        [sys.executable, "-m", "partage.commands.load"],
        input=json.dumps(asdict(load)),
        text=True,
        stdout=subprocess.PIPE,
        check=True,
        timeout=load.seconds + 2 * PATIENCE,
        start_new_session=True,
    )
    told = json.loads(done.stdout)
    return Heard(told["seconds"], told["accepted"], Counter(told["other"]), told["latencies_ms"])


def requests(load: Load) -> Iterator[bytes]:
    """Endless requests; with tokens, each person answers one statement after the other."""
    host = f"localhost:{load.port}"
    common = f"Host: {host}\r\nUser-Agent: partage-bench\r\nAccept-Encoding: gzip\r\n"
    if not load.tokens:
        yield from itertools.repeat(f"GET {load.path} HTTP/1.1\r\n{common}\r\n".encode())
    common += f"Origin: http://{host}\r\n" + ("HX-Request: true\r\n" if load.htmx else "")
    for number in itertools.count(load.skip):
        turn, person = divmod(number, len(load.tokens))
        statement = load.statements[turn % len(load.statements)]
        answer = ANSWERS[(person + turn) % len(ANSWERS)]
        body = f"csrfmiddlewaretoken={MASKED}&statement={statement}&answer={answer}"
        body += f"&once=bench-of-the-site-{number:012}"
        yield (
            f"POST {load.path} HTTP/1.1\r\n{common}"
            f"Cookie: participant={load.tokens[person]}.20990101; csrftoken={SECRET}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()


class Connection:
    """One kept-alive connection."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> str:
        """The status of the answer; "no answer" when the connection broke or stayed silent."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._ask(request)
        except (OSError, EOFError, TimeoutError):
            self.close()
            return "no answer"

    async def _ask(self, request: bytes) -> str:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        lines = [line.partition(":") for line in head.split("\r\n")[1:]]
        fields = {name.lower(): value.strip() for name, _, value in lines}
        await reader.readexactly(int(fields["content-length"]))
        status, location = head.split(" ", 2)[1], fields.get("location")
        return f"{status} to {location}" if location else status

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def is_accepted(status: str) -> bool:
    """A page, or the redirect to the next card."""
    return status.startswith("2") or (status.startswith("3") and status.endswith("#card"))


async def run(load: Load) -> Heard:
    heard, sending, started = Heard(), requests(load), time.perf_counter()
    until = started + load.seconds

    async def ask(connection: Connection, since: float) -> None:
        status = await connection.ask(next(sending))
        heard.latencies_ms.append((time.perf_counter() - since) * 1000)
        if is_accepted(status):
            heard.accepted += 1
        else:
            heard.other[status] += 1

    async def answer_without_pause() -> None:
        connection = Connection(load.port)
        while (now := time.perf_counter()) < until:
            await ask(connection, now)
        connection.close()

    async def answer_every(pause: float, phase: float) -> None:
        connection, at = Connection(load.port), started + phase
        while at < until:
            await asyncio.sleep(max(0.0, at - time.perf_counter()))
            # Timed from when it was due, so that a slow site does not slow its own measure.
            await ask(connection, at)
            at += pause
        connection.close()

    if load.every is None:
        people = [answer_without_pause() for _ in range(load.connections)]
    else:
        draw = random.Random(load.skip)  # noqa: S311 - the same phases at each run
        pause = load.every
        people = [answer_every(pause, draw.uniform(0, pause)) for _ in range(load.connections)]
    await asyncio.gather(*people)
    heard.seconds = time.perf_counter() - started
    return heard


def main() -> None:
    heard = asyncio.run(run(Load(**json.load(sys.stdin))))
    json.dump(vars(heard), sys.stdout)  # asdict would copy a Counter wrongly


if __name__ == "__main__":
    main()
