"""Measures how long it takes to prove that an event is in a sealed log of ten million events in the database, and to
write and verify an evidence pack (a ZIP file of such proofs).

Creating the log's hash tree takes only seconds: rows exist only for the 256 leaves around each exported event, and all
other subtrees are random hashes. In a full log a proof would read the same number of rows, so the times are the same.
"""

import io
import random
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from hashlib import sha256
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from uuid import uuid4

from django.core.management import call_command
from django.db import connections, transaction
from django.utils import timezone

from access.guard.context import AccessContext, as_database_role
from access.models import Level, Person, Place
from access.permissions import Permission
from audit import events, verify
from audit.events import Outcome
from audit.record import Subject, record_view
from audit.sealed import signing_keys
from audit.sealed.evidence_export import Details
from audit.sealed.stored_tree import StoredTree, fold
from audit.tlog.checkpoint import Checkpoint
from audit.tlog.note import sign
from audit.tlog.tiles import WIDTH
from audit.tlog.tree import consistency_proof, inclusion_proof
from inspection.evidence import Question, take
from tests.bench.landlord import Landlord
from tests.bench.measure import Finding, milliseconds
from tests.builders import assign, make_person, run

EVENTS, ROUNDS, MOST = 1_000, 200, 100_000
_TABLES = ("audit_leaf", "audit_subtree", "audit_checkpoint")
_OURS = "SELECT event, at, entry, hash FROM audit_leaf WHERE event = ANY (%s) ORDER BY number"
_AROUND = """INSERT INTO audit_leaf (number, event, at, entry, hash)
    SELECT n, gen_random_uuid(), now(), '', sha256(int8send(n)) FROM unnest(%s::bigint[], %s::bigint[]) t (first, last)
    CROSS JOIN LATERAL generate_series(t.first, t.last) n"""
_MOVED = """INSERT INTO audit_leaf (number, event, at, entry, hash)
    SELECT * FROM unnest(%s::bigint[], %s::uuid[], %s::timestamptz[], %s::bytea[], %s::bytea[])"""
_SUBTREES = "INSERT INTO audit_subtree (level, number, hash) SELECT %s, * FROM unnest(%s::bigint[], %s::bytea[])"


def stored(leaves: int, officer: Person, reference: str, account: object) -> list[Finding]:
    """Measure how long proofs about events take, and how long evidence packs about the account `reference` take.

    The packs are exported as `officer`, who must be allowed to export evidence.

    The sealed log is replaced by an artificial one, so the database cannot be used for other measurements afterwards.
    """
    start = time.perf_counter()
    grow(leaves, account)
    print(f"\nA stored log of {leaves:,} events, created in {time.perf_counter() - start:.0f} s.", flush=True)
    note = f"stored log of {leaves:,} events"
    findings = [Finding(f"A stored proof: {label}", took, unit="ms", note=note) for label, took in proofs(leaves)]
    findings += packs(officer, reference, account, note)
    for finding in findings:
        print(f"  {finding.label:<70} {finding.figure:>9.2f} ms")
    return findings


def of_landlord(landlord: Landlord, leaves: int) -> list[Finding]:
    """Measure the export of evidence about one account of the small landlord, by a new data protection officer.

    Call this after all other measurements, because it replaces the audit log in the database.
    """
    top = Place.objects.using("owner").get(level=Level.ORGANISATION)
    officer = make_person("Inès Banc", top)
    assign(officer, "dpo", top)
    return stored(leaves, officer, landlord.account.reference, landlord.account.pk)


def proofs(leaves: int) -> Iterator[tuple[str, float]]:
    """Measure how long it takes to prove that an event is in the log.

    Each proof uses a new hash tree object with an empty cache."""
    numbers = [number for (number,) in run("SELECT number FROM audit_leaf ORDER BY random() LIMIT %s", ROUNDS)]
    positions = iter(numbers * 2)
    with transaction.atomic(using="seal"), connections["seal"].cursor() as cursor:

        def new_reader() -> Callable[[int, int], bytes]:
            return StoredTree(cursor, leaves).hash_at

        cases: dict[str, Callable[[], object]] = {
            "an event is in the log": lambda: inclusion_proof(next(positions), leaves, new_reader()),
            "the log continues what it was": lambda: consistency_proof(next(positions) + 1, leaves, new_reader()),
        }
        for label, prove in cases.items():
            yield label, median(milliseconds(prove) for _round in range(ROUNDS))


