"""Which lines of the trace have no leaf yet: found by what is missing, never by what came last.

A cursor that follows the newest line misses whatever commits late. So each pass asks for lines without a leaf, over a
window that reaches back to the last moment before which nothing can still be on its way:

- Each pass notes the time and the next transaction number. A line that a pass could not see belongs to a transaction
  still running then, or begun later: its number is at least the oldest running one. So it was written after the newest
  noted pass whose next number was not above that.
- A line of the window whose transaction was over at the pass before had its leaf then: its number is below that of the
  oldest one running at that moment. Of such lines, tens of thousands under load, none is looked for again.
- A line of the others had its leaf only after the newest noted pass before which its transaction had no number, so the
  leaf's own number is at least the log's size then. Where these are few they are read once, not looked up line by line.
  Should they be too few, as on another server's log, its line has two leaves: the table refuses the pass, and the next
  one looks lines up.
- A clock set back moves the window back with it, and nothing in it is taken for seen.
- When the sealer starts, and every six hours, all days are gone over as well, one a pass.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from audit.sealed.payload import SPELLED
from audit.sealed.spelling import Row

MARGIN = timedelta(seconds=2)  # between reading the clock for a line and numbering its transaction
AROUND = 6 * 3600  # seconds
_DAY = timedelta(days=1)
_FIRST = datetime.min.replace(tzinfo=UTC)
# The next number is not the snapshot's own end, which is one past the highest transaction that is over: those that run
# may stand above it. An age is counted from the next number, of 32 bits, unless the transaction that asks has its own.
_NOW = """SELECT clock_timestamp(), xmin, CASE WHEN pg_current_xact_id_if_assigned() IS NULL
        THEN xmax + mod(mod(age('3'::xid) + 3 - xmax, 4294967296) + 4294967296, 4294967296) END
    FROM (SELECT pg_snapshot_xmin(s)::text::bigint AS xmin, pg_snapshot_xmax(s)::text::bigint AS xmax
          FROM pg_current_snapshot() s) snapshot"""
_MISSING = f"""SELECT {SPELLED} FROM audit_event e WHERE {{}}
    ORDER BY e.at, e.id LIMIT %s"""  # noqa: S608 - names of columns
_LEAFLESS = "NOT EXISTS (SELECT FROM audit_leaf l WHERE l.event = e.id)"
# A table of them in memory, instead of a look into the index for each line. The limit takes nothing away: it tells the
# planner, who may know nothing of the newest leaves, that they have room there.
FEW = 10_000
_LEAFLESS_SINCE = f"""e.id NOT IN
    (SELECT l.event FROM audit_leaf l WHERE l.number >= %s ORDER BY l.number LIMIT {FEW})"""  # noqa: S608 - a number
# Whose transaction was not over when the oldest one still running at the pass before began; numbers go round at 2^32.
_NEW = "age(e.xmin) <= age((%s %% 4294967296)::text::xid)"
_OLDEST = "SELECT at FROM audit_event WHERE at >= %s ORDER BY at LIMIT 1"
_NEWEST_SEALED = "SELECT at FROM audit_leaf ORDER BY number DESC LIMIT 1"


@dataclass(frozen=True)
class Settled:
    """From where on, and from which transaction on, the next pass looks, and from which leaf on theirs stand."""

    floor: datetime
    seen: int | None
    since: int


@dataclass(frozen=True)
class _Mark:
    """A pass: when, the next transaction's number, how many leaves there were."""

    at: datetime
    number: int
    size: int


class Unsealed:
    """Kept from pass to pass. A sealer that starts looks at the last day, and goes over the others."""

    def __init__(self) -> None:
        self._floor: datetime | None = None
        self._marks: list[_Mark] = []
        self._seen: int | None = None  # lines of transactions below this number have their leaf, as far as the floor
        self._since = 0
        self._around: datetime | None = _FIRST
        self._gone_over_at = time.monotonic()

    @property
    def goes_over(self) -> bool:
        """Whether days are still to be gone over."""
        return self._around is not None

    def lately(self, cursor: Any, size: int, limit: int) -> tuple[list[Row], Settled]:
        """Lines without a leaf, oldest first, in a log of `size`; and what to settle on once they have theirs: pass it
        to `settle`."""
        cursor.execute(_NOW)
        now, oldest_running, next_number = cursor.fetchone()
        if self._floor is None:
            cursor.execute(_NEWEST_SEALED)
            newest = cursor.fetchone()
            self._floor = min(newest[0] if newest else now, now) - _DAY
        # A pass that fails, its connection lost perhaps for another server's, leaves nothing for seen.
        seen, self._seen = self._seen if now >= self._floor else None, None
        self._floor = min(self._floor, now)
        found = self._missing(cursor, *self._window(self._floor, size, seen), limit)
        if next_number is not None:
            self._marks.append(_Mark(now, next_number, size))
        settled = [mark for mark in self._marks if mark.number <= oldest_running][-1:]
        self._marks = settled + [mark for mark in self._marks if mark.number > oldest_running]
        if len(found) >= limit:
            return found, Settled(self._floor, seen, self._since)
        [last] = settled or [_Mark(self._floor, 0, 0)]
        return found, Settled(last.at, oldest_running, last.size)

    def settle(self, settled: Settled) -> None:
        self._floor, self._seen, self._since = settled.floor, settled.seen, settled.since

    def _window(self, floor: datetime, size: int, seen: int | None) -> tuple[str, list[Any]]:
        """The lines to look for, and how it is known which of them have their leaf."""
        where, given = "e.at >= %s", [floor - MARGIN]
        if seen is None:
            return f"{where} AND {_LEAFLESS}", given
        if size - self._since > FEW:
            return f"{where} AND {_NEW} AND {_LEAFLESS}", [*given, seen]
        return f"{where} AND {_NEW} AND {_LEAFLESS_SINCE}", [*given, seen, self._since]

    def elsewhere(self, cursor: Any, limit: int) -> list[Row]:
        """Lines without a leaf of one more day; nothing between two rounds."""
        if self._around is None and time.monotonic() - self._gone_over_at < AROUND:
            return []
        cursor.execute(_OLDEST, [self._around or _FIRST])
        oldest = cursor.fetchone()
        if oldest is None:
            self._around, self._gone_over_at = None, time.monotonic()
            return []
        day = oldest[0]
        found = self._missing(cursor, f"e.at >= %s AND e.at < %s AND {_LEAFLESS}", [day, day + _DAY], limit)
        if len(found) < limit:
            self._around = day + _DAY
        return found

    def _missing(self, cursor: Any, where: str, given: list[Any], limit: int) -> list[Row]:
        cursor.execute(_MISSING.format(where), [*given, limit])
        found: list[Row] = cursor.fetchall()
        return found
