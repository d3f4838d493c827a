"""Signed notes (C2SP signed-note): a text, an empty line, and signature lines, each with the name and id of a key.

Loge uses two kinds of key. A key of kind 1 signs the text (Ed25519). A key of kind 4 belongs to a witness, an outside
server. A witness signs the text together with the time of signing (tlog-cosignature, cosignature/v1). Signatures by
unknown keys are ignored. A wrong signature of a known key makes the note invalid.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519, COSIGNATURE = 1, 4
NOTE_BYTES = 65_536
SIGNATURES = 64
_ID_BYTES, _TIME_BYTES, _SIGNATURE_BYTES, _KEY_BYTES = 4, 8, 64, 32
_NAME = re.compile(r"[^\s+]+")
_LINE = re.compile(r"— (\S+) (\S+)")


class NoteRefused(Exception):
    """Raised if a text is not a signed note, if no trusted key signed the note, or if a trusted key's signature is
    wrong."""


@dataclass(frozen=True)
class Verifier:
    """A public key with its name, for verifying signed notes. A verified note can be trusted only if this key comes
    from a source that is trusted."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        return key_id(self.name, self.kind, self.public)

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{_text(bytes([self.kind]) + self.public)}"


@dataclass(frozen=True)
class Signature:
    """A signature line of a note. `time` is the time of signing in seconds since 1970 if a witness (outside server)
    signed. It is None if the audit log's own key signed, because those signatures contain no time."""

    name: str
    key_id: bytes
    signed: bytes

    @property
    def line(self) -> str:
        return f"— {self.name} {_text(self.key_id + self.signed)}\n"

    @property
    def time(self) -> int | None:
        stamped = len(self.signed) == _TIME_BYTES + _SIGNATURE_BYTES
        return int.from_bytes(self.signed[:_TIME_BYTES]) if stamped else None


@dataclass(frozen=True)
class Opened:
    """A verified note: its text, the known keys that signed it, and the signatures by unknown keys."""

    text: str
    verified: tuple[tuple[Verifier, Signature], ...]
    unknown: tuple[Signature, ...]


@dataclass(frozen=True)
class Signer:
    """A private key that signs notes, with the name written in its signature lines. `kind` is ED25519 for a key of the
    audit log, and COSIGNATURE for a key of a witness."""

    name: str
    private: Ed25519PrivateKey
    kind: int = ED25519

    @property
    def verifier(self) -> Verifier:
        return Verifier(_named(self.name), self.kind, self.private.public_key().public_bytes_raw())

    def signature(self, text: str, time: int = 0) -> Signature:
        verifier = self.verifier
        signed = self.private.sign(_message(verifier.kind, text, time))
        stamp = time.to_bytes(_TIME_BYTES) if self.kind == COSIGNATURE else b""
        return Signature(self.name, verifier.key_id, stamp + signed)


def key_id(name: str, kind: int, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:_ID_BYTES]


def parse_vkey(vkey: str) -> Verifier:
    """Parse a public key in the text form `name+id+key` of C2SP. Raises NoteRefused if the id does not match the
    key."""
    try:
        name, identity, key = vkey.strip().split("+", 2)
        material = _bytes(key)
    except ValueError:
        raise NoteRefused("A verifier key is name+id+key.") from None
    if not material or material[0] not in (ED25519, COSIGNATURE) or len(material) != 1 + _KEY_BYTES:
        raise NoteRefused("Only Ed25519 keys are supported, for notes (1) and for cosignatures (4).")
    verifier = Verifier(_named(name), material[0], material[1:])
    if verifier.key_id.hex() != identity:
        raise NoteRefused(f"The id in the key of {name} is not the id of that key.")
    return verifier


def sign(text: str, *signers: Signer) -> str:
    """Return the signed note: the text, followed by one signature line for each signer."""
    return _checked(text) + "\n" + "".join(signer.signature(text).line for signer in signers)


def signatures(note: str) -> tuple[str, list[Signature]]:
    """Split a signed note into its text and its signature lines, without verifying the signatures."""
    text, separator, lines = note.rpartition("\n\n")
    text += "\n"
    if not separator or len(note.encode()) > NOTE_BYTES or not lines.endswith("\n"):
        raise NoteRefused("Not a signed note: no text with signature lines under it.")
    lines_found = [parse_signature(line) for line in lines[:-1].split("\n")]
    if len(lines_found) > SIGNATURES:
        raise NoteRefused(f"More than {SIGNATURES} signatures.")
    return _checked(text), lines_found


def open_note(note: str, verifiers: Sequence[Verifier]) -> Opened:
    """Verify a signed note. Raises NoteRefused if none of the keys `verifiers` signed the note, or if a signature by
    one of them is wrong."""
    text, all_signatures = signatures(note)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    verified, unknown = [], []
    for signature in all_signatures:
        verifier = known.get((signature.name, signature.key_id))
        if verifier is None:
            unknown.append(signature)
        elif is_by(verifier, signature, text):
            verified.append((verifier, signature))
        else:
            raise NoteRefused(f"The signature of {signature.name} is wrong.")
    if not verified:
        raise NoteRefused("No trusted key signed this note.")
    return Opened(text, tuple(verified), tuple(unknown))


def is_by(verifier: Verifier, signature: Signature, text: str) -> bool:
    stamp = _TIME_BYTES if verifier.kind == COSIGNATURE else 0
    if len(signature.signed) != stamp + _SIGNATURE_BYTES:
        return False
    time = int.from_bytes(signature.signed[:stamp])
    try:
        Ed25519PublicKey.from_public_bytes(verifier.public).verify(
            signature.signed[stamp:], _message(verifier.kind, text, time)
        )
    except (InvalidSignature, ValueError):
        return False
    return time < 1 << 63


def _message(kind: int, text: str, time: int) -> bytes:
    head = f"cosignature/v1\ntime {time}\n" if kind == COSIGNATURE else ""
    return (head + text).encode()


def parse_signature(line: str) -> Signature:
    """Parse a signature line, `— name base64`, without verifying the signature. Raises NoteRefused if it is
    malformed."""
    match = _LINE.fullmatch(line)
    try:
        material = _bytes(match[2]) if match else b""
    except ValueError:
        material = b""
    if match is None or len(material) <= _ID_BYTES or not _NAME.fullmatch(match[1]):
        raise NoteRefused("A signature line is — name base64.")
    return Signature(match[1], material[:_ID_BYTES], material[_ID_BYTES:])


def _checked(text: str) -> str:
    if not text.endswith("\n") or any(letter < " " and letter != "\n" for letter in text):
        raise NoteRefused("The text of a note ends with a newline and has no other control characters.")
    return text


def _named(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise NoteRefused("The name of a key has neither spaces nor +.")
    return name


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _bytes(text: str) -> bytes:
    """Decode canonical base64. Any other base64 text for the same bytes is refused, so a signature has only one
    spelling."""
    content = base64.b64decode(text, validate=True)
    if _text(content) != text:
        raise binascii.Error("not in canonical base64")
    return content
