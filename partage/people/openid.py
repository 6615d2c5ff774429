"""OpenID Connect, as a site that asks: authorization code, PKCE, state and nonce.

What a provider is asked is who somebody is; no profile is asked, and what comes is not kept.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from joserfc import jwt
from joserfc.errors import ClaimError, ExpiredTokenError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from partage.people.asking_providers import ProviderDown, ask
from partage.people.identity_providers import Provider, is_safe_address

A_WHILE = 3600  # seconds that what a provider publishes is remembered
KEYS_AGAIN = 60  # seconds between two looks for a key that is not known
CLOCKS_DIFFER = 60  # seconds
LONGEST_CODE, LONGEST_SUBJECT = 2048, 255
# Which refusal a claim that does not hold stands for.
WHYS = {"iss": "issuer", "aud": "audience", "azp": "audience", "nonce": "nonce", "exp": "late"}
PUBLISHED = ("authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint")


class IdentityRefused(Exception):
    """What came back does not show who it is; `why` names the sentence to show."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Question:
    """What goes away with the browser and must come back: only it can finish what it began."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Shown:
    """Who it is, as a number of the provider's; the token ends the session there."""

    subject: str
    token: str


def provider_of(slug: str) -> Provider | None:
    found: dict[str, Provider] = {one.slug: one for one in settings.IDENTITY_PROVIDERS}
    return found.get(slug)


def back_address(provider: Provider) -> str:
    return str(settings.BASE_URL) + reverse("identity-back", args=[provider.slug])


def begin(provider: Provider) -> tuple[str, Question]:
    """Where to send the browser, and what it keeps meanwhile."""
    asked = Question(*(secrets.token_urlsafe(32) for _each in range(3)))
    digest = hashlib.sha256(asked.verifier.encode()).digest()
    words = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": back_address(provider),
        "scope": provider.scope,
        "state": asked.state,
        "nonce": asked.nonce,
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
    } | ({"acr_values": provider.acr} if provider.acr else {})
    return with_query(_published(provider)["authorization_endpoint"], words), asked


def finish(provider: Provider, asked: Question, sent: Mapping[str, str]) -> Shown:
    """Who came back. Raises IdentityRefused, or ProviderDown."""
    if not hmac.compare_digest(asked.state.encode(), sent.get("state", "").encode()):
        raise IdentityRefused("state")
    # RFC 9207: an answer that another provider signed is not taken for this one's.
    if sent.get("iss", provider.issuer) != provider.issuer:
        raise IdentityRefused("issuer")
    code = sent.get("code", "")
    if "error" in sent or not 0 < len(code) <= LONGEST_CODE:
        raise IdentityRefused("stopped")
    token = _token(provider, asked, code)
    claims = _claims(provider, token)
    _check(provider, asked, claims)
    return Shown(claims["sub"], token)


def leaving_address(provider: Provider, token: str) -> str:
    """Where the session at the provider ends; empty when it has no such page, or does not answer."""
    try:
        address = _published(provider).get("end_session_endpoint", "")
    except ProviderDown:
        return ""
    words = {
        "post_logout_redirect_uri": f"{settings.BASE_URL}/",
        "state": secrets.token_urlsafe(32),
    }
    return with_query(address, words | {"id_token_hint": token}) if address else ""


def with_query(address: str, words: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(words)}"


def _published(provider: Provider) -> dict[str, str]:
    """The provider's addresses: those of the settings, else those that it publishes."""
    if provider.token_endpoint:
        return {name: getattr(provider, name) for name in PUBLISHED}
    key = f"openid-addresses-{provider.slug}"
    found: dict[str, str] | None = cache.get(key)
    if found is None:
        said = ask(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
        found = _addresses(provider, said)
        cache.set(key, found, A_WHILE)
    return found


def _addresses(provider: Provider, said: Mapping[str, Any]) -> dict[str, str]:
    if said.get("issuer") != provider.issuer:
        raise ProviderDown("it publishes the addresses of another")
    found = {name: said[name] for name in PUBLISHED if isinstance(said.get(name), str)}
    if not all(is_safe_address(one, site_is_local=settings.IS_LOCAL) for one in found.values()):
        raise ProviderDown("it publishes an address without encryption")
    if not {"authorization_endpoint", "token_endpoint", "jwks_uri"} <= found.keys():
        raise ProviderDown("it publishes no addresses")
    return found


def _token(provider: Provider, asked: Question, code: str) -> str:
    """The ID token that the code is changed for; the access token beside it is not even read."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back_address(provider),
        "code_verifier": asked.verifier,
    }
    headers = {}
    if provider.client_auth == "post":
        form |= {"client_id": provider.client_id, "client_secret": provider.client_secret}
    else:
        pair = f"{quote(provider.client_id, '')}:{quote(provider.client_secret, '')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    said = ask(_published(provider)["token_endpoint"], form, headers)
    token = said.get("id_token")
    if "error" in said or not isinstance(token, str):
        raise IdentityRefused("code")
    return token


def _claims(provider: Provider, token: str) -> dict[str, Any]:
    """What the token says, once its signature holds; a new key is looked for once a minute."""
    try:
        try:
            return jwt.decode(token, _keys(provider), provider.algorithms).claims
        except InvalidKeyIdError:
            if not cache.add(f"openid-keys-again-{provider.slug}", 1, KEYS_AGAIN):
                raise
            return jwt.decode(token, _keys(provider, anew=True), provider.algorithms).claims
    # Some shapes of a token make the library stumble over types.
    except (JoseError, ValueError, TypeError, LookupError, AttributeError):
        raise IdentityRefused("signature") from None


def _keys(provider: Provider, *, anew: bool = False) -> KeySet:
    key = f"openid-keys-{provider.slug}"
    said = None if anew else cache.get(key)
    if said is None:
        said = ask(_published(provider)["jwks_uri"])
        if not isinstance(said.get("keys"), list):
            raise ProviderDown("it publishes no keys")
        cache.set(key, said, A_WHILE)
    return KeySet.import_key_set(said)  # type: ignore[arg-type]


def _check(provider: Provider, asked: Question, claims: dict[str, Any]) -> None:
    """Whether it was said by this provider, to this site, to this question, just now."""
    must: dict[str, Any] = {"iss": provider.issuer, "aud": provider.client_id, "nonce": asked.nonce}
    if isinstance(claims.get("aud"), list) and len(claims["aud"]) > 1:
        must["azp"] = provider.client_id
    options: dict[str, Any] = {name: {"essential": True, "value": must[name]} for name in must}
    options |= {name: {"essential": True} for name in ("sub", "exp", "iat")}
    try:
        jwt.JWTClaimsRegistry(leeway=CLOCKS_DIFFER, **options).validate(claims)
    except ExpiredTokenError:
        raise IdentityRefused("late") from None
    except ClaimError as error:
        raise IdentityRefused(WHYS.get(error.claim.split(",")[0], "signature")) from None
    if len(claims["sub"]) > LONGEST_SUBJECT:
        raise IdentityRefused("signature")
    if not _is_strong_enough(provider.acr, claims.get("acr")):
        raise IdentityRefused("acr")


def _is_strong_enough(wanted: str, got: Any) -> bool:
    """The level that was asked; among those of eIDAS a higher one too."""
    if not wanted or got == wanted:
        return True
    levels = ("eidas1", "eidas2", "eidas3")
    return wanted in levels and got in levels and levels.index(got) > levels.index(wanted)
