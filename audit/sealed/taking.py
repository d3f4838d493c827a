"""An evidence pack of what the database holds: the events that answer a question, each with its proof and, where they
may be given, its details.

It asks for rows through whoever asks (`look.rows`), in the role that the door has put on: what they may not read goes
into no pack of theirs. Rows are read a page at a time and written as they come.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import partial
from itertools import pairwise
from typing import IO, Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from audit import pack
from audit.events import TRACE_PRUNED
from audit.models import AMOUNTS, Checkpoint, Cosignature, Event, Leaf, SealKey
from audit.reading import is_id
from audit.sealed.payload import COLUMNS, facts, payload, salt
from audit.sealed.pseudonyms import Vault, read_month_key
from audit.sealed.stored_tree import stored_tiles
from audit.tlog import checkpoint
from audit.tlog.leaf import utc
from audit.tlog.note import ED25519, Signer, Verifier, signatures
from audit.tlog.prover import Prover

# What a page writes while somebody waits; what a command writes, and `verify.py` opens at home.
MOST, MOST_AT_ALL, PAGE = 5_000, 100_000, 500
# Facts whose ids are somebody's: a line that carries one speaks of them too.
NAMING = ("person", "approved_by", "tenant", "residence")
Rows = Callable[[type], Any]


class NothingSealed(Exception):
    """No checkpoint was ever signed: nothing could be proved."""


class TooMany(Exception):
    """More events than a pack holds."""


class Details(StrEnum):
    """Whose details go with the proofs: all, those that name nobody but whom the question is about, or none."""

    OWN = "own"
    ALL = "all"
    NONE = "none"


@dataclass(frozen=True)
class Wanted:
    """What is asked. `accounts`: all that was seen or changed of them. `person`: what that colleague did. Neither: all
    events of the period, those too whose lines are forgotten."""

    accounts: Sequence[UUID] = ()
    person: UUID | None = None
    start: datetime | None = None
    end: datetime | None = None
    details: Details = Details.OWN

    @property
    def whole(self) -> bool:
        return not self.accounts and self.person is None

    @property
    def named(self) -> frozenset[UUID]:
        return frozenset([*self.accounts, *filter(None, [self.person])])


@dataclass(frozen=True)
class Sealed:
    """The newest checkpoint, under which everything is proved, and the newest that a witness cosigned."""

    origin: str
    size: int
    at: datetime
    seen: int


@dataclass(frozen=True)
class Taken:
    """How many events are in the pack, and how many of them without their details."""

    events: int
    withheld: int
    erased: int


def sealed(rows: Rows) -> Sealed:
    newest = rows(Checkpoint).order_by("-size").first()
    if newest is None:
        raise NothingSealed
    said, seen = _said(newest), rows(Cosignature).order_by("-size").first()
    cosigned = rows(Checkpoint).get(size=seen.size) if seen else newest
    # After a restore the log goes on under another name: what witnesses saw of the old one says nothing of this one.
    size = seen.size if seen and _said(cosigned).origin == said.origin else said.size
    return Sealed(said.origin, said.size, newest.at, size)


def _said(found: Checkpoint) -> checkpoint.Checkpoint:
    return checkpoint.parse(signatures(bytes(found.note).decode())[0])


class Taking:
    """One pack: what is asked of whom, up to which checkpoint."""

    def __init__(self, rows: Rows, vault: Vault, wanted: Wanted, upto: Sealed, most: int, earlier: int = 0) -> None:
        """`earlier`: size of an older checkpoint to include, so that an older pack can be compared. Raises TooMany."""
        self._rows, self._vault, self._wanted, self._upto, self._most = rows, vault, wanted, upto, most
        self._earlier = earlier
        self.whole: tuple[int, int] | None = None
        self._months: dict[date, bytes | None] = {}
        self._absent = dict.fromkeys(pack.Absent, 0)
        self.numbers = self._chosen()

    def write(self, file: IO[bytes], question: pack.Question, keys: Sequence[pack.Key], signer: Signer) -> Taken:
        sizes = sorted({self._upto.seen, self._upto.size, *([self._earlier] if self._earlier else [])})
        with connection.cursor() as self._cursor:
            prover = Prover(partial(stored_tiles, self._cursor), self._upto.size)
            notes, links = [self._note(size) for size in sizes], pack.link(sizes, prover.read)
            pack.write(file, question, self._entries(prover), notes, links, [*self._keys(), *keys], signer)
        return Taken(len(self.numbers), self._absent[pack.Absent.WITHHELD], self._absent[pack.Absent.ERASED])

    def _chosen(self) -> list[int]:
        """Their leaves' numbers, in order. Raises TooMany."""
        leaves = self._rows(Leaf).filter(number__lt=self._upto.size)
        if self._wanted.whole:
            inside = _between(leaves, self._wanted).order_by("number")
            numbers = list(inside.values_list("number", flat=True)[: self._most + 1])
            if numbers:  # also those sealed between them, although their time is outside the period
                self.whole = numbers[0], numbers[-1]
                between = leaves.filter(number__range=self.whole).order_by("number")
                numbers = list(between.values_list("number", flat=True)[: self._most + 1])
        else:
            lines = list(self._lines().order_by("at", "id").values_list("pk", flat=True)[: self._most + 1])
            numbers = [
                n for page in pages(lines) for n in leaves.filter(event__in=page).values_list("number", flat=True)
            ]
        if len(numbers) > self._most:
            raise TooMany
        return sorted({*numbers, *self._pruning(leaves, numbers)})

    def _lines(self) -> Any:
        lines = _between(self._rows(Event), self._wanted)
        if self._wanted.person:
            return lines.filter(actor=self._wanted.person)
        accounts = list(self._wanted.accounts)
        return lines.filter(Q(about__in=accounts) | Q(shown__overlap=accounts))

    def _pruning(self, leaves: Any, found: Sequence[int]) -> list[int]:
        """The event that says what was forgotten, where some of the leaves asked for may have lost their lines."""
        newest = self._rows(Event).filter(kind=TRACE_PRUNED.code).newest_first().first() if found else None
        if newest is None or not self._wanted.whole:
            return []
        first = leaves.get(number=found[0])
        forgotten = first.at.astimezone(UTC).date().isoformat() < newest.facts["before"]
        return list(leaves.filter(event=newest.pk).values_list("number", flat=True)) if forgotten else []

    def _entries(self, prover: Prover) -> Iterator[pack.Entry]:
        for numbers in pages(self.numbers):
            leaves = list(self._rows(Leaf).filter(number__in=numbers).order_by("number"))
            moments = [leaf.at for leaf in leaves]
            asked = {"pk__in": [leaf.event for leaf in leaves], "at__gte": min(moments), "at__lte": max(moments)}
            lines = {line["id"]: line for line in self._rows(Event).filter(**asked).values(*COLUMNS)}
            for leaf, proof in zip(leaves, prover.inclusion([leaf.number for leaf in leaves]), strict=True):
                given, absent = self._details(leaf, lines.get(leaf.event))
                yield pack.Entry(leaf.number, self._upto.size, bytes(leaf.entry), proof, given, absent)

    def _details(self, leaf: Leaf, line: dict[str, Any] | None) -> tuple[pack.Payload | None, pack.Absent]:
        key = self._month_key(leaf.at.astimezone(UTC).date().replace(day=1))
        absent = pack.Absent.WITHHELD if key else pack.Absent.ERASED
        if key and line and self._may_give(line):
            return pack.Payload(salt(key, leaf.event), payload(line)), absent
        self._absent[absent] += 1
        return None, absent

    def _may_give(self, line: dict[str, Any]) -> bool:
        """Withhold the details of amounts, and prove the event: no role that takes packs may see accounts."""
        if AMOUNTS & facts(line).keys():
            return False
        if line["kind"] == TRACE_PRUNED.code or self._wanted.details is Details.ALL:
            return True
        return self._wanted.details is Details.OWN and named_in(line) <= self._wanted.named

    def _month_key(self, month: date) -> bytes | None:
        if month not in self._months:
            self._months[month] = read_month_key(self._cursor, self._vault, month)
        return self._months[month]

    def _note(self, size: int) -> str:
        note = bytes(self._rows(Checkpoint).get(size=size).note).decode()
        lines = self._rows(Cosignature).filter(size=size).order_by("witness").values_list("line", flat=True)
        return note + "".join(bytes(line).decode() for line in lines)

    def _keys(self) -> Iterator[pack.Key]:
        """The log's own, each until the next one signed."""
        held = list(self._rows(SealKey).order_by("since"))
        for key, following in pairwise([*held, None]):
            vkey = Verifier(key.name, ED25519, bytes(key.public)).vkey
            yield pack.Key(vkey, "log", _day(key.since), _day(following.since) if following else "")


def pages(found: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (found[at : at + PAGE] for at in range(0, len(found), PAGE))


def named_in(line: dict[str, Any]) -> set[UUID]:
    """Whom the details of a line speak of, beside who acted: people, tenants and accounts, by their ids."""
    told = [value for name, value in facts(line).items() if name in NAMING and is_id(value)]
    return {*filter(None, [line["about"]]), *line["shown"], *map(UUID, told)}


def _between(rows: Any, wanted: Wanted) -> Any:
    if wanted.start:
        rows = rows.filter(at__gte=wanted.start)
    return rows.filter(at__lt=wanted.end) if wanted.end else rows


def _day(moment: datetime) -> str:
    return utc(moment)[:10]
