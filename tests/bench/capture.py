"""Requests pages of an application and prints the SQL statements of each page as JSON.

Usage: `python -m tests.bench.capture APPLICATION`. Standard input is a JSON list of pages: (path, session, form).
"""

import json
import sys
from contextlib import ExitStack
from importlib import import_module
from typing import Any


def main(application: str) -> None:
    # Importing the module of the WSGI application configures Django, which all later steps need.
    import_module(application)
    requests = json.load(sys.stdin)
    print(json.dumps([[_statements(*page), _prepared()] for page in requests]))


def _statements(path: str, session: str, form: dict[str, str] | None) -> list[tuple[str, bool, str, str]]:
    """Request a page twice and return the SQL statements of the second request.

    Each one is a tuple: database login, whether the login `default` is in a transaction, SQL, and what was sent: the
    SQL, or EXECUTE for a prepared statement. The first request only fills the caches of this process.
    """
    from django.conf import settings
    from django.db import connections
    from django.test import Client

    statements: list[tuple[str, bool, str, str]] = []

    def record(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        cursor, atomic = context["cursor"].cursor, connections["default"].in_atomic_block
        text = cursor.mogrify(sql, params).decode()
        result = execute(sql, params, many, context)
        statements.append((context["connection"].alias, atomic, text, cursor.query.decode()))
        return result

    client = Client(SERVER_NAME="localhost")
    # The argument `session` is the session cookie's value. Further cookies may follow it, separated by semicolons.
    client.cookies.load(f"{settings.SESSION_COOKIE_NAME}={session}")
    with ExitStack() as hearing:
        for alias in connections:
            # On exit, execute_wrapper() removes the last wrapper. It must be the function `record`, not Loge's wrapper.
            # Loge adds its wrapper when a connection opens, so the connection must be open before `record` is added.
            connections[alias].ensure_connection()
            hearing.enter_context(connections[alias].execute_wrapper(record))
        for _twice in range(2):
            statements.clear()
            answer = client.get(path) if form is None else client.post(path, form)
            assert answer.status_code == 200, (path, answer.status_code)
    return statements


def _prepared() -> list[tuple[str, str]]:
    """Return each prepared statement of the open connections, as (database login, PREPARE)."""
    from django.db import connections

    statements = []
    for alias in connections:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT statement FROM pg_prepared_statements")
            statements += [(alias, statement) for (statement,) in cursor.fetchall()]
    return statements


if __name__ == "__main__":
    main(sys.argv[1])
