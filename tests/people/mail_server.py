"""A mail server on a port of its own, which answers to each address as it is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

from django.conf import LazySettings

TAKEN = "250 2.1.5 Ok"


class MailServer(ThreadingTCPServer):
    """What it `says` to an address, Ok to the others; what it was asked to take, and took."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.says: dict[str, str] = {}
        self.asked: list[str] = []
        self.taken: list[str] = []


class _Conversation(StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 here")
        for line in self.rfile:
            command = line.strip().decode().lower()
            if command.startswith("rcpt to:"):
                self._to(command.removeprefix("rcpt to:").strip("<>"))
            elif command == "data":
                self._say("354 go on")
                while self.rfile.readline().strip() != b".":
                    pass
                self.server.taken.append(self.server.asked[-1])
                self._say("250 taken")
            else:
                self._say("221 bye" if command == "quit" else "250 Ok")

    def _to(self, address: str) -> None:
        self.server.asked.append(address)
        self._say(self.server.says.get(address, TAKEN))

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def mail_server(settings: LazySettings) -> Iterator[MailServer]:
    """The site sends by it meanwhile."""
    with MailServer() as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address[:2]
        settings.MAIL_IS_ON, settings.DEFAULT_FROM_EMAIL = True, "site@example.org"
        yield server
        server.shutdown()
