"""Lets a page read from a hot standby, if the standby has replayed everything that the primary had when it was asked.

The page is then the same that the primary would show: whoever just changed something sees it, and access that has ended
is refused (docs/decisions/0064-pages-read-from-a-standby.md). Without LOGE_STANDBY_URL, nothing here runs.
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
# The position in the write-ahead log up to which the primary has written, and the timeline, which changes when a
# standby becomes the primary. Other sessions see a change only after the position of its commit.
_POSITION = "SELECT at::text, left(pg_walfile_name(at), 8) FROM pg_current_wal_insert_lsn() AS at"
# A standby that has not followed the newest primary may have replayed a further position of another history. Its
# control file then names another timeline.
_HAS_REPLAYED = """SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= %s::pg_lsn
    AND lpad(upper(to_hex((pg_control_checkpoint()).timeline_id)), 8, '0') = %s"""
# How often the standby is asked whether it has replayed the position, and the time between, in seconds.
_TRIES, _BETWEEN = 4, 0.001
# Seconds for which this process reads from the primary after the standby failed.
PAUSE = 5.0


class Behind(Exception):
    """Raised if the standby has not replayed what the primary has written, or is no standby."""


class StandbyFailed(Exception):
    """Raised if the page could not be read from the standby, and must be read from the primary."""


@dataclass(frozen=True)
class Position:
    """A position in the write-ahead log of the primary, and the primary's timeline."""

    lsn: str
    timeline: str


class _Pause:
    """Until when this process does not use the standby. A dead standby would otherwise delay each page."""

    until = 0.0


def is_available() -> bool:
    return STANDBY in settings.DATABASES and time.monotonic() >= _Pause.until


def primary_position() -> Position:
    """Return up to where the primary has written. All that other sessions can see now lies before."""
    with connection.cursor() as cursor:
        cursor.execute(_POSITION)
        return Position(*cursor.fetchone())


def require_replayed(cursor: Any, position: Position) -> None:
    """Raise Behind if the server has not replayed the position after a few milliseconds.

    The caller's transaction must be open: a connection pool may otherwise run its other queries on another standby.
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
    """Within the block, the default database connection is that of the standby.

    Raises StandbyFailed if a statement fails there, except for a statement that took too long, which would also take
    too long on the primary.
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
        # These errors come from the statement, so they say nothing about the standby.
        if not isinstance(error, DataError | ProgrammingError):
            _Pause.until = time.monotonic() + PAUSE
        raise StandbyFailed from error
    finally:
        connections["default"] = primary
