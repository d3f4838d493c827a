"""Raises an error if an INSERT stored fewer rows than it was given. A rule or trigger added by hand could drop rows,
for example audit events, without any error from PostgreSQL."""

import re
from collections.abc import Callable
from typing import Any

from django.db import OperationalError
from django.db.backends.signals import connection_created

# _CERTAIN matches an INSERT that must store each row it is given. An INSERT of a query's result may store no row.
_CERTAIN = re.compile(r'\s*INSERT\s+INTO\s+[\w".]+\s*\([^()]*\)\s*(VALUES|SELECT \* FROM UNNEST)\b', re.IGNORECASE)


class RowNotStored(OperationalError):
    """Raised if PostgreSQL reported success for an INSERT, but stored fewer rows than it was given."""


def require_stored_rows(cursor: Any, expected: int, table: str) -> None:
    """Raise RowNotStored unless the INSERT that `cursor` just executed stored `expected` rows."""
    if cursor.rowcount != expected:
        raise RowNotStored(f"{table}: {cursor.rowcount} rows stored of {expected}")


def refuse_dropped_rows(execute: Callable[..., Any], statement: Any, params: Any, many: bool, context: Any) -> Any:
    """Execute wrapper for database connections: raise RowNotStored if an INSERT stored fewer rows than it was given.

    Not checked: executemany, ON CONFLICT, and INSERTs that select rows from tables.
    """
    result = execute(statement, params, many, context)
    inserting = None if many or not isinstance(statement, str) else _CERTAIN.match(statement)
    if inserting and "ON CONFLICT" not in statement.upper():
        stored, expected = context["cursor"].rowcount, 1
        if inserting[1].upper() != "VALUES":
            expected = len(params[0])
        if stored < expected:
            raise RowNotStored(f"{stored} rows stored of {expected}: {inserting[0][:80]}")
    return result


def watch_connection(connection: Any, **_signal: Any) -> None:
    """Signal receiver: add the wrapper `refuse_dropped_rows` to a new database connection, so that it checks its
    INSERTs.

    The signal is also sent when an existing connection reconnects. The wrapper is not added a second time then.
    """
    if refuse_dropped_rows not in connection.execute_wrappers:
        connection.execute_wrappers.append(refuse_dropped_rows)


connection_created.connect(watch_connection)
