"""The evidence pack: a ZIP archive of audit events, proofs, checkpoints and keys, with the program that verifies it.

`docs/evidence.md` describes the format. This module reads no database and no key. The same inputs give the same
bytes. Events are written as the iterator yields them, so the memory used does not grow with the pack.
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
    """Why an event in an evidence pack has no details: whoever made the pack left them out, or they had been
    deleted."""

    WITHHELD = "withheld"
    ERASED = "erased"


@dataclass(frozen=True)
class Payload:
    """The details of an audit event: their encoded bytes (`content`), and the salt that was hashed with them. The
    event's leaf in the sealed log contains the hash of salt and content, so a reader can check both."""

    salt: bytes
    content: bytes


@dataclass(frozen=True)
class Entry:
    """An event in an evidence pack: `entry` is its encoded leaf (log entry), number `index` of the sealed log, and
    `proof` proves that the log of `size` leaves contains this leaf.

    `payload` is the event's details. If it is None, `absent` says why the details are not in the pack.
    """

    index: int
    size: int
    entry: bytes
    proof: Sequence[bytes]
    payload: Payload | None = None
    absent: Absent = Absent.WITHHELD

    def line(self) -> bytes:
        """Return the event as one line of JSON for the file entries.jsonl. The log entry and the event's details are
        plain text instead of base64, so that people can read them."""
        salt, payload = (self.payload.salt, self.payload.content) if self.payload else (b"", b"")
        fields = {"index": self.index, "size": self.size, "entry": self.entry.decode("ascii")}
        fields |= {"proof": _base64(self.proof), "salt": salt.hex(), "payload": payload.decode()}
        fields |= {"absent": "" if self.payload else self.absent.value}
        return json.dumps(fields, ensure_ascii=False).encode() + b"\n"


@dataclass(frozen=True)
class Link:
    """A proof between two checkpoints of the log, with `old` and `new` leaves (log entries): the first `old` leaves are
    the same in both, so leaves were only added."""

    old: int
    new: int
    proof: Sequence[bytes]


@dataclass(frozen=True)
class Key:
    """A public key in an evidence pack: what it signs (`use`), and its first and last day of use.

    A day is empty if it is unknown. The last day is also empty if the key is still in use.
    """

    vkey: str
    use: str
    since: str
    until: str = ""

    def __post_init__(self) -> None:
        if self.use not in USES:
            raise ValueError(f"The use of a key is one of {', '.join(USES)}.")


@dataclass(frozen=True)
class Question:
    """What an evidence pack is about: the question that its events answer (`words`), the name of the log (`origin`),
    and the time in UTC at which the pack was made.

    If `whole` is (first, last), the pack claims to contain every event of the log between these numbers.
    """

    origin: str
    words: str
    made: str
    whole: tuple[int, int] | None = None


def link(sizes: Iterable[int], hash_at: Read) -> list[Link]:
    """Return proofs that entries were only added to the log: one proof from each checkpoint to the next larger one.
    `sizes` are the numbers of log entries at the checkpoints of the evidence pack."""
    return [Link(old, new, consistency_proof(old, new, hash_at)) for old, new in pairwise(sorted(set(sizes)))]


def write(
    file: IO[bytes],
    question: Question,
    entries: Iterable[Entry],
    notes: Sequence[str],
    links: Sequence[Link],
    keys: Sequence[Key],
    signer: Signer | None = None,
) -> None:
    """Write an evidence pack to `file`. `notes` are checkpoints (signed states of the log), countersigned by witnesses
    (outside servers).

    `signer` signs the manifest. The manifest contains the digest of every other file, so this one signature covers the
    whole pack.
    """
    members = {
        "LISEZMOI.txt": (_HERE / "LISEZMOI.txt").read_bytes(),
        "verify.py": (_HERE / "verify.py").read_bytes(),
        "keys.json": _json({"keys": [asdict(key) for key in keys]}),
        "consistency.json": _json(
            {"links": [{"old": link.old, "new": link.new, "proof": _base64(link.proof)} for link in links]}
        ),
        **{f"checkpoints/{checkpoint.parse(signatures(note)[0]).size}.note": note.encode() for note in notes},
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        digests = {name: _add(archive, name, [content]) for name, content in sorted(members.items())}
        digests["entries.jsonl"] = _add(archive, "entries.jsonl", (entry.line() for entry in entries))
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
    """Write one file of the archive. Return its SHA-256, computed while writing, because entries.jsonl may be large."""
    info, digest = zipfile.ZipInfo(name, _LONG_AGO), sha256()
    info.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(info, "w") as member:
        for piece in pieces:
            digest.update(piece)
            member.write(piece)
    return digest.hexdigest()


def _base64(proof: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(hashed).decode("ascii") for hashed in proof]


def _json(content: dict[str, object]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"
