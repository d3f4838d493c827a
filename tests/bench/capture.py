"""What pages say to the database, word for word: `python -m tests.bench.capture APPLICATION`, pages on stdin."""

import json
import sys
from contextlib import ExitStack
from importlib import import_module
from typing import Any


def main(application: str) -> None:
    import_module(application)  # sets the settings, which the lines below need
    asked = json.load(sys.stdin)
    print(json.dumps([_statements(*page) for page in asked]))


def _statements(path: str, session: str, words: dict[str, str] | None) -> list[tuple[str, bool, str]]:
    """(login, inside a transaction?, statement) of the second time: the first fills what a process keeps."""
    from django.conf import settings
    from django.db import connections
    from django.test import Client

    said: list[tuple[str, bool, str]] = []

    def hear(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        text = context["cursor"].cursor.mogrify(sql, params).decode()
        said.append((context["connection"].alias, context["connection"].in_atomic_block, text))
        return execute(sql, params, many, context)

    client = Client(SERVER_NAME="localhost")
    client.cookies.load(f"{settings.SESSION_COOKIE_NAME}={session}")  # and what is said beside it
    with ExitStack() as hearing:
        for alias in connections:
            hearing.enter_context(connections[alias].execute_wrapper(hear))
        for _twice in range(2):
            said.clear()
            answer = client.get(path) if words is None else client.post(path, words)
            assert answer.status_code == 200, (path, answer.status_code)
    return said


if __name__ == "__main__":
    main(sys.argv[1])
