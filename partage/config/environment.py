"""The PARTAGE_… variables: read, checked and documented in one place.

`python -m partage.config.environment` prints docs/settings.md.
"""

import os
import re
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit


class SettingError(Exception):
    """A PARTAGE_… variable holds something that cannot be used."""


@dataclass(frozen=True)
class Variable:
    name: str
    default: str
    meaning: str


VARIABLES = (
    Variable(
        "PARTAGE_DATA_DIR", "var", "Folder for the SQLite file, collected static files and keys."
    ),
    Variable(
        "PARTAGE_DATABASE_URL",
        "",
        "`postgres://user:password@host:5432/name`; empty means SQLite in the data folder.",
    ),
    Variable(
        "PARTAGE_BASE_URL",
        "http://localhost:8000",
        "Public address of the site. `https://` switches on secure cookies and HSTS.",
    ),
    Variable("PARTAGE_HOSTS", "", "Further host names the site answers to, separated by commas."),
    Variable(
        "PARTAGE_SECRET_KEY",
        "",
        "At least 50 random characters. Empty: made once and kept in the data folder.",
    ),
    Variable(
        "PARTAGE_LISTEN", "127.0.0.1:8000", "Address and port that `partage serve` listens on."
    ),
    Variable("PARTAGE_WEB_PROCESSES", "2", "Web processes of `partage serve`."),
    Variable(
        "PARTAGE_WEB_THREADS",
        "2",
        "Threads in each web process. All but one may send long files at once.",
    ),
    Variable(
        "PARTAGE_TRUSTED_PROXY",
        "no",
        "`yes` when a proxy overwrites X-Forwarded-For and X-Forwarded-Proto.",
    ),
    Variable(
        "PARTAGE_NEW_PARTICIPANTS_PER_HOUR",
        "600",
        "New participants accepted in one hour from one network (/24 or /56).",
    ),
    Variable(
        "PARTAGE_ACTS_PER_MINUTE", "60", "Votes and proposals one participant may send in a minute."
    ),
    Variable(
        "PARTAGE_WITNESSES",
        "",
        "Witnesses that cosign the register, as `https://address#name+id+key`, separated by commas.",
    ),
    Variable(
        "PARTAGE_KEEP_FREE_MB",
        "100",
        "Room kept free on the disk of the SQLite file: below it nothing more is recorded.",
    ),
    Variable(
        "PARTAGE_MAIL_URL",
        "",
        "`smtps://user:password@host:465`, or `smtp://…:587` (STARTTLS, but on this machine). "
        "Empty: no mail, sign-in links are shown instead.",
    ),
    Variable("PARTAGE_MAIL_FROM", "", "Address that mail is sent from; needed with a mail server."),
    Variable(
        "PARTAGE_ADMINISTRATORS_NEED_SECOND_FACTOR",
        "no",
        "`yes`: an administrator sets up an authenticator application before any other page of "
        "the desk opens.",
    ),
    Variable(
        "PARTAGE_IDENTITY_PROVIDERS",
        "",
        "TOML file of OpenID Connect providers, such as FranceConnect or ProConnect "
        "([how to write it](operating.md#identity-providers)). Empty: none.",
    ),
    Variable("PARTAGE_PUBLISHER", "", "Legal notice: who publishes the site, with its legal form."),
    Variable("PARTAGE_PUBLISHER_ADDRESS", "", "Legal notice: the publisher's postal address."),
    Variable("PARTAGE_PUBLISHER_PHONE", "", "Legal notice: the publisher's telephone."),
    Variable(
        "PARTAGE_PUBLISHER_REGISTRATION",
        "",
        "Legal notice: the publisher's number in a public register, if it has one.",
    ),
    Variable("PARTAGE_PUBLICATION_DIRECTOR", "", "Legal notice: the director of publication."),
    Variable("PARTAGE_HOST", "", "Legal notice: who hosts the site."),
    Variable("PARTAGE_HOST_ADDRESS", "", "Legal notice: the host's postal address."),
    Variable("PARTAGE_HOST_PHONE", "", "Legal notice: the host's telephone."),
    Variable("PARTAGE_CONTACT", "", "E-mail address at which a person answers."),
    Variable(
        "PARTAGE_DATA_PROTECTION_OFFICER", "", "Address of the data protection officer, if any."
    ),
    Variable(
        "PARTAGE_ACCESSIBILITY",
        "none",
        "What an audit against RGAA or WCAG found: `none` (no audit, or under half), `partial`, `full`.",
    ),
    Variable(
        "PARTAGE_OPEN_DATA_LICENCE",
        "https://spdx.org/licenses/etalab-2.0",
        "Address of the licence that open data goes out under.",
    ),
    Variable(
        "PARTAGE_EMBED_ON",
        "",
        "Sites whose pages may show results in a frame, such as `https://www.example.org`, separated by "
        "commas; `*`: any site. Empty: none.",
    ),
    Variable("PARTAGE_SOURCE_URL", "", "Where the source code of this very site can be had."),
    Variable("PARTAGE_METRICS_TOKEN", "", "Bearer token of /metrics; empty closes the page."),
    Variable(
        "PARTAGE_NUMBA",
        "auto",
        "`auto`: where numba is installed (`partage[fast]`), Polis-mode landscapes of millions of votes "
        "use it; `no`: never; `yes`: for any number of votes.",
    ),
    Variable("PARTAGE_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR."),
    Variable("PARTAGE_DEBUG", "no", "`yes` shows tracebacks in the page; never on a public site."),
)
# What the law wants on every site; the rest of the legal notice is said where there is some.
COMPULSORY = (
    "PARTAGE_PUBLISHER", "PARTAGE_PUBLISHER_ADDRESS", "PARTAGE_PUBLISHER_PHONE",
    "PARTAGE_PUBLICATION_DIRECTOR", "PARTAGE_HOST", "PARTAGE_HOST_ADDRESS", "PARTAGE_HOST_PHONE",
    "PARTAGE_CONTACT",
)  # fmt: skip
ACCESSIBILITY_CHOICES = ("none", "partial", "full")
ORIGIN = re.compile(r"https?://(\*\.)?[A-Za-z0-9.-]+(:[0-9]{1,5})?")
HERE = frozenset({"localhost", "127.0.0.1", "::1"})
NUMBA_CHOICES = ("auto", "no", "yes")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
DEFAULTS = {variable.name: variable.default for variable in VARIABLES}


