"""The evidence pack: one zip of events, proofs, checkpoints and keys, with the program that verifies it.

Plain inputs in, bytes out (`docs/evidence.md` has the format): it asks no database and holds no key. The same inputs
give the same bytes.
"""

import base64
import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import IO

from audit.tlog import checkpoint
from audit.tlog.note import Signer, sign, signatures
from audit.tlog.tree import Read, consistency_proof, inclusion_proof

FORMAT = "loge-evidence/1"
USES = ("log", "witness", "pack")
_HERE = Path(__file__).parent
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Payload:
    """What was committed to, while it is kept: the bytes as they were hashed, and their salt."""

    salt: bytes
    content: bytes


@dataclass(frozen=True)
class Entry:
    """Event `index`, proved under the checkpoint of `size`. No payload: withheld, or erased at its date."""

    index: int
    size: int
    entry: bytes
    proof: Sequence[bytes]
    payload: Payload | None = None


@dataclass(frozen=True)
class Link:
    """That the log of `new` leaves continues that of `old`."""

    old: int
    new: int
    proof: Sequence[bytes]


@dataclass(frozen=True)
class Key:
    """A line of the inventory: whose key, for what, and from when to when it signed (dates, or empty)."""

    vkey: str
    use: str
    since: str
    until: str = ""


@dataclass(frozen=True)
class Question:
    """What was asked, in words, of which log, and when it was answered (UTC)."""

    origin: str
    words: str
    made: str


def prove(index: int, entry: bytes, size: int, read: Read, payload: Payload | None = None) -> Entry:
    return Entry(index, size, entry, inclusion_proof(index, size, read), payload)


def link(sizes: Iterable[int], read: Read) -> list[Link]:
    """The proofs from each of these sizes to the next."""
    return [Link(old, new, consistency_proof(old, new, read)) for old, new in pairwise(sorted(set(sizes)))]


def write(
    file: IO[bytes],
    question: Question,
    entries: Iterable[Entry],
    notes: Sequence[str],
    links: Sequence[Link],
    keys: Sequence[Key],
    signer: Signer | None = None,
) -> None:
    """`notes` are signed checkpoints, cosignatures under them; `signer` signs the list of files, and so the whole."""
    members = {
        "LISEZMOI.txt": (_HERE / "LISEZMOI.txt").read_bytes(),
        "verify.py": (_HERE / "verify.py").read_bytes(),
        "keys.json": _json({"keys": [_key(key) for key in keys]}),
        "consistency.json": _json({"links": [_link(found) for found in links]}),
        "entries.jsonl": b"".join(_line(entry) for entry in entries),
        **{f"checkpoints/{_size(note)}.note": note.encode() for note in notes},
    }
    digests = {name: sha256(content).hexdigest() for name, content in sorted(members.items())}
    head = {"format": FORMAT, "origin": question.origin, "question": question.words, "made": question.made}
    members["manifest.json"] = _json({**head, "files": digests})
    if signer:
        digest = sha256(members["manifest.json"]).hexdigest()
        members["manifest.note"] = sign(f"{FORMAT}\n{digest}\n", signer).encode()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(members.items()):
            archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), content, zipfile.ZIP_DEFLATED)


def _size(note: str) -> int:
    text, _signatures = signatures(note)
    return checkpoint.parse(text).size


def _key(key: Key) -> dict[str, str]:
    if key.use not in USES:
        raise ValueError(f"A key is of use as one of {', '.join(USES)}.")
    return asdict(key)


def _link(found: Link) -> dict[str, object]:
    return {"old": found.old, "new": found.new, "proof": _hashes(found.proof)}


def _line(entry: Entry) -> bytes:
    """Entry and payload stay text that one can read; a payload is UTF-8."""
    salt, payload = (entry.payload.salt, entry.payload.content) if entry.payload else (b"", b"")
    said = {"index": entry.index, "size": entry.size, "entry": entry.entry.decode("ascii")}
    said |= {"proof": _hashes(entry.proof), "salt": salt.hex(), "payload": payload.decode()}
    return json.dumps(said, ensure_ascii=False).encode() + b"\n"


def _hashes(proof: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(hashed).decode("ascii") for hashed in proof]


def _json(content: dict[str, object]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"
