"""Reading the file of OpenID Connect providers: each value checked, before the site starts."""

import re
import tomllib
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from partage.config.environment import SettingError
from partage.people.identity_providers import ALGORITHMS, Provider, is_safe_address

VARIABLE = "PARTAGE_IDENTITY_PROVIDERS"
MOST = 8
SLUG = re.compile("[a-z][a-z0-9-]{0,29}")
ADDRESSES = (
    "issuer", "about", "authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint",
)  # fmt: skip
BY_HAND = ("authorization_endpoint", "token_endpoint", "jwks_uri")
CHOICES = {"client_auth": ("basic", "post"), "algorithm": ("", *ALGORITHMS)}


def read_providers(path: str, *, site_is_local: bool) -> tuple[Provider, ...]:
    """One table for each provider, named as its callback address names it; no file, no provider."""
    if not path:
        return ()
    try:
        tables = tomllib.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SettingError(f"{VARIABLE} names a file that cannot be read: {error}.") from None
    if len(tables) > MOST:
        raise SettingError(f"{VARIABLE}: {len(tables)} providers are too many, {MOST} fit a page.")
    return tuple(_provider(slug, table, site_is_local) for slug, table in tables.items())


def _provider(slug: str, table: Any, site_is_local: bool) -> Provider:
    if not SLUG.fullmatch(slug) or not isinstance(table, dict):
        _refuse(slug, "must be a table named in small letters, such as [franceconnect]")
    known = {one.name: one.default for one in fields(Provider) if one.name != "slug"}
    for name, value in table.items():
        if name not in known:
            _refuse(f"{slug}.{name}", f"is not known here; known are {', '.join(known)}")
        if not isinstance(value, str):
            _refuse(f"{slug}.{name}", f"must be a text between quotes, got {value!r}")
    for name, default in known.items():
        if default is MISSING and not table.get(name):
            _refuse(f"{slug}.{name}", "is missing")
    provider = Provider(slug=slug, **table)
    _check(provider, site_is_local)
    return provider


def _check(provider: Provider, site_is_local: bool) -> None:
    for name in ADDRESSES:
        value = getattr(provider, name)
        if value and not is_safe_address(value, site_is_local=site_is_local):
            _refuse(f"{provider.slug}.{name}", f"must begin with https://, got {value[:80]!r}")
    for name, choices in CHOICES.items():
        value = getattr(provider, name)
        if value not in choices:
            _refuse(f"{provider.slug}.{name}", f"must be one of {choices}, got {value[:80]!r}")
    given = [name for name in BY_HAND if getattr(provider, name)]
    if given and len(given) < len(BY_HAND):
        _refuse(provider.slug, f"has {', '.join(given)}: give all of {', '.join(BY_HAND)}, or none")
    if "openid" not in provider.scope.split():
        _refuse(f"{provider.slug}.scope", f"must hold openid, got {provider.scope[:80]!r}")


def _refuse(what: str, sentence: str) -> None:
    raise SettingError(f"{VARIABLE}: {what} {sentence}.")