def read(name: str) -> str:
    return os.environ.get(name, "").strip() or DEFAULTS[name]


def read_flag(name: str) -> bool:
    value = read(name).lower()
    if value not in {"yes", "no"}:
        raise SettingError(f"{name} must be yes or no, got {value!r}.")
    return value == "yes"


def read_number(name: str) -> int:
    value = read(name)
    if not value.isdecimal() or int(value) == 0:
        raise SettingError(f"{name} must be a whole number above 0, got {value!r}.")
    return int(value)


def read_log_level() -> str:
    value = read("PARTAGE_LOG_LEVEL")
    if value not in LOG_LEVELS:
        raise SettingError(f"PARTAGE_LOG_LEVEL must be one of {LOG_LEVELS}, got {value!r}.")
    return value


def check_numba() -> None:
    """Refuse a choice that `partage.calc.accelerated` could not follow."""
    value = read("PARTAGE_NUMBA").lower()
    if value not in NUMBA_CHOICES:
        raise SettingError(f"PARTAGE_NUMBA must be one of {NUMBA_CHOICES}, got {value!r}.")
    if value == "yes" and find_spec("numba") is None:
        raise SettingError(
            "PARTAGE_NUMBA is yes, but numba is not installed: install partage[fast], or write auto."
        )


def read_witnesses() -> list[tuple[str, str]]:
    """Address and key of each witness."""
    pairs = [one.strip().partition("#") for one in read("PARTAGE_WITNESSES").split(",")]
    for address, _, vkey in pairs:
        if address and not (address.startswith(("https://", "http://")) and vkey.count("+") >= 2):
            raise SettingError(
                f"PARTAGE_WITNESSES must hold https://address#name+id+key, got {address[:60]!r}."
            )
    return [(address.rstrip("/"), vkey) for address, _, vkey in pairs if address]


