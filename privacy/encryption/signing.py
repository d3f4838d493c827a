"""Signs documents with Ed25519 keys derived from the key ring, so that others can verify the documents.

The current key signs. Anybody with the public key can verify a signature without Loge. Loge itself also accepts
signatures by older keys of the key ring.
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
    """Serialise a document (a dictionary) to the bytes that are signed: JSON with sorted keys and without spaces."""
    return json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sign(statement: dict[str, Any]) -> tuple[str, str]:
    """Sign a document (a dictionary) with the current key. Returns (key id, signature in base64)."""
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
    """Return (key id, creation day, signer) for each key that signs evidence packs for inspectors. The current key
    comes last.

    These are not the keys that sign the audit log. A page must sign the packs that it makes, but must not be able to
    sign a rewritten log (decision 0021).
    """
    ring, name = keys.ring(), f"{settings.ALLOWED_HOSTS[0]}/{settings.INSTANCE}/dossiers"
    ordered = sorted(ring.packers, key=lambda key_id: key_id == ring.current)
    return [(key_id, ring.made.get(key_id, ""), Signer(name, ring.packers[key_id])) for key_id in ordered]


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def sign_bytes(content: bytes) -> tuple[str, bytes]:
    """Sign the content of a file. Returns the key id and a 64-byte signature, which OpenSSL can verify."""
    ring = keys.ring()
    return ring.current, ring.signer(ring.current).sign(content)


def public_pem(key_id: str) -> bytes:
    public = keys.ring().signer(key_id).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
