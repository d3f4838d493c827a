"""Signing what leaves the house and is to be believed there: Ed25519, with a key derived from the ring's current one.

Whoever holds the public key checks it without Loge; Loge checks it with any key of its ring, older ones too.
"""

import base64
import json
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from audit.tlog.note import Signer
from privacy import keys


def canonical(statement: dict[str, Any]) -> bytes:
    """One spelling of a statement: what was signed is these bytes."""
    return json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sign(statement: dict[str, Any]) -> tuple[str, str]:
    """(key id, signature)."""
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
    """(key id, day it was made, what signs evidence packs with it), the current one last. It is not the log's key: the
    pages that make packs hold nothing with which the log could be rewritten (decision 0021)."""
    ring, name = keys.ring(), f"{settings.ALLOWED_HOSTS[0]}/{settings.INSTANCE}/dossiers"
    ordered = sorted(ring.packers, key=lambda key_id: key_id == ring.current)
    return [(key_id, ring.made.get(key_id, ""), Signer(name, ring.packers[key_id])) for key_id in ordered]


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def sign_bytes(content: bytes) -> tuple[str, bytes]:
    """(key id, the 64 bytes of the signature) of a file as it is, for what verifies files: OpenSSL does."""
    ring = keys.ring()
    return ring.current, ring.signer(ring.current).sign(content)


def public_pem(key_id: str) -> bytes:
    public = keys.ring().signer(key_id).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
