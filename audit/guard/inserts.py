"""Refuses an INSERT that stored nothing: a rule or a trigger can drop a row, and the server reports success."""

import re
from collections.abc import Callable
from typing import Any

from django.db import OperationalError
from django.db.backends.signals import connection_created

# Statements that always store one row for each tuple. An INSERT that selects its rows or has ON CONFLICT may
# legitimately store none.
_CERTAIN = re.compile(r'\s*INSERT\s+INTO\s+[\w".]+\s*\([^()]*\)\s*(VALUES|SELECT \* FROM UNNEST)\b', re.IGNORECASE)


class RowNotStored(OperationalError):
    """The server reported success and stored fewer rows than it was given."""


def require_stored_rows(cursor: Any, expected: int, table: str) -> None:
    """Compare the command tag of the INSERT that `cursor` just executed. Raises RowNotStored."""
    if cursor.rowcount != expected:
        raise RowNotStored(f"{table}: {cursor.rowcount} rows stored of {expected}")


def refuse_dropped_rows(execute: Callable[..., Any], statement: Any, params: Any, many: bool, context: Any) -> Any:
    """Wrapper for Django's `connection.execute_wrappers`; covers every INSERT of the ORM and most handwritten ones."""
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
    """Add the wrapper when a connection opens; a connection that reopens still has it."""
    if refuse_dropped_rows not in connection.execute_wrappers:
        connection.execute_wrappers.append(refuse_dropped_rows)


connection_created.connect(watch_connection)
