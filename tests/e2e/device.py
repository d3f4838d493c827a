"""Passkeys on people's devices, with Chromium's virtual authenticator, which tests control by the DevTools protocol."""

import secrets
from base64 import b64encode
from hashlib import sha256
from typing import Any
from uuid import UUID

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData
from playwright.sync_api import Page

from access.models import Person
from tests.builders import OWNER

# Person -> passkey. A person has the same passkey in every browser of a test.
_KEYS: dict[UUID, dict[str, Any]] = {}
_OPTIONS = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Device:
    def __init__(self, page: Page) -> None:
        self.tools = page.context.new_cdp_session(page)
        self.tools.send("WebAuthn.enable")
        self.number = self.tools.send("WebAuthn.addVirtualAuthenticator", {"options": _OPTIONS})["authenticatorId"]

    def knows(self, person: UUID) -> bool:
        """Load this person's passkey into the authenticator. Returns False if the person has no passkey."""
        if person not in _KEYS:
            return False
        # Another browser may have raised the passkey's counter. The server refuses a lower counter, so add 1000.
        _KEYS[person]["signCount"] += 1_000
        self.tools.send("WebAuthn.clearCredentials", {"authenticatorId": self.number})
        self.tools.send("WebAuthn.addCredential", {"authenticatorId": self.number, "credential": _KEYS[person]})
        return True

    def keeps(self, person: UUID) -> None:
        """Remember the passkey that the page has just created, so that the person can use it in other browsers."""
        credentials = self.tools.send("WebAuthn.getCredentials", {"authenticatorId": self.number})["credentials"]
        _KEYS[person] = credentials[-1]


def cut_key(person: Person) -> None:
    """Give somebody a passkey as if registered earlier: the private key in `_KEYS`, the public key in the database."""
    private, number = ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(32)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    public = AttestedCredentialData.create(b"\0" * 16, number, ES256.from_cryptography_key(private.public_key()))
    attested = AttestationObject.create(
        "none", AuthenticatorData.create(sha256(b"localhost").digest(), flags, 0, public), {}
    )
    response = {"clientDataJSON": websafe_encode(b'{"type":"webauthn.create","challenge":"","origin":""}')}
    response["attestationObject"] = websafe_encode(attested)
    named = {"id": websafe_encode(number), "rawId": websafe_encode(number), "type": "public-key"}
    credential = {**named, "response": response, "clientExtensionResults": {"credProps": {"rk": True}}}
    Authenticator.objects.using(OWNER).create(
        user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "Clé", "credential": credential}
    )
    pkcs8 = serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    _KEYS[person.pk] = {
        "credentialId": _plain(number),
        "isResidentCredential": True,
        "rpId": "localhost",
        "privateKey": _plain(private.private_bytes(*pkcs8)),
        "userHandle": _plain(user_pk_to_url_str(person).encode()),
        "signCount": 1,
    }


def _plain(what: bytes) -> str:
    return b64encode(what).decode()
