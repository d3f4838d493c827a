"""The sealed log compared with itself, with the lines it seals, and with checkpoints that somebody kept elsewhere.

Everything is worked out again from the tables: each leaf's hash, each line's commitment, the root under each signature.
What an insider with every right of the database can still do is rewrite all of it and sign anew: that shows against one
checkpoint that a witness cosigned, and against nothing here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from audit.guard.shape import alterations
from audit.sealed.finding import Finding, Flaw
from audit.sealed.payload import COLUMNS, payload, salt
from audit.sealed.pseudonyms import Vault, read_month_key
from audit.sealed.state import LateLeaf, late_leaves
from audit.sealed.stored_tree import StoredTree
from audit.tlog.checkpoint import Checkpoint, CheckpointRefused, parse
from audit.tlog.leaf import Leaf, LeafRefused, commitment, read_entry, utc
from audit.tlog.note import ED25519, NoteRefused, Verifier, open_note
from audit.tlog.tree import EMPTY_ROOT, leaf_hash, node_hash

PAGE = 5_000
# No transaction lasts this long, so an event this much older than its predecessors was antedated. Smaller differences
# are found by comparing transaction numbers (audit_late_leaves).
LATE = timedelta(days=1)
_WAITING = timedelta(minutes=1)
_LEAVES = f"""SELECT l.number, l.event, l.at, l.entry, l.hash, {", ".join(f"e.{name}" for name in COLUMNS)}
    FROM (SELECT * FROM audit_leaf WHERE number >= %s ORDER BY number LIMIT {PAGE}) l
    LEFT JOIN audit_event e ON e.id = l.event AND e.at = l.at ORDER BY l.number"""  # noqa: S608 - names of columns
_NOTES = "SELECT size, at, note FROM audit_checkpoint WHERE size > %s AND size <= %s ORDER BY size"
_PRUNED = """SELECT max((e.facts ->> 'before')::date) FROM audit_event e JOIN audit_leaf l ON l.event = e.id
    WHERE e.kind = 'trace_pruned'"""
_UNSEALED = """SELECT e.id, e.at FROM audit_event e WHERE e.at < clock_timestamp() - %s
    AND NOT EXISTS (SELECT FROM audit_leaf l WHERE l.event = e.id) ORDER BY e.at"""
_LATER = "SELECT size, at, note FROM audit_checkpoint WHERE size > %s ORDER BY size LIMIT 1"


@dataclass
class Report:
    """What was compared, and the findings. `expired`: leaves whose events were deleted by a sealed pruning. `late`:
    leaves signed long after the time of their event because of a long transaction or a stopped sealer."""

    leaves: int = 0
    lines: int = 0
    expired: int = 0
    checkpoints: int = 0
    waiting: int = 0
    late: list[LateLeaf] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


class Check:
    """One pass over the log, from the first leaf to the last."""

    def __init__(self, cursor: Any, vault: Vault, kept: Sequence[str] = ()) -> None:
        """`kept`: checkpoints from elsewhere, as signed notes."""
        self.report = Report()
        self._cursor, self._vault = cursor, vault
        self._months: dict[date, bytes | None] = {}
        self._peaks: list[tuple[int, bytes]] = []  # size and hash of complete subtrees, the largest first
        self._newest: datetime | None = None
        self._backdated: set[int] = set()
        self._signed_at: datetime | None = None
        self._signed = self._next = 0
        self._keys = self._known_keys()
        self._kept = self._read_kept(kept)
        cursor.execute(_PRUNED)
        self._pruned_before: date | None = cursor.fetchone()[0]

    def run(self) -> Report:
        for page in self._pages():
            notes = self._notes(page[-1][0])
            for number, event, at, entry, hashed, *line in page:
                self._leaf(number, event, at, bytes(entry), bytes(hashed))
                self._line(number, at, bytes(entry), dict(zip(COLUMNS, line, strict=True)))
                self._checkpoints(notes)
        self._subtrees()
        self._ends()
        return self.report

    def _found(self, flaw: Flaw, where: object = "", **words: object) -> None:
        self.report.findings.append(Finding(flaw, str(where), {name: str(said) for name, said in words.items()}))

    def _pages(self) -> Iterator[list[tuple[Any, ...]]]:
        self._cursor.execute(_LEAVES, [0])
        while page := self._cursor.fetchall():
            yield page
            self._cursor.execute(_LEAVES, [page[-1][0] + 1])

    def _leaf(self, number: int, event: Any, at: datetime, entry: bytes, hashed: bytes) -> None:
        if number != self._next:
            self._found(Flaw.LEAF_GONE, self._next, found=number)
        self._next = number + 1
        worked_out = leaf_hash(entry)
        leaf = _read(entry)
        if worked_out != hashed or leaf is None or (leaf.event, leaf.time) != (str(event), utc(at)):
            self._found(Flaw.LEAF_ALTERED, number)
        if self._newest and at < self._newest - LATE:
            self._found(Flaw.BACKDATED, number, at=utc(at), after=utc(self._newest))
            self._backdated.add(number)
        self._newest = max(self._newest or at, at)
        self.report.leaves += 1
        self._grow(worked_out)

    def _grow(self, hashed: bytes) -> None:
        size = 1
        while self._peaks and self._peaks[-1][0] == size:
            hashed = node_hash(self._peaks.pop()[1], hashed)
            size *= 2
        self._peaks.append((size, hashed))

    def _root(self) -> bytes:
        found = self._peaks[-1][1] if self._peaks else EMPTY_ROOT
        for _size, left in self._peaks[-2::-1]:
            found = node_hash(left, found)
        return found

    def _line(self, number: int, at: datetime, entry: bytes, line: dict[str, Any]) -> None:
        month = at.astimezone(UTC).date().replace(day=1)
        if line["id"] is None:
            if self._pruned_before and _following(month) <= self._pruned_before:
                self.report.expired += 1
            else:
                self._found(Flaw.LINE_GONE, number, at=utc(at))
            return
        key, leaf = self._month_key(month), _read(entry)
        if key is None:
            self._found(Flaw.SALT_GONE, f"{month:%m/%Y}")
        elif leaf and commitment(salt(key, line["id"]), payload(line)).hex() != leaf.payload:
            self._found(Flaw.LINE_ALTERED, number, at=utc(at))
        self.report.lines += 1

    def _month_key(self, month: date) -> bytes | None:
        if month not in self._months:
            self._months[month] = read_month_key(self._cursor, self._vault, month)
        return self._months[month]

    def _notes(self, last: int) -> dict[int, tuple[datetime, bytes]]:
        self._cursor.execute(_NOTES, [self.report.leaves, last + 1])
        return {size: (at, bytes(note)) for size, at, note in self._cursor.fetchall()}

    def _checkpoints(self, notes: dict[int, tuple[datetime, bytes]]) -> None:
        size = self.report.leaves
        if size in notes:
            self._checkpoint(size, *notes[size])
        for kept in self._kept:
            if kept.size == size and kept.root != self._root():
                self._found(Flaw.FORKED, size)

    def _checkpoint(self, size: int, at: datetime, note: bytes) -> None:
        self.report.checkpoints += 1
        if self._signed_at and at < self._signed_at:
            self._found(Flaw.CLOCK_BACK, size, at=utc(at), before=utc(self._signed_at))
        self._signed_at, self._signed = at, size
        said = self._open(note.decode())
        if said is None:
            self._found(Flaw.NOT_SIGNED, size)
        elif (said.size, said.root) != (size, self._root()):
            self._found(Flaw.ROOT_DIFFERS, size)

    def _known_keys(self) -> list[Verifier]:
        self._cursor.execute("SELECT name, public FROM audit_sealkey")
        return [Verifier(name, ED25519, bytes(public)) for name, public in self._cursor.fetchall()]

    def _open(self, note: str) -> Checkpoint | None:
        try:
            return parse(open_note(note, self._keys).text)
        except (NoteRefused, CheckpointRefused):
            return None

    def _read_kept(self, kept: Sequence[str]) -> list[Checkpoint]:
        opened = [(self._open(note), note) for note in kept]
        for said, note in opened:
            if said is None:
                self._found(Flaw.KEPT_UNKNOWN, note.split("\n")[0][:64])
        return [said for said, _note in opened if said]

    def _subtrees(self) -> None:
        """What proofs are made from. The leaves below were compared already."""
        stored = StoredTree(self._cursor, self.report.leaves)
        try:
            sound = stored.root() == self._root()
        except IndexError:
            sound = False
        if not sound:
            self._found(Flaw.SUBTREES_DIFFER)

    def _late_leaves(self) -> None:
        for leaf in late_leaves(self._cursor):
            if leaf.number in self._backdated:
                continue
            if leaf.backdated and leaf.signed_before:
                self._found(Flaw.BACKDATED, leaf.number, at=utc(leaf.at), after=utc(leaf.signed_before))
            else:
                self.report.late.append(leaf)

    def _ends(self) -> None:
        size = self.report.leaves
        self._cursor.execute(_LATER, [size])
        if beyond := self._cursor.fetchone():
            self._found(Flaw.CUT_OFF, size, signed=beyond[0])
        for kept in self._kept:
            if kept.size > size:
                self._found(Flaw.ROLLED_BACK, size, kept=kept.size)
        self.report.waiting = size - self._signed
        self._cursor.execute(_UNSEALED, [_WAITING])
        for event, at in self._cursor.fetchall():
            self._found(Flaw.NEVER_SEALED, event, at=utc(at))
        self._late_leaves()
        for alteration in alterations(self._cursor):
            self._found(Flaw.TABLE_ALTERED, alteration)


def _read(entry: bytes) -> Leaf | None:
    try:
        return read_entry(entry)
    except LeafRefused:
        return None


def _following(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)
