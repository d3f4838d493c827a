"""Prepared statements, for pages that are opened often: PostgreSQL parses and plans them once per connection.

psycopg2 does not use the prepared statements of PostgreSQL's protocol, so `PreparingCursor` sends PREPARE and EXECUTE.
"""

import re
from collections.abc import Sequence
from hashlib import sha256
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from psycopg2 import OperationalError, errors, extensions

_NAMES: dict[str, str] = {}
_PLACEHOLDER = re.compile("%(s|%)")
# The names of the statements that each connection has prepared, or None if the connection must not prepare any.
_on_connection: WeakKeyDictionary[extensions.connection, set[str] | None] = WeakKeyDictionary()


def prepared(sql: str) -> str:
    """Return the statement itself. From now on, `PreparingCursor` prepares it.

    Its parameters are `%s`. Their types must follow from the statement, since PREPARE does not see the values.
    """
    if sql not in _NAMES:
        _NAMES[sql] = f"loge_{sha256(sql.encode()).hexdigest()[:24]}"
    return sql


class PreparingCursor(extensions.cursor):
    """Cursor that prepares the statements registered with `prepared` when a connection first executes them.

    After a migration that changed the type of a column, PostgreSQL refuses a statement prepared before. `execute` then
    raises OperationalError, so this request gets 503, and the connection prepares nothing any more.
    """

    def execute(self, query: Any, vars: Any = None) -> None:
        name = _NAMES.get(query) if isinstance(query, str) and isinstance(vars, Sequence) else None
        if name is None or (names := self._names()) is None:
            super().execute(query, vars)
            return
        if name not in names:
            numbers = count(1)
            numbered = _PLACEHOLDER.sub(lambda sign: "%" if sign[1] == "%" else f"${next(numbers)}", query)
            super().execute(f"PREPARE {name} AS {numbered}")
            names.add(name)
        try:
            super().execute(f"EXECUTE {name} ({', '.join(['%s'] * len(vars))})" if vars else f"EXECUTE {name}", vars)
        except errors.FeatureNotSupported as error:
            _on_connection[self.connection] = None
            raise OperationalError(f"{name} was prepared before a migration.") from error

    def _names(self) -> set[str] | None:
        if self.connection not in _on_connection:
            # A pool such as PgBouncer may execute each transaction on another connection to the server, which has other
            # prepared statements. It tells the client a process id of its own instead of that of the server's process.
            super().execute("SELECT pg_backend_pid()")
            direct = self.fetchone() == (self.connection.info.backend_pid,)
            _on_connection[self.connection] = set() if direct else None
        return _on_connection[self.connection]
