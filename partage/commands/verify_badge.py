"""`partage verify badge`: checking an Open Badge 3.0, with its issuer's keys or with the site gone."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from partage.register.audit import Address, SourceError
from partage.training.checking import (
    NO_STATUS,
    UNKNOWN_KEY,
    Badge,
    BadgeRefused,
    check_badge,
    check_status,
    read_badge,
)

LONGEST = 400_000  # bytes


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--keys",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The issuer's public keys (its keys.json), so that nothing is asked of it.",
)
@click.option(
    "--status",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The issuer's status list, as its site served it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what it says as JSON.")
def badge(file: Path, keys: Path | None, status: Path | None, *, as_json: bool) -> None:
    """Check a badge: whole, signed by its issuer's key, in its dates, not revoked.

    Without --keys the key is asked of the address that the badge names, which must be its
    issuer's; without --status so is the list of what was revoked. With --keys alone nothing is
    asked of anybody, and whether the badge was revoked is left unsaid.

    \b
    Example:
      partage verify badge badge-help.jwt --keys keys.json
    """
    try:
        held = read_badge(_text(file))
        key = _kept_key(held, keys) if keys else _asked_key(held)
        check_badge(held, key)
        is_checked = _check_status(held, key, status, is_offline=keys is not None)
    except (BadgeRefused, SourceError) as error:
        raise click.ClickException(f"{file.name}: {error}") from None
    facts = _facts(held, is_checked=is_checked)
    click.echo(json.dumps(facts, indent=2, ensure_ascii=False) if as_json else _words(facts))


def _text(file: Path) -> str:
    try:
        return file.read_bytes()[:LONGEST].decode(errors="replace")
    except OSError as error:
        raise SourceError(f"it cannot be read: {error.strerror}.") from None


def _kept_key(held: Badge, keys: Path) -> Mapping[str, Any]:
    """The key of that name in the file."""
    try:
        known = json.loads(_text(keys))["keys"]
        found = [key for key in known if held.kid.rpartition("/")[2] == key.get("kid")]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise SourceError(f"{keys.name} holds no public keys: it should be a keys.json.") from None
    if not found:
        raise BadgeRefused(UNKNOWN_KEY)
    return dict(found[0])


def _asked_key(held: Badge) -> Mapping[str, Any]:
    """From the address that the badge names, which must be a place of its issuer's."""
    place, issuer = urlsplit(held.kid), urlsplit(held.issuer)
    if not place.netloc or (place.scheme, place.netloc) != (issuer.scheme, issuer.netloc):
        raise BadgeRefused(UNKNOWN_KEY)
    try:
        key = json.loads(_asked(held.kid))
    except ValueError:
        raise SourceError(f"{held.kid} is no public key.") from None
    return key if isinstance(key, dict) else {}


def _asked(address: str) -> str:
    start, _slash, name = address.rpartition("/")
    return Address(start).read(name).decode(errors="replace")


def _check_status(
    held: Badge, key: Mapping[str, Any], status: Path | None, *, is_offline: bool
) -> bool:
    """Whether it could be told; raises BadgeRefused when the badge was revoked."""
    if status:
        check_status(held, _text(status), key)
        return True
    if is_offline or not held.status:
        return False
    address = str(held.status.get("statusListCredential", ""))
    if urlsplit(address)[:2] != urlsplit(held.issuer)[:2]:
        raise BadgeRefused(NO_STATUS)
    text = _asked(address)
    list_key = _asked_key(Badge(text, read_badge(text).header, held.said))
    check_status(held, text, list_key)
    return True


def _facts(held: Badge, *, is_checked: bool) -> dict[str, Any]:
    return {
        "badge": held.said.get("id"),
        "skill": held.achievement.get("name"),
        "issuer": held.issuer,
        "since": held.said.get("validFrom"),
        "key": held.kid,
        "revocation": "not revoked" if is_checked else "not checked",
    }


def _plain(value: object) -> str:
    """For a terminal: what a badge holds might steer it."""
    text = str(value)
    return text if text.isprintable() else ascii(text)


def _words(facts: dict[str, Any]) -> str:
    return "\n".join(
        [
            f"This badge holds: {_plain(facts['skill'])}",
            f"Issued by {_plain(facts['issuer'])}, since {_plain(facts['since'])}",
            f"Signed with {_plain(facts['key'])}",
            f"Revocation: {facts['revocation']}",
        ]
    )
