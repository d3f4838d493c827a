"""Verifies the sealed log against itself, against the audit events, and against checkpoints stored elsewhere.

Everything is recomputed from the tables: the hash of each leaf, the hash of each event's details, and the root under
each signature. Somebody with all rights on the database and the signing key could still rewrite the whole log and sign
it again. Only a comparison with a checkpoint that a witness cosigned before reveals such a rewritten log.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from audit.guard.shape import alterations
from audit.sealed.payload import COLUMNS, payload, salt
from audit.sealed.problems import Finding, Flaw
from audit.sealed.pseudonyms import Vault, read_month_key
from audit.sealed.state import LateLeaf, late_leaves
from audit.sealed.stored_tree import StoredTree
from audit.tlog.checkpoint import Checkpoint, CheckpointRefused, parse
from audit.tlog.leaf import Leaf, LeafRefused, commitment, read_entry, utc
from audit.tlog.note import ED25519, NoteRefused, Verifier, open_note
from audit.tlog.tree import GrowingTree, leaf_hash

PAGE = 5_000
# An event with a true time gets its leaf before all events that are a day younger, because no transaction lasts a day.
# The SQL function audit_late_leaves finds events backdated by less than a day: their transaction id is too new.
LATE = timedelta(days=1)
_WAITING = timedelta(minutes=1)
_LEAVES = f"""SELECT l.number, l.event, l.at, l.entry, l.hash, {", ".join(f"e.{name}" for name in COLUMNS)}
    FROM (SELECT * FROM audit_leaf WHERE number >= %s ORDER BY number LIMIT {PAGE}) l
    LEFT JOIN audit_event e ON e.id = l.event AND e.at = l.at ORDER BY l.number"""  # noqa: S608 - names of columns
_NOTES = "SELECT size, at, note FROM audit_checkpoint WHERE size > %s AND size <= %s ORDER BY size"
_PRUNED = """SELECT max((e.facts ->> 'before')::date)
    FROM audit_event e JOIN audit_leaf l ON l.event = e.id AND l.at = e.at
    WHERE e.kind = 'trace_pruned' AND e.machine = 'prune_trace' AND e.actor IS NULL"""
_UNSEALED = """SELECT e.id, e.at FROM audit_event e WHERE e.at < clock_timestamp() - %s
    AND NOT EXISTS (SELECT FROM audit_leaf l WHERE l.event = e.id AND l.at = e.at) ORDER BY e.at"""
_LATER = "SELECT size, at, note FROM audit_checkpoint WHERE size > %s ORDER BY size LIMIT 1"


@dataclass
class Report:
    """The result of verifying the sealed log: how much was checked, and the problems found (`findings`).

    `lines`: audit events compared with their leaf. `expired`: leaves whose event was deleted after its retention
    period; an audit event about the deletion proves this. `waiting`: leaves that no checkpoint covers yet. `late`:
    leaves signed long after the time of their event, for example because the sealer was stopped.
    """

    leaves: int = 0
    lines: int = 0
    expired: int = 0
    checkpoints: int = 0
    waiting: int = 0
    late: list[LateLeaf] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


class Check:
    """One verification of the sealed log, which reads all leaves from the first to the last."""

    def __init__(self, cursor: Any, vault: Vault, trusted_notes: Sequence[str] = ()) -> None:
        """Prepare a verification.

        `trusted_notes` are signed checkpoints that were stored outside this database. Only they can reveal that
        somebody rewrote the whole log and signed it again.
        """
        self.report = Report()
        self._cursor, self._vault = cursor, vault
        self._months: dict[date, bytes | None] = {}
        self._tree = GrowingTree()
        self._newest: datetime | None = None
        self._backdated: set[int] = set()
        self._signed_at: datetime | None = None
        self._signed = self._next = 0
        cursor.execute("SELECT name, public FROM audit_sealkey")
        self._keys = [Verifier(name, ED25519, bytes(public)) for name, public in cursor.fetchall()]
        self._trusted: list[Checkpoint] = []
        for note in trusted_notes:
            if checkpoint := self._open(note):
                self._trusted.append(checkpoint)
            else:
                self._add_finding(Flaw.KEPT_UNKNOWN, note.split("\n")[0][:64])
        cursor.execute(_PRUNED)
        self._pruned_before: date | None = cursor.fetchone()[0]

    def run(self) -> Report:
        self._cursor.execute(_LEAVES, [0])
        while page := self._cursor.fetchall():
            self._cursor.execute(_NOTES, [self.report.leaves, page[-1][0] + 1])
            notes = {size: (at, bytes(note)) for size, at, note in self._cursor.fetchall()}
            for number, event, at, entry, hashed, *columns in page:
                self._check_leaf(number, event, at, bytes(entry), bytes(hashed))
                self._check_event(number, at, bytes(entry), dict(zip(COLUMNS, columns, strict=True)))
                self._check_checkpoint(notes)
            self._cursor.execute(_LEAVES, [page[-1][0] + 1])
        self._check_whole_log()
        for leaf in late_leaves(self._cursor):
            if leaf.number in self._backdated:
                continue
            if leaf.backdated and leaf.signed_before:
                self._add_finding(Flaw.BACKDATED, leaf.number, at=utc(leaf.at), after=utc(leaf.signed_before))
            else:
                self.report.late.append(leaf)
        for alteration in alterations(self._cursor):
            self._add_finding(Flaw.TABLE_ALTERED, alteration)
        return self.report

    def _add_finding(self, flaw: Flaw, where: object = "", **words: object) -> None:
        self.report.findings.append(Finding(flaw, str(where), {name: str(word) for name, word in words.items()}))

    def _check_leaf(self, number: int, event: Any, at: datetime, entry: bytes, hashed: bytes) -> None:
        if number != self._next:
            self._add_finding(Flaw.LEAF_GONE, self._next, found=number)
        self._next = number + 1
        computed = leaf_hash(entry)
        leaf = _read(entry)
        if computed != hashed or leaf is None or (leaf.event, leaf.time) != (str(event), utc(at)):
            self._add_finding(Flaw.LEAF_ALTERED, number)
        if self._newest and at < self._newest - LATE:
            self._add_finding(Flaw.BACKDATED, number, at=utc(at), after=utc(self._newest))
            self._backdated.add(number)
        self._newest = max(self._newest or at, at)
        self.report.leaves += 1
        self._tree.append(computed)

    def _check_event(self, number: int, at: datetime, entry: bytes, columns: dict[str, Any]) -> None:
        month = at.astimezone(UTC).date().replace(day=1)
        if columns["id"] is None:
            next_month = (month + timedelta(days=32)).replace(day=1)
            if self._pruned_before and next_month <= self._pruned_before:
                self.report.expired += 1
            else:
                self._add_finding(Flaw.LINE_GONE, number, at=utc(at))
            return
        if month not in self._months:
            self._months[month] = read_month_key(self._cursor, self._vault, month)
        key, leaf = self._months[month], _read(entry)
        if key is None:
            self._add_finding(Flaw.SALT_GONE, f"{month:%m/%Y}")
        elif leaf and commitment(salt(key, columns["id"], utc(at)), payload(columns)).hex() != leaf.payload:
            self._add_finding(Flaw.LINE_ALTERED, number, at=utc(at))
        self.report.lines += 1

    def _check_checkpoint(self, notes: dict[int, tuple[datetime, bytes]]) -> None:
        """Compare the root hash of the leaves read so far with the checkpoints of the same number of leaves: the stored
        one, and the trusted ones, which come from outside the database."""
        size = self.report.leaves
        if size in notes:
            at, note = notes[size]
            self.report.checkpoints += 1
            if self._signed_at and at < self._signed_at:
                self._add_finding(Flaw.CLOCK_BACK, size, at=utc(at), before=utc(self._signed_at))
            self._signed_at, self._signed = at, size
            checkpoint = self._open(note.decode())
            if checkpoint is None:
                self._add_finding(Flaw.NOT_SIGNED, size)
            elif (checkpoint.size, checkpoint.root) != (size, self._tree.root()):
                self._add_finding(Flaw.ROOT_DIFFERS, size)
        for trusted in self._trusted:
            if trusted.size == size and trusted.root != self._tree.root():
                self._add_finding(Flaw.FORKED, size)

    def _open(self, note: str) -> Checkpoint | None:
        try:
            return parse(open_note(note, self._keys).text)
        except (NoteRefused, CheckpointRefused):
            return None

    def _check_whole_log(self) -> None:
        size = self.report.leaves
        # Proofs use the stored hashes of subtrees, so check that these hashes give the same root as the leaves.
        stored = StoredTree(self._cursor, size)
        try:
            sound = stored.root() == self._tree.root()
        except IndexError:
            sound = False
        if not sound:
            self._add_finding(Flaw.SUBTREES_DIFFER)
        self._cursor.execute(_LATER, [size])
        if beyond := self._cursor.fetchone():
            self._add_finding(Flaw.CUT_OFF, size, signed=beyond[0])
        for trusted in self._trusted:
            if trusted.size > size:
                self._add_finding(Flaw.ROLLED_BACK, size, kept=trusted.size)
        self.report.waiting = size - self._signed
        self._cursor.execute(_UNSEALED, [_WAITING])
        for event, at in self._cursor.fetchall():
            self._add_finding(Flaw.NEVER_SEALED, event, at=utc(at))


def _read(entry: bytes) -> Leaf | None:
    try:
        return read_entry(entry)
    except LeafRefused:
        return None
