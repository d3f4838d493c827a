"""A fake security key (WebAuthn) for tests. It makes valid answers, and on request also false ones."""

import json
import re
import secrets
from hashlib import sha256
from html import unescape

from allauth.account.utils import user_pk_to_url_str
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

HOST = "localhost"
ORIGIN = f"http://{HOST}"
FLAG = AuthenticatorData.FLAG
PRESENT, VERIFIED = FLAG.UP, FLAG.UV
AJAX = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}
ENTER, CHOOSE = "/entrer/cle/", "/entrer/moyens/cle/"


class Key:
    def __init__(self, *, counts: bool = True, number: bytes = b"") -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.number = number or secrets.token_bytes(32)
        self.counts, self.counter = counts, 0

    def copied(self) -> "Key":
        """Return a copy of the security key with the same private key and counter, as a thief could make it."""
        other = Key(counts=self.counts, number=self.number)
        other.private, other.counter = self.private, self.counter
        return other

    def made(self, challenge, *, origin=ORIGIN, rp=HOST, flags=PRESENT | VERIFIED, public=None, framed=False):
        """Return the credential that a browser posts to register this security key."""
        public_key = public or ES256.from_cryptography_key(self.private.public_key())
        attested = AttestedCredentialData.create(b"\0" * 16, self.number, public_key)
        data = AuthenticatorData.create(sha256(rp.encode()).digest(), flags | FLAG.AT, self.counter, attested)
        made = AttestationObject.create("none", data, {})
        client = websafe_encode(_client("webauthn.create", challenge, origin, framed))
        return self._named({"clientDataJSON": client, "attestationObject": websafe_encode(made)})

    def answers(
        self, challenge, whose, *, origin=ORIGIN, rp=HOST, flags=PRESENT | VERIFIED, kind="webauthn.get", framed=False
    ):
        """Return the credential that a browser posts to sign in with this security key.

        `whose` is the person whose id is stored in the key.
        """
        self.counter += self.counts
        client = _client(kind, challenge, origin, framed)
        data = AuthenticatorData.create(sha256(rp.encode()).digest(), flags, self.counter)
        signed = bytes(data) + sha256(client).digest()
        return self._named(
            {
                "clientDataJSON": websafe_encode(client),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(self.private.sign(signed, ec.ECDSA(hashes.SHA256()))),
                "userHandle": websafe_encode(user_pk_to_url_str(whose).encode()),
            }
        )

    def _named(self, response):
        number = websafe_encode(self.number)
        return {
            "id": number, "rawId": number, "type": "public-key", "response": response,
            "clientExtensionResults": {"credProps": {"rk": True}},
        }  # fmt: skip


def _client(kind, challenge, origin, framed):
    return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": framed}).encode()


def challenge_of(client, path=ENTER):
    """Request the page and return the random challenge that a security key must sign."""
    if path == ENTER:
        return client.get(path, **AJAX).json()["request_options"]["publicKey"]["challenge"]
    page = unescape(client.get(path).content.decode())
    return re.search(r'"challenge":\s*"([\w-]+)"', page)[1]


def sent(client, path, credential):
    return client.post(path, {"credential": json.dumps(credential)})


def choose(client, key):
    """Register the security key for the person who is signed in with this client. Returns the response."""
    return sent(client, CHOOSE, key.made(challenge_of(client, CHOOSE)))


def enter(client, key, person, **how):
    return sent(client, ENTER, key.answers(challenge_of(client), person, **how))
