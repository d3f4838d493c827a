"""Finds the audit events that have no leaf yet.

The sealer works in passes; each pass gives a leaf (an entry of the sealed log) to every new event. Events are not
committed in the order of their times, so a search for events later than the newest sealed event would miss some. Each
pass searches a window of time instead. The window begins so early that all transactions with earlier events have ended:

- Each pass notes the time and the next transaction number. An event that a pass could not see belongs to a transaction
  that was running during this pass or began later. The number of this transaction is at least that of the oldest
  transaction running now. Hence the event is later than the newest noted pass whose next number is not above the number
  of the oldest running transaction. The window begins at the time of that pass.
- If the transaction of an event in the window had ended at the previous pass, the event already has its leaf. Such a
  transaction has a lower number than the oldest transaction that was running then. Under load, tens of thousands of
  events are skipped in this way.
- For all other events of the window, the leaves must be read. If such an event has a leaf, the leaf was added after the
  newest noted pass before which the event's transaction had no number. So the number of the leaf is at least the log's
  size at that pass. If the leaves from this number on are few, one query reads them all, instead of one query for each
  event. If that query reads too few leaves, as after a switch to another server, an event would get two leaves. The
  table's constraint then rejects the pass, and the next pass looks for the leaf of each event.
- If the clock is set back, the window moves back too, and no event in the window is assumed to have a leaf.
- When the sealer starts, and every six hours, a scan of all days before the window runs as well, one day per pass.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from audit.sealed.bulk_encode import Row
from audit.sealed.payload import ENCODED_COLUMNS

# An event may get its time before its transaction gets its number. So each search starts MARGIN earlier.
MARGIN = timedelta(seconds=2)
# A scan of all days of the audit log starts SCAN_SECONDS after the end of the last such scan.
SCAN_SECONDS = 6 * 3600
_DAY = timedelta(days=1)
_FIRST = datetime.min.replace(tzinfo=UTC)
# _NOW selects the time, the number of the oldest running transaction, and the number of the next transaction.
# _NOW does not use the snapshot's xmax as the next number, because running transactions may have higher numbers.
# age(x) is the distance from transaction x to the next transaction, so _NOW computes the next number as x + age(x).
# In a transaction that already has a number, age(x) counts up to this number, so _NOW selects NULL instead.
_NOW = """SELECT clock_timestamp(), xmin, CASE WHEN pg_current_xact_id_if_assigned() IS NULL
        THEN xmax + mod(mod(age('3'::xid) + 3 - xmax, 4294967296) + 4294967296, 4294967296) END
    FROM (SELECT pg_snapshot_xmin(s)::text::bigint AS xmin, pg_snapshot_xmax(s)::text::bigint AS xmax
          FROM pg_current_snapshot() s) snapshot"""
_MISSING = f"""SELECT {ENCODED_COLUMNS} FROM audit_event e WHERE {{}}
    ORDER BY e.at, e.id LIMIT %s"""  # noqa: S608 - names of columns
_LEAFLESS = "NOT EXISTS (SELECT FROM audit_leaf l WHERE l.event = e.id AND l.at = e.at)"
# _LEAFLESS_SINCE is an SQL condition on events: the event has no leaf (log entry) among the leaves from number %s on.
# LIMIT makes PostgreSQL expect at most FEW leaves (log entries), although it has no statistics about the newest ones.
FEW = 10_000
_LEAFLESS_SINCE = f"""(e.id, e.at) NOT IN
    (SELECT l.event, l.at FROM audit_leaf l WHERE l.number >= %s ORDER BY l.number LIMIT {FEW})"""  # noqa: S608 - a number
# _NEW is an SQL condition on events: the event was inserted by transaction number %s or by a later transaction.
# Transaction numbers start again at 0 after 2^32, so _NEW compares ages of transactions instead of their numbers.
_NEW = "age(e.xmin) <= age((%s %% 4294967296)::text::xid)"
_OLDEST = "SELECT at FROM audit_event WHERE at >= %s AND at < %s ORDER BY at LIMIT 1"
_NEWEST_SEALED = "SELECT at FROM audit_leaf ORDER BY number DESC LIMIT 1"


@dataclass(frozen=True)
class Settled:
    """What the next pass of the sealer may skip when it searches for events without a leaf (log entry).

    It searches only events later than `floor`. It skips events of transactions with a number below `sealed_below` (if
    not None), because they already have leaves. Leaves of the remaining events have the number `since` or a higher one.
    A running scan of all days goes on with the events from `scan_from` on; None if no scan is running.
    """

    floor: datetime
    sealed_below: int | None
    since: int
    scan_from: datetime | None


@dataclass(frozen=True)
class _Mark:
    """The state of the database at the beginning of one pass of the sealer: the time, the number that the next
    transaction would get, and the number of leaves."""

    at: datetime
    number: int
    size: int


class Unsealed:
    """Finds the audit events without a leaf, and remembers from one pass of the sealer to the next where to search."""

    def __init__(self) -> None:
        self._floor: datetime | None = None
        self._marks: list[_Mark] = []
        # All events whose transaction number is lower than `_seen` already have a leaf (entry of the sealed log).
        self._seen: int | None = None
        self._since = 0
        self._scan_from: datetime | None = _FIRST
        self._scanned_at = time.monotonic()

    @property
    def is_scanning(self) -> bool:
        """Whether a scan is running that looks for events without a leaf on all days of the audit log."""
        return self._scan_from is not None

    def search(self, cursor: Any, size: int, limit: int) -> tuple[list[Row], Settled]:
        """Return at most `limit` events that have no leaf (log entry), and a `Settled`, which says what the next search
        may skip.

        The first search begins one day before the newest leaf. `size` is the number of leaves in the log. Once the
        leaves of these events are committed, the caller passes the `Settled` to the method `settle`.
        """
        cursor.execute(_NOW)
        now, oldest_running, next_number = cursor.fetchone()
        if self._floor is None:
            cursor.execute(_NEWEST_SEALED)
            newest = cursor.fetchone()
            self._floor = min(newest[0] if newest else now, now) - _DAY
        # If this pass of the sealer fails, `_seen` stays None, so that the next pass skips no events.
        sealed_below, self._seen = self._seen if now >= self._floor else None, None
        self._floor = min(self._floor, now)
        rows = self._missing(cursor, *self.window(self._floor, size, sealed_below), limit)
        older, scan_from = self._scan(cursor, self._floor - MARGIN, limit - len(rows))
        if next_number is not None:
            self._marks.append(_Mark(now, next_number, size))
        settled = [mark for mark in self._marks if mark.number <= oldest_running][-1:]
        self._marks = settled + [mark for mark in self._marks if mark.number > oldest_running]
        if len(rows) >= limit:
            return rows, Settled(self._floor, sealed_below, self._since, scan_from)
        [last] = settled or [_Mark(self._floor, 0, 0)]
        return older + rows, Settled(last.at, oldest_running, last.size, scan_from)

    def settle(self, settled: Settled) -> None:
        if self.is_scanning and settled.scan_from is None:
            self._scanned_at = time.monotonic()
        self._floor, self._seen, self._since = settled.floor, settled.sealed_below, settled.since
        self._scan_from = settled.scan_from

    def window(self, floor: datetime, size: int, sealed_below: int | None) -> tuple[str, list[Any]]:
        """Return a WHERE condition, and its parameters, for the recent events that have no leaf."""
        where, params = "e.at >= %s", [floor - MARGIN]
        if sealed_below is None:
            return f"{where} AND {_LEAFLESS}", params
        if size - self._since > FEW:
            return f"{where} AND {_NEW} AND {_LEAFLESS}", [*params, sealed_below]
        return f"{where} AND {_NEW} AND {_LEAFLESS_SINCE}", [*params, sealed_below, self._since]

    def _scan(self, cursor: Any, end: datetime, limit: int) -> tuple[list[Row], datetime | None]:
        """Return at most `limit` events without a leaf from one day before `end`, and where the scan goes on: None if
        all days have been scanned, or if no scan is due."""
        if not self.is_scanning and time.monotonic() - self._scanned_at >= SCAN_SECONDS:
            self._scan_from = _FIRST
        if not self.is_scanning or limit == 0:
            return [], self._scan_from
        cursor.execute(_OLDEST, [self._scan_from, end])
        oldest = cursor.fetchone()
        if oldest is None:
            return [], None
        [day] = oldest
        rows = self._missing(cursor, f"e.at >= %s AND e.at < %s AND {_LEAFLESS}", [day, min(day + _DAY, end)], limit)
        if len(rows) >= limit:
            return rows, day
        return rows, day + _DAY if day + _DAY < end else None

    def _missing(self, cursor: Any, where: str, params: list[Any], limit: int) -> list[Row]:
        cursor.execute(_MISSING.format(where), [*params, limit])
        rows: list[Row] = cursor.fetchall()
        return rows
