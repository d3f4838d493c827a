"""Measures, for a sealed log of ten million events, how long it takes to prove that an event is in the log, to write an
evidence pack of such proofs, and to verify the pack.

The log is in memory. It consists of hash tiles (groups of 256 hashes of its Merkle tree), with the content that files
would have. Only the exported events are real; all other hashes are random.
"""

import io
import random
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from hashlib import sha256
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import pack, verify
from audit.tlog import tiles, tree
from audit.tlog.checkpoint import Checkpoint
from audit.tlog.leaf import Leaf, commitment
from audit.tlog.note import Signer, sign
from audit.tlog.prover import Fetch, Prover
from tests.bench.measure import Finding, milliseconds

EVENTS, ROUNDS = 1_000, 200
ORIGIN = "bench.example/journal"
SALT, PAYLOAD = bytes(32), b'{"kind":"account_opened"}' * 10
WIDE = tiles.WIDTH * tree.HASH_BYTES


def evidence(leaves: int) -> list[Finding]:
    generator = random.Random(1)
    chosen = {index: _entry(index) for index in sorted(generator.sample(range(leaves), EVENTS))}
    start = time.perf_counter()
    levels = _levels(leaves, chosen, generator)
    print(f"\nA log of {leaves:,} events, created in {time.perf_counter() - start:.0f} s.", flush=True)
    fetch = _fetch(levels)

    def new_reader() -> tree.Read:
        return Prover(fetch, leaves).hash_at

    old = leaves * 2 // 3
    positions = iter([generator.randrange(leaves) for _round in range(3 * ROUNDS)])
    # Each proof uses a new prover with an empty cache, so the time includes reading all hash tiles of the proof.
    cases: dict[str, Callable[[], object]] = {
        "an event is in the log": lambda: tree.inclusion_proof(next(positions), leaves, new_reader()),
        "the log continues what it was": lambda: tree.consistency_proof(
            old - next(positions) // 2, leaves, new_reader()
        ),
        "the root": lambda: tree.root(leaves, new_reader()),
    }
    durations = {label: median(milliseconds(prove) for _round in range(ROUNDS)) for label, prove in cases.items()}
    note = f"log of {leaves:,} events"
    findings = [Finding(f"A proof: {label}", took, unit="ms", note=note) for label, took in durations.items()]
    findings += _packed(leaves, old, levels, chosen, note)
    for finding in findings:
        print(f"  {finding.label:<58} {finding.figure:>9.2f} ms")
    return findings


def _packed(leaves: int, old: int, levels: list[bytes], chosen: dict[int, bytes], note: str) -> list[Finding]:
    """Measure how long it takes to write an evidence pack, as the export page does, and to verify the pack."""
    prover = Prover(_fetch(levels), leaves)
    reader = prover.hash_at
    signer = Signer(ORIGIN, Ed25519PrivateKey.generate())
    notes = [sign(Checkpoint(ORIGIN, size, tree.root(size, reader)).text(), signer) for size in (old, leaves)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "pack.zip"

        def write() -> None:
            details = pack.Payload(SALT, PAYLOAD)
            proofs = zip(chosen.items(), prover.inclusion([*chosen]), strict=True)
            entries = [pack.Entry(index, leaves, entry, proof, details) for (index, entry), proof in proofs]
            question = pack.Question(ORIGIN, "bench", "2026-01-01T00:00:00.000000Z")
            with path.open("wb") as file:
                pack.write(file, question, entries, notes, pack.link((old, leaves), reader), [], signer)

        def judge() -> None:
            with redirect_stdout(io.StringIO()) as output:
                code = verify.main([str(path), f"--vkey={signer.verifier.vkey}"])
            assert code == 0, output.getvalue()

        writing, judging, size = milliseconds(write), milliseconds(judge), path.stat().st_size // 1024
    note_with_size = f"{note}; {size:,} KiB"
    return [
        Finding(f"An evidence pack of {EVENTS:,} events, written", writing, unit="ms", note=note_with_size),
        Finding(f"An evidence pack of {EVENTS:,} events, verified", judging, unit="ms", note=note_with_size),
    ]


def _entry(index: int) -> bytes:
    event = f"00000000-0000-4000-8000-{index:012}"
    sealed = commitment(SALT, PAYLOAD).hex()
    return Leaf(event, "2026-01-01T00:00:00.000000Z", "account_opened", "shown", sealed, actor=f"{index:032x}").entry()


def _levels(leaves: int, chosen: dict[int, bytes], generator: random.Random) -> list[bytes]:
    """Return every eighth level of a log's hash tree, from the leaves (one per event) upwards.

    Each level is one byte string of hashes."""
    level = bytearray().join(generator.randbytes(width * tree.HASH_BYTES) for width in _widths(leaves))
    for index, entry in chosen.items():
        level[index * tree.HASH_BYTES : (index + 1) * tree.HASH_BYTES] = tree.leaf_hash(entry)
    levels = [bytes(level)]
    while len(levels[-1]) >= WIDE:
        below = memoryview(levels[-1])
        levels.append(b"".join(_fold(below[at : at + WIDE]) for at in range(0, len(below) // WIDE * WIDE, WIDE)))
    return levels


def _widths(leaves: int, most: int = 1 << 16) -> list[int]:
    return [min(most, leaves - first) for first in range(0, leaves, most)]


def _fold(tile: memoryview) -> bytes:
    row = bytes(tile)
    while len(row) > tree.HASH_BYTES:
        row = b"".join(sha256(b"\x01" + row[at : at + 64]).digest() for at in range(0, len(row), 64))
    return row


def _fetch(levels: list[bytes]) -> Fetch:
    def hashes(tile: tiles.Tile) -> bytes:
        first = tile.index * WIDE
        return levels[tile.level or 0][first : first + tile.width * tree.HASH_BYTES]

    return lambda wanted: map(hashes, wanted)
