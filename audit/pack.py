"""The evidence pack: one zip of events, proofs, checkpoints and keys, with the program that verifies it.

Plain inputs in, bytes out (`docs/evidence.md` has the format): it asks no database and holds no key. The same inputs
give the same bytes. Events are written as they come, so that a pack of any size takes the memory of one event.
"""

import base64
import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import IO

from audit.tlog import checkpoint
from audit.tlog.note import Signer, sign, signatures
from audit.tlog.tree import Read, consistency_proof

FORMAT = "loge-evidence/1"
USES = ("log", "witness", "pack")
_HERE = Path(__file__).parent
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


class Absent(StrEnum):
    """Why an event comes without its details: whoever made the pack keeps them back, or they are forgotten."""

    WITHHELD = "withheld"
    ERASED = "erased"


@dataclass(frozen=True)
class Payload:
    """What was committed to, while it is kept: the bytes as they were hashed, and their salt."""

    salt: bytes
    content: bytes


@dataclass(frozen=True)
class Entry:
    """Event `index`, proved under the checkpoint of `size`. Without a payload, `absent` says why there is none."""

    index: int
    size: int
    entry: bytes
    proof: Sequence[bytes]
    payload: Payload | None = None
    absent: Absent = Absent.WITHHELD


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
    """The question in words, its log, and when it was answered (UTC). `whole`: first and last index, if the pack
    contains every event between them."""

    origin: str
    words: str
    made: str
    whole: tuple[int, int] | None = None


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
        **{f"checkpoints/{_size(note)}.note": note.encode() for note in notes},
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        digests = {name: _add(archive, name, [content]) for name, content in sorted(members.items())}
        digests["entries.jsonl"] = _add(archive, "entries.jsonl", (_line(entry) for entry in entries))
        head: dict[str, object] = {
            "format": FORMAT,
            "origin": question.origin,
            "question": question.words,
            "made": question.made,
        }
        head |= {"whole": list(question.whole)} if question.whole else {}
        digest = _add(archive, "manifest.json", [_json({**head, "files": dict(sorted(digests.items()))})])
        if signer:
            _add(archive, "manifest.note", [sign(f"{FORMAT}\n{digest}\n", signer).encode()])


def _add(archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes]) -> str:
    """The member's SHA-256, worked out as it is written."""
    info, digest = zipfile.ZipInfo(name, _LONG_AGO), sha256()
    info.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(info, "w") as member:
        for piece in pieces:
            digest.update(piece)
            member.write(piece)
    return digest.hexdigest()


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
    said |= {"absent": "" if entry.payload else entry.absent.value}
    return json.dumps(said, ensure_ascii=False).encode() + b"\n"


def _hashes(proof: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(hashed).decode("ascii") for hashed in proof]


def _json(content: dict[str, object]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"
