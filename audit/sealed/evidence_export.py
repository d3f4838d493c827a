"""Exports an evidence pack (a file with audit events and proofs) that answers a question, such as who opened an
account.

Rows are read in the database role of the reader's request (`access.rows`), so a pack contains nothing that the reader
may not read. Rows are read and written page by page.
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
from audit.sealed.payload import by_column, facts, payload, salt
from audit.sealed.pseudonyms import Vault, read_month_key
from audit.sealed.stored_tree import stored_tiles
from audit.tlog import checkpoint
from audit.tlog.leaf import utc
from audit.tlog.note import ED25519, Signer, Verifier, signatures
from audit.tlog.prover import Prover

# A pack has at most MOST events if made on a page, or MOST_AT_ALL if made by a command. PAGE rows are read at once.
MOST, MOST_AT_ALL, PAGE = 5_000, 100_000, 500
# Each fact listed in NAMING is the id of a person, tenant or residence: an event with this fact names somebody.
NAMING = ("person", "approved_by", "tenant", "residence")
Rows = Callable[[type], Any]


class NothingSealed(Exception):
    """Raised if the sealed log has no signed checkpoint yet: a pack could not prove any event without one."""


class TooMany(Exception):
    """Raised if an evidence pack would contain more events than allowed."""


class Details(StrEnum):
    """The events whose details a pack includes: all events, none, or (OWN) the events that name nobody except the
    person or accounts that the pack is about."""

    OWN = "own"
    ALL = "all"
    NONE = "none"


@dataclass(frozen=True)
class Wanted:
    """Which audit events an evidence pack contains: all events about `accounts`, all events that `person` caused, or,
    without both, all events of the period.

    A deleted event is represented by its leaf alone, which is its entry in the sealed log.
    """

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

    def in_period(self, rows: Any) -> Any:
        """Filter a queryset of events or leaves to those from `start` to `end` (excluded)."""
        if self.start:
            rows = rows.filter(at__gte=self.start)
        return rows.filter(at__lt=self.end) if self.end else rows

    def select(self, events: Any) -> Any:
        """Filter a queryset of events to those that the pack is about: events of the period that `person` caused or,
        without `person`, that are about one of `accounts`."""
        events = self.in_period(events)
        if self.person:
            return events.filter(actor=self.person)
        accounts = list(self.accounts)
        return events.filter(Q(about__in=accounts) | Q(shown_ids__overlap=accounts))

    def allows_details(self, line: dict[str, Any]) -> bool:
        """Whether the pack may contain the details of this event. Details with an amount are never included, because no
        role that may export packs may see accounts."""
        if AMOUNTS & facts(line).keys():
            return False
        if line["kind"] == TRACE_PRUNED.code or self.details is Details.ALL:
            return True
        return self.details is Details.OWN and named_in(line) <= self.named


@dataclass(frozen=True)
class Sealed:
    """The newest checkpoint (signed state) of the sealed log. Every proof in a pack shows that an event is in the log
    of this checkpoint.

    `cosigned_size` is the number of leaves in the newest checkpoint that a witness (outside server) cosigned. It equals
    `size` if no witness has cosigned the log.
    """

    origin: str
    size: int
    at: datetime
    cosigned_size: int


@dataclass(frozen=True)
class Taken:
    """How many events a finished pack contains. `withheld` counts the events whose details the pack's maker left out.
    `erased` counts the events whose details had been deleted when the retention period of their month ended."""

    events: int
    withheld: int
    erased: int


def sealed(rows: Rows) -> Sealed:
    newest = rows(Checkpoint).order_by("-size").first()
    if newest is None:
        raise NothingSealed
    newest_checkpoint, cosignature = _parse(newest), rows(Cosignature).order_by("-size").first()
    cosigned = rows(Checkpoint).get(size=cosignature.size) if cosignature else newest
    # Restoring a backup renames the log. Cosignatures that name the old log are ignored.
    size = newest_checkpoint.size
    if cosignature and _parse(cosigned).origin == newest_checkpoint.origin:
        size = cosignature.size
    return Sealed(newest_checkpoint.origin, newest_checkpoint.size, newest.at, size)


def _parse(row: Checkpoint) -> checkpoint.Checkpoint:
    return checkpoint.parse(signatures(bytes(row.note).decode())[0])


class Taking:
    """Selects the leaves (entries of the sealed log) of one evidence pack, then writes the pack."""

    def __init__(self, rows: Rows, vault: Vault, wanted: Wanted, upto: Sealed, most: int, earlier: int = 0) -> None:
        """Select the leaves that match `wanted`, among those covered by the checkpoint `upto`. Raises TooMany if more
        than `most` leaves match.

        `earlier` is the size of an older checkpoint, or 0. If it is given, the pack also proves that no leaf of that
        checkpoint was changed or removed since.
        """
        self._rows, self._vault, self._wanted, self._upto, self._most = rows, vault, wanted, upto, most
        self._earlier = earlier
        self.whole: tuple[int, int] | None = None
        self._months: dict[date, bytes | None] = {}
        self._absent = dict.fromkeys(pack.Absent, 0)
        self.numbers = self._chosen()

    def write(self, file: IO[bytes], question: pack.Question, keys: Sequence[pack.Key], signer: Signer) -> Taken:
        sizes = sorted({self._upto.cosigned_size, self._upto.size, *([self._earlier] if self._earlier else [])})
        with connection.cursor() as self._cursor:
            prover = Prover(partial(stored_tiles, self._cursor), self._upto.size)
            notes = [cosigned_note(self._rows, size) for size in sizes]
            links, all_keys = pack.link(sizes, prover.hash_at), [*log_keys(self._rows), *keys]
            pack.write(file, question, self._entries(prover), notes, links, all_keys, signer)
        return Taken(len(self.numbers), self._absent[pack.Absent.WITHHELD], self._absent[pack.Absent.ERASED])

    def _chosen(self) -> list[int]:
        """Return the numbers of the leaves to export, in ascending order. Raises TooMany.

        If months of the wanted period were deleted, the pack also contains the event that records the newest deletion,
        because this event explains why events are missing.
        """
        leaves = self._rows(Leaf).filter(number__lt=self._upto.size)
        if self._wanted.whole:
            inside = self._wanted.in_period(leaves).order_by("number")
            numbers = list(inside.values_list("number", flat=True)[: self._most + 1])
            if numbers:
                # Export all leaf numbers from first to last, so that a missing leaf is visible as a gap in the numbers.
                self.whole = numbers[0], numbers[-1]
                between = leaves.filter(number__range=self.whole).order_by("number")
                numbers = list(between.values_list("number", flat=True)[: self._most + 1])
        else:
            events = self._wanted.select(self._rows(Event)).order_by("at", "id")
            lines = list(events.values_list("pk", "at")[: self._most + 1])
            leaves_of_pages = (
                leaves.filter(at__in=[at for _pk, at in page]).values_list("number", "event", "at")
                for page in pages(lines)
            )
            # The index of leaves begins with their time. Two events may have the same time, or the same id.
            wanted = set(lines)
            numbers = list({number for page in leaves_of_pages for number, event, at in page if (event, at) in wanted})
        if len(numbers) > self._most:
            raise TooMany
        prunings = self._rows(Event).filter(kind=TRACE_PRUNED.code, machine="prune_trace", actor=None)
        if self.whole and (pruning := prunings.newest_first().first()):
            first_day = leaves.get(number=numbers[0]).at.astimezone(UTC).date()
            if first_day.isoformat() < pruning.facts["before"]:
                numbers += leaves.filter(event=pruning.pk, at=pruning.at).values_list("number", flat=True)
        return sorted(set(numbers))

    def _entries(self, prover: Prover) -> Iterator[pack.Entry]:
        for numbers in pages(self.numbers):
            leaves = list(self._rows(Leaf).filter(number__in=numbers).order_by("number"))
            moments = [leaf.at for leaf in leaves]
            bounds = {"pk__in": [leaf.event for leaf in leaves], "at__gte": min(moments), "at__lte": max(moments)}
            lines = {(line["id"], line["at"]): line for line in by_column(self._rows(Event).filter(**bounds))}
            for leaf, proof in zip(leaves, prover.inclusion([leaf.number for leaf in leaves]), strict=True):
                month = leaf.at.astimezone(UTC).date().replace(day=1)
                if month not in self._months:
                    self._months[month] = read_month_key(self._cursor, self._vault, month)
                key, line, given = self._months[month], lines.get((leaf.event, leaf.at)), None
                absent = pack.Absent.WITHHELD if key else pack.Absent.ERASED
                if key and line and self._wanted.allows_details(line):
                    given = pack.Payload(salt(key, leaf.event, utc(leaf.at)), payload(line))
                else:
                    self._absent[absent] += 1
                yield pack.Entry(leaf.number, self._upto.size, bytes(leaf.entry), proof, given, absent)


def cosigned_note(rows: Rows, size: int) -> str:
    """Return the checkpoint (signed state of the log) of this size as a signed note, followed by the cosignatures of
    the witnesses."""
    note = bytes(rows(Checkpoint).get(size=size).note).decode()
    lines = rows(Cosignature).filter(size=size).order_by("witness").values_list("line", flat=True)
    return note + "".join(bytes(line).decode() for line in lines)


def log_keys(rows: Rows) -> Iterator[pack.Key]:
    """Yield the public keys of the sealed log, each with its first day of use and the day on which the next key
    replaced it."""
    for key, following in pairwise([*rows(SealKey).order_by("since"), None]):
        vkey = Verifier(key.name, ED25519, bytes(key.public)).vkey
        since, until = utc(key.since)[:10], utc(following.since)[:10] if following else ""
        yield pack.Key(vkey, "log", since, until)


def pages(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (items[at : at + PAGE] for at in range(0, len(items), PAGE))


def named_in(line: dict[str, Any]) -> set[UUID]:
    """Return the ids of the people, tenants and accounts that the details of an event name. The id of the employee who
    acted is not included."""
    ids = [value for name, value in facts(line).items() if name in NAMING and is_id(value)]
    return {*filter(None, [line["about"]]), *line["shown"], *map(UUID, ids)}
