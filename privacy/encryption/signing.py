"""Signs what others must be able to verify: Ed25519, with a key derived from the current key of the ring.

Anybody with the public key can verify without Loge. Loge verifies with any key of its ring, older ones included.
"""

import base64
import json
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from audit.tlog.note import Signer
from privacy.encryption import keys


def canonical(statement: dict[str, Any]) -> bytes:
    """The canonical bytes of a statement, which are signed."""
    return json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sign(statement: dict[str, Any]) -> tuple[str, str]:
    """Return (key id, signature)."""
    ring = keys.ring()
    return ring.current, _text(ring.signer(ring.current).sign(canonical(statement)))


def is_signed(statement: dict[str, Any], key_id: str, signature: str) -> bool:
    try:
        public = keys.ring().signer(key_id).public_key()
        public.verify(base64.b64decode(signature, validate=True), canonical(statement))
    except (keys.UnknownKey, InvalidSignature, ValueError):
        return False
    return True


def public_key(key_id: str) -> str:
    public = keys.ring().signer(key_id).public_key()
    return _text(public.public_bytes(Encoding.Raw, PublicFormat.Raw))


def packers() -> list[tuple[str, str, Signer]]:
    """(key id, creation day, signer of evidence packs) for each key, the current one last. These are not the keys of
    the log: pages that make packs must not be able to rewrite the log (decision 0021)."""
    ring, name = keys.ring(), f"{settings.ALLOWED_HOSTS[0]}/{settings.INSTANCE}/dossiers"
    ordered = sorted(ring.packers, key=lambda key_id: key_id == ring.current)
    return [(key_id, ring.made.get(key_id, ""), Signer(name, ring.packers[key_id])) for key_id in ordered]


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def sign_bytes(content: bytes) -> tuple[str, bytes]:
    """Return (key id, 64-byte signature) over the content of a file, verifiable with OpenSSL."""
    ring = keys.ring()
    return ring.current, ring.signer(ring.current).sign(content)


def public_pem(key_id: str) -> bytes:
    public = keys.ring().signer(key_id).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
