"""Lets pages read from a hot standby, a copy of the primary database that follows its write-ahead log.

A page reads from the standby only if the standby has all changes that the primary had when the request came. So people
see what they have just changed, and access that has ended is refused
(docs/decisions/0064-pages-read-from-a-standby.md). Without the setting LOGE_STANDBY_URL, no page reads from a standby.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError, DataError, InterfaceError, ProgrammingError, connection, connections
from psycopg2.errors import QueryCanceled

STANDBY = "standby"
# _POSITION selects how far the primary has written its write-ahead log, and its timeline.
# The timeline changes when a standby becomes the primary.
_POSITION = "SELECT at::text, left(pg_walfile_name(at), 8) FROM pg_current_wal_insert_lsn() AS at"
# Timelines are compared, because a standby of a former primary may have as many changes, but different ones.
_HAS_REPLAYED = """SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= %s::pg_lsn
    AND lpad(upper(to_hex((pg_control_checkpoint()).timeline_id)), 8, '0') = %s"""
# The standby is asked _TRIES times, every _BETWEEN seconds, whether it has replayed the position.
_TRIES, _BETWEEN = 4, 0.001
# After the standby has failed, this process reads from the primary for PAUSE seconds.
PAUSE = 5.0


class Behind(Exception):
    """Raised if the standby lacks changes that the primary has, or if the server is no standby."""


class StandbyFailed(Exception):
    """Raised if the page could not be read from the standby, and must be read from the primary."""


@dataclass(frozen=True)
class Position:
    """How far the primary has written its write-ahead log, and its timeline, which changes when a standby becomes the
    primary."""

    lsn: str
    timeline: str


class _Pause:
    """`until` is the time before which this process does not try the standby, so that a dead one does not delay each
    page."""

    until = 0.0


def is_available() -> bool:
    return STANDBY in settings.DATABASES and time.monotonic() >= _Pause.until


def primary_position() -> Position:
    """Return the primary's position in its write-ahead log. All changes that are visible now come before this
    position."""
    with connection.cursor() as cursor:
        cursor.execute(_POSITION)
        return Position(*cursor.fetchone())


def require_replayed(cursor: Any, position: Position) -> None:
    """Raise Behind if the standby has not replayed the write-ahead log up to `position` after a few milliseconds.

    The caller's transaction must be open: otherwise a connection pool may run the page's queries on another standby
    than this check.
    """
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(_BETWEEN)
        cursor.execute(_HAS_REPLAYED, [position.lsn, position.timeline])
        if cursor.fetchone()[0]:
            return
    raise Behind


@contextmanager
def reading_from_standby() -> Iterator[None]:
    """Use the standby as the default database within the block.

    Raises StandbyFailed if a statement fails there. A statement that exceeds the statement timeout raises its own
    error, because it would also exceed it on the primary.
    """
    primary = connections["default"]
    connections["default"] = connections[STANDBY]
    try:
        yield
    except Behind as error:
        raise StandbyFailed from error
    except (DatabaseError, InterfaceError) as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise
        # DataError and ProgrammingError come from the SQL statement. They do not mean that the standby is down.
        if not isinstance(error, DataError | ProgrammingError):
            _Pause.until = time.monotonic() + PAUSE
        raise StandbyFailed from error
    finally:
        connections["default"] = primary
