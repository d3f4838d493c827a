"""Provides a log of fifty invented events, and evidence packs made from it, for the tests of the verifier."""

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import pack, verify
from audit.tlog import tree
from audit.tlog.checkpoint import Checkpoint
from audit.tlog.leaf import Leaf, commitment
from audit.tlog.note import COSIGNATURE, Signer, sign
from tests.audit.tlog.test_tree import Grown

ORIGIN = "loge.example/journal"
Files = dict[str, bytes]


def private(number: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


LOG = Signer(ORIGIN, private(1))
WITNESS = Signer("witness.example/w1", private(2), COSIGNATURE)
PACKER = Signer("loge.example/dossiers", private(3))
THIEF = Signer(ORIGIN, private(4))
TRUSTED = [one.verifier.vkey for one in (LOG, WITNESS, PACKER)]
# SEEN is the time of the witness's cosignatures, 26 November 2026 at 22:00 UTC, as a Unix time stamp.
SEEN = 1_795_730_400
PAYLOADS = [pack.Payload(bytes([number]) * 32, f'{{"détail":{number}}}'.encode()) for number in range(50)]


def leaf(number: int, kind: str = "account_opened") -> Leaf:
    sealed = commitment(PAYLOADS[number].salt, PAYLOADS[number].content).hex()
    event = f"00000000-0000-4000-8000-{number:012}"
    return Leaf(event, f"2026-11-26T21:00:{number:02}.000000Z", kind, "shown", sealed, actor=f"{number:032x}")


ENTRIES = [leaf(number).entry() for number in range(50)]
SIZES = (20, 37, 50)


def prove(index: int, entry: bytes, size: int, read: tree.Read, *details: Any) -> pack.Entry:
    """Return an event of an evidence pack with its inclusion proof.

    `details` are the event's payload (or None) and the reason why the payload is absent.
    """
    return pack.Entry(index, size, entry, tree.inclusion_proof(index, size, read), *details)


@dataclass
class Log:
    """An audit log in memory: its entries, their Merkle tree, its signer, and the witness that countersigns it."""

    entries: Sequence[bytes]
    log: Signer = LOG
    witness: Signer | None = WITNESS

    def __post_init__(self) -> None:
        self.tree = Grown(self.entries)

    def note(self, size: int) -> str:
        text = Checkpoint(ORIGIN, size, tree.root(size, self.tree.read)).text()
        cosigned = self.witness.signature(text, SEEN).line if self.witness and size == SIZES[-1] else ""
        return sign(text, self.log) + cosigned

    def packed(self, path: Path, indexes: Sequence[int] = (5, 6, 7, 41), signer: Signer | None = PACKER) -> Path:
        size = {True: 37, False: 50}
        chosen = [
            prove(number, self.entries[number], size[number < 37], self.tree.read, PAYLOADS[number])
            for number in indexes
        ]
        chosen[-1] = replace(chosen[-1], payload=None)
        keys = [
            pack.Key(one.verifier.vkey, use, "2026-01-01")
            for one, use in ((self.log, "log"), (WITNESS, "witness"), (PACKER, "pack"))
        ]
        question = pack.Question(ORIGIN, "Regards sur un compte, novembre 2026", "2026-11-26T22:05:00.000000Z")
        notes = [self.note(size) for size in SIZES]
        with path.open("wb") as file:
            pack.write(file, question, chosen, notes, pack.link(SIZES, self.tree.read), keys, signer)
        return path


def unpacked(path: Path) -> Files:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: Files, path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def listed(files: Files) -> Files:
    """Return the changed files of an evidence pack with a new list of files, signed by the key that signs packs.

    A thief who has only this key can do this. The log's own signatures in the pack stay unchanged.
    """
    manifest = json.loads(files["manifest.json"])
    apart = ("manifest.json", "manifest.note")
    manifest["files"] = {name: sha256(content).hexdigest() for name, content in files.items() if name not in apart}
    content = json.dumps(manifest).encode()
    note = sign(f"{pack.FORMAT}\n{sha256(content).hexdigest()}\n", PACKER).encode()
    return {**files, "manifest.json": content, "manifest.note": note}


def edited(name: str, change: Callable[[list[dict[str, Any]]], object]) -> Callable[[Files], None]:
    """Return a function that changes the content of the file `name` of an evidence pack.

    `change` gets the lines of entries.jsonl, or the list inside another JSON file, and edits them in place.
    """

    def edit(files: Files) -> None:
        if name == "entries.jsonl":
            lines = [json.loads(line) for line in files[name].splitlines()]
            change(lines)
            files[name] = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
        else:
            [(key, lines)] = json.loads(files[name]).items()
            change(lines)
            files[name] = json.dumps({key: lines}).encode()

    return edit


def verdict(path: Path, *vkeys: str, language: str = "fr", events: bool = False) -> tuple[int, str]:
    """Verify the pack at `path` with audit/verify.py, like a reader who trusts the keys `vkeys`.

    Returns the exit code and the output of the verifier.
    """
    said = io.StringIO()
    with redirect_stdout(said):
        code = verify.main(
            [str(path), *(f"--vkey={vkey}" for vkey in vkeys), "--lang", language, *events * ["--events"]]
        )
    return code, said.getvalue()