def read_licence() -> str:
    value = read("PARTAGE_OPEN_DATA_LICENCE")
    if not value.startswith(("https://", "http://")):
        raise SettingError(f"PARTAGE_OPEN_DATA_LICENCE must be a web address, got {value[:60]!r}.")
    return value


def read_embed_on() -> list[str]:
    """Origins for frame-ancestors, and nothing that could end that directive."""
    sites = [one.strip() for one in read("PARTAGE_EMBED_ON").split(",") if one.strip()]
    for site in sites:
        if site != "*" and not ORIGIN.fullmatch(site):
            raise SettingError(
                "PARTAGE_EMBED_ON must hold sites such as https://www.example.org, or *, "
                f"got {site[:60]!r}."
            )
    return sites


@dataclass(frozen=True)
class MailServer:
    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    is_encrypted: bool = False  # from the first byte
    starts_encryption: bool = False
    sender: str = ""


def read_mail() -> MailServer:
    """Where mail goes; without a host, nowhere."""
    url, sender = read("PARTAGE_MAIL_URL"), read("PARTAGE_MAIL_FROM")
    if not url:
        return MailServer()
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or "@" not in sender:
        raise SettingError(
            "PARTAGE_MAIL_URL must look like smtps://user:password@host:465, with an address in "
            f"PARTAGE_MAIL_FROM; got the scheme {parts.scheme!r} and the sender {sender!r}."
        )
    is_encrypted = parts.scheme == "smtps"
    return MailServer(
        host=parts.hostname,
        port=parts.port or (465 if is_encrypted else 587),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        is_encrypted=is_encrypted,
        starts_encryption=not is_encrypted and parts.hostname not in HERE,
        sender=sender,
    )


def read_legal() -> dict[str, str]:
    """What the pages of law say of who publishes and hosts the site, by variable."""
    names = [*COMPULSORY, "PARTAGE_PUBLISHER_REGISTRATION", "PARTAGE_DATA_PROTECTION_OFFICER"]
    return {name: read(name) for name in [*names, "PARTAGE_SOURCE_URL"]}


def read_accessibility() -> str:
    value = read("PARTAGE_ACCESSIBILITY").lower()
    if value not in ACCESSIBILITY_CHOICES:
        raise SettingError(
            f"PARTAGE_ACCESSIBILITY must be one of {ACCESSIBILITY_CHOICES}, got {value!r}."
        )
    return value


def read_listen() -> tuple[str, int]:
    host, _, port = read("PARTAGE_LISTEN").rpartition(":")
    if not host or not port.isdecimal():
        raise SettingError(f"PARTAGE_LISTEN must be ADDRESS:PORT, got {read('PARTAGE_LISTEN')!r}.")
    return host, int(port)


def postgres(url: str) -> dict[str, object]:
    """Django's settings for a `postgres://…` address."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise SettingError(
            "PARTAGE_DATABASE_URL must look like postgres://user:password@host:5432/name, "
            f"got the scheme {parts.scheme!r}."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        # The pool keeps connections; Django itself must not.
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": 16, "timeout": 5},
            # An answer means that the act is on the disk, whatever the server's own default.
            "options": "-c synchronous_commit=on",
            **dict(parse_qsl(parts.query)),
        },
    }


def sqlite(path: Path) -> dict[str, object]:
    return {
        "ENGINE": "partage.config.sqlite",
        "NAME": str(path),
        "KEEP_FREE_MB": read_number("PARTAGE_KEEP_FREE_MB"),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # No mmap: with several processes it turns a full disk into a crash.
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                "PRAGMA cache_size=-65536; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY;"
                "PRAGMA mmap_size=0; PRAGMA journal_size_limit=67108864"
            ),
        },
    }


def page() -> str:
    """docs/settings.md, made from the table above."""
    rows = [
        f"| `{v.name}` | {f'`{v.default}`' if v.default else 'empty'} | {v.meaning} |"
        for v in VARIABLES
    ]
    return "\n".join(
        [
            "# Settings",
            "",
            "Partage is set by environment variables alone. `partage check` says what is missing or",
            "unsafe. This page is generated: `python -m partage.config.environment > docs/settings.md`.",
            "",
            "| variable | default | meaning |",
            "| --- | --- | --- |",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    sys.stdout.write(page())
