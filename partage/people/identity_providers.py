"""What this site knows of an OpenID Connect provider. Settings read it: no Django here."""

from dataclasses import dataclass
from urllib.parse import urlsplit

ALGORITHMS = ("ES256", "RS256")
HERE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Provider:
    """A provider as the settings give it; endpoints left empty are those that it publishes."""

    slug: str
    name: str
    issuer: str
    client_id: str
    client_secret: str
    acr: str = ""
    scope: str = "openid"
    client_auth: str = "basic"
    algorithm: str = ""
    about: str = ""
    authorization_endpoint: str = ""
    token_endpoint: str = ""
    jwks_uri: str = ""
    end_session_endpoint: str = ""

    @property
    def algorithms(self) -> list[str]:
        return [self.algorithm] if self.algorithm else list(ALGORITHMS)


def is_safe_address(address: str, *, site_is_local: bool) -> bool:
    """Encrypted; in the clear only on this machine, and only for a site that is on it too."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    is_here = parts.scheme == "http" and parts.hostname in HERE and site_is_local
    return bool(parts.hostname) and not parts.username and (parts.scheme == "https" or is_here)
