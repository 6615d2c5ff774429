"""A small OpenID Connect provider with keys of its own, as strict as the standard wants."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from partage.people.identity_providers import Provider

CLIENT, SECRET = "partage-of-tests", "a secret / of: tests"
SUBJECT = "the-number-of-alix-at-the-provider"
PROFILE = {"given_name": "Angela", "family_name": "Dubois", "email": "angela@example.org"}


@dataclass
class LocalProvider:
    """What it is asked, what it answers, and how it is told to misbehave."""

    issuer: str = ""
    subject: str = SUBJECT
    algorithm: str = "ES256"
    client_auth: str = "basic"
    claims: dict[str, Any] = field(default_factory=dict)  # in place of the right ones
    header: dict[str, Any] = field(default_factory=dict)
    documents: dict[str, Any] = field(default_factory=dict)  # in place of what it publishes
    status: int = 200
    slow: float = 0
    forged: str = ""  # a token in place of its own
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    signing: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.new_keys("1")

    def new_keys(self, mark: str) -> None:
        self.signing = {
            "ES256": ECKey.generate_key("P-256", {"kid": f"ec-{mark}", "use": "sig"}),
            "RS256": RSAKey.generate_key(2048, {"kid": f"rsa-{mark}", "use": "sig"}),
        }

    def published(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/end",
        } | self.documents

    def as_set(self, **more: Any) -> Provider:
        words = {"slug": "local", "name": "Local Identity", "issuer": self.issuer}
        words |= {"client_id": CLIENT, "client_secret": SECRET, "client_auth": self.client_auth}
        return Provider(**(words | more))

    def authorize(self, query: dict[str, str]) -> str:
        """Where the person who agreed is sent back to."""
        assert query["response_type"] == "code" and query["client_id"] == CLIENT
        assert query["code_challenge_method"] == "S256" and len(query["nonce"]) > 30
        code = secrets.token_urlsafe(24)
        self.codes[code] = query
        back = urlencode({"code": code, "state": query["state"], "iss": self.issuer})
        return f"{query['redirect_uri']}?{back}"

    def change(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """The ID token for a code, once, for the client and the verifier that it was made for."""
        if not self._knows_client(form, authorization):
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            asked is None
            or form.get("grant_type") != "authorization_code"
            or challenge != asked["code_challenge"]
            or form.get("redirect_uri") != asked["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        token = self.forged or self.token(asked)
        return 200, {"access_token": "unused", "token_type": "Bearer", "id_token": token}

    def _knows_client(self, form: dict[str, str], authorization: str) -> bool:
        if self.client_auth == "post":
            return (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode().split(":")
        return [unquote(one) for one in pair] == [CLIENT, SECRET] and "client_secret" not in form

    def token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": self.subject, "aud": CLIENT, "iat": now} | PROFILE
        claims |= {"exp": now + 60, "nonce": asked["nonce"], "acr": asked.get("acr_values", "")}
        claims = {name: one for name, one in (claims | self.claims).items() if one is not None}
        key = self.signing[self.algorithm]
        header = {"alg": self.algorithm, "kid": key.kid} | self.header
        return jwt.encode(header, claims, key, [self.algorithm])


def _letters(piece: bytes) -> str:
    return base64.urlsafe_b64encode(piece).decode().rstrip("=")


def _unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return ".".join(_letters(json.dumps(one).encode()) for one in (header, claims))


def none_token(claims: dict[str, Any]) -> str:
    """A token that nobody signed."""
    return _unsigned({"alg": "none", "typ": "JWT"}, claims) + "."


def hs256_token(claims: dict[str, Any], key: ECKey) -> str:
    """A token whose secret is a key that everybody can read."""
    text = _unsigned({"alg": "HS256", "kid": key.kid}, claims)
    return f"{text}.{_letters(hmac.digest(key.as_pem(private=False), text.encode(), 'sha256'))}"


class _Handler(BaseHTTPRequestHandler):
    provider: LocalProvider

    def log_message(self, *_words: Any) -> None:
        pass

    def do_GET(self) -> None:
        at = urlsplit(self.path)
        self.provider.asked.append(at.path)
        if at.path == "/authorize":
            return self._send(302, to=self.provider.authorize(dict(parse_qsl(at.query))))
        keys = KeySet(list(self.provider.signing.values()))
        found = {
            "/.well-known/openid-configuration": self.provider.published(),
            "/jwks": keys.as_dict(private=False) | self.provider.documents.get("/jwks", {}),
        }
        return self._send(self.provider.status, found.get(at.path, {}))

    def do_POST(self) -> None:
        self.provider.asked.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        time.sleep(self.provider.slow)
        if self.provider.status != 200:
            return self._send(self.provider.status, to="http://localhost:1/elsewhere")
        status, said = self.provider.change(form, self.headers.get("Authorization", ""))
        return self._send(status, said)

    def _send(self, status: int, said: Any = None, to: str = "") -> None:
        body = json.dumps(said or {}).encode()
        self.send_response(status)
        if to:
            self.send_header("Location", to)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def running_provider() -> Iterator[LocalProvider]:
    provider = LocalProvider()
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield provider
    server.shutdown()
    server.server_close()


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_words: Any, **_more: Any) -> None:
        return None


def agree(address: str) -> str:
    """What the person does at the provider; where their browser is then sent."""
    with pytest.raises(HTTPError) as sent_on:
        build_opener(_Stay).open(address, timeout=5)
    with sent_on.value as answered:
        assert answered.code == 302
        return str(answered.headers["Location"])