def packs(officer: Person, reference: str, account: object, note: str) -> Iterator[Finding]:
    """Measure how long it takes to write an evidence pack, with the database role of the exporting officer, and to
    verify the pack."""
    question = Question({reference: account}, None, None, None, Details.OWN)  # type: ignore[dict-item]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "pack.zip"

        def write() -> None:
            access = AccessContext(officer, Permission.EVIDENCE_TAKE, events.FORM_SHOWN, "", uuid4(), timezone.now())
            with as_database_role(access, read_only=True), path.open("wb") as file:
                assert take(access, question, file, MOST).events == EVENTS

        def verify_pack() -> None:
            with redirect_stdout(io.StringIO()) as output:
                code = verify.main([str(path)])
            assert code == 3, output.getvalue()

        writing, judging = milliseconds(write), milliseconds(verify_pack)
        with zipfile.ZipFile(path) as archive:
            entries = archive.getinfo("entries.jsonl").file_size // 1024
        note_with_size = f"{note}; {path.stat().st_size // 1024:,} KiB, {entries:,} unpacked"
    yield Finding(
        f"A pack of an account’s {EVENTS:,} events, chosen and written", writing, unit="ms", note=note_with_size
    )
    yield Finding("The same, verified", judging, unit="ms", note=note_with_size)


def grow(leaves: int, account: object) -> None:
    """Record and seal events about the account, then place them in an artificial log of `leaves` leaves. Each event
    gets a tile (a group of 256 leaves) of its own.
    """
    ids = [
        record_view(events.ACCOUNT_OPENED, Outcome.SHOWN, by="bench", about=Subject("account", account))  # type: ignore[arg-type]
        for _event in range(EVENTS)
    ]
    call_command("seal", "--once", verbosity=0, stdout=io.StringIO())
    ours = run(_OURS, ids)
    tiles = sorted(random.Random(1).sample(range(leaves // WIDTH), EVENTS))
    at = {tile: tile * WIDTH + number % WIDTH for number, tile in enumerate(tiles)}
    with transaction.atomic(using="owner"):
        for table in _TABLES:
            run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            run(f"DELETE FROM {table}")
        spans = [span for first in at.values() for span in around(first)]
        spans += [(leaves // WIDTH * WIDTH, leaves - 1)] if leaves % WIDTH else []
        run(_AROUND, *map(list, zip(*spans, strict=True)))
        columns = [list(column) for column in zip(*ours, strict=True)]
        run(_MOVED, list(at.values()), *columns)
        subtrees(leaves, {tile: bytes(row[3]) for tile, row in zip(tiles, ours, strict=True)}, at)
        sign_checkpoint(leaves)
        for table in _TABLES:
            run(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER audit_keep_rows")
            run(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER audit_keep_table")
    run("ANALYZE audit_leaf, audit_subtree, audit_event")


def around(number: int) -> list[tuple[int, int]]:
    """Return the other leaves of a leaf's tile (group of 256 leaves) as one or two ranges of (first, last) numbers."""
    first = number // WIDTH * WIDTH
    return [span for span in ((first, number - 1), (number + 1, first + WIDTH - 1)) if span[0] <= span[1]]


def subtrees(leaves: int, ours: dict[int, bytes], at: dict[int, int]) -> None:
    """Insert the hashes of all subtrees with 256 leaves or more into the sealed log's hash tree.

    A subtree without any stored leaf gets a random hash."""
    row = [tile_hash(tile, ours.get(tile), at) for tile in range(leaves // WIDTH)]
    level = 8
    while row:
        run(_SUBTREES, level, list(range(len(row))), row)
        row = [fold(row[first : first + WIDTH]) for first in range(0, len(row) - WIDTH + 1, WIDTH)]
        level += 8


def tile_hash(tile: int, leaf: bytes | None, at: dict[int, int]) -> bytes:
    if leaf is None:
        return sha256(b"noise" + tile.to_bytes(8)).digest()
    numbers = range(tile * WIDTH, (tile + 1) * WIDTH)
    return fold([leaf if number == at[tile] else sha256(number.to_bytes(8)).digest() for number in numbers])


def sign_checkpoint(leaves: int) -> None:
    signing_key = signing_keys.load(signing_keys.path())
    with connections["owner"].cursor() as cursor:
        root = StoredTree(cursor, leaves).root()
    note = sign(Checkpoint(signing_key.origin, leaves, root).text(), signing_key.signer)
    run("INSERT INTO audit_checkpoint (size, note) VALUES (%s, %s)", leaves, note.encode())
