"""A device that keeps passkeys, made for the tests: it answers as a browser would."""

import secrets
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

FLAG = AuthenticatorData.FLAG


class Device:
    """One key. `origin` is the site that its browser shows; `verifies` whether it asks a finger."""

    def __init__(self, *, origin: str, verifies: bool = True) -> None:
        self.origin, self.verifies = origin, verifies
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.number = secrets.token_bytes(32)
        self.uses = 0

    def _flags(self) -> AuthenticatorData.FLAG:
        return FLAG.UP | FLAG.UV if self.verifies else FLAG.UP

    def _client_data(self, kind: str, challenge: str) -> CollectedClientData:
        return CollectedClientData.create(kind, challenge, self.origin)

    def _answer(self, response: dict[str, bytes]) -> dict[str, Any]:
        number = websafe_encode(self.number)
        coded = {name: websafe_encode(value) for name, value in response.items()}
        return {"id": number, "rawId": number, "type": "public-key", "response": coded}

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        asked = options["publicKey"]
        public = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]
        kept = AttestedCredentialData.create(bytes(16), self.number, public)
        data = AuthenticatorData.create(
            sha256(asked["rp"]["id"].encode()), self._flags() | FLAG.AT, self.uses, kept
        )
        client_data = self._client_data("webauthn.create", asked["challenge"])
        attestation = AttestationObject.create("none", data, {})
        return self._answer({"clientDataJSON": client_data, "attestationObject": attestation})

    def get(self, options: dict[str, Any], *, counts: bool = True) -> dict[str, Any]:
        asked = options["publicKey"]
        self.uses += counts
        data = AuthenticatorData.create(sha256(asked["rpId"].encode()), self._flags(), self.uses)
        client_data = self._client_data("webauthn.get", asked["challenge"])
        signed = self.key.sign(data + client_data.hash, ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {"clientDataJSON": client_data, "authenticatorData": data, "signature": signed}
        )
