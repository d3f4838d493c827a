"""Requests pages and prints how much of Python's processor time the parts of the work took.

Usage: `python -m tests.bench.page_parts WARM_UP`. Standard input is a JSON list of pages: (path, cookies). The output
is JSON: part -> milliseconds per page. The pages are requested without gunicorn and HTTP, and the first WARM_UP of them
are not measured.

The parts are measured by a clock at the calls that enter and leave them, because a profiler would slow some of the code
more than the rest. The clock itself takes about a hundredth of the time.
"""

import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import wraps
from io import BytesIO
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "housing.settings")

import django

STATEMENTS, TEMPLATES, DOOR, REST = "SQL statements", "templates", "the door and the audit event", "the rest"


class Clock:
    """Adds the processor time of this thread to the part of the work that runs, which is the innermost one."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.running, self.since = [REST], time.thread_time()

    def add(self) -> None:
        now = time.thread_time()
        self.seconds[self.running[-1]] += now - self.since
        self.since = now

    def timed(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def call(*arguments: Any, **options: Any) -> Any:
            self.add()
            self.running.append(part)
            try:
                return function(*arguments, **options)
            finally:
                self.add()
                self.running.pop()

        return call

    def watch(self, part: str, owner: Any, *names: str) -> None:
        for name in names:
            setattr(owner, name, self.timed(part, getattr(owner, name)))


def timed_application(clock: Clock) -> Callable[..., Any]:
    """Return Loge's WSGI application, whose parts report to `clock`. View functions are a part of the rest."""
    django.setup()

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.utils import CursorWrapper
    from django.db.models.query import QuerySet
    from django.db.models.sql import Query
    from django.db.models.sql.compiler import SQLCompiler
    from django.template.backends.django import Template

    from access.guard import door as doors

    door = doors.door

    def door_of_timed_view(*arguments: Any, **options: Any) -> Callable[..., Any]:
        decorate = door(*arguments, **options)
        return lambda view: decorate(clock.timed(REST, view))

    # Replace the `@door` decorator before housing.wsgi imports the view functions decorated with it.
    doors.door = door_of_timed_view
    clock.watch(DOOR, doors, "_handle")
    clock.watch(TEMPLATES, Template, "render")
    clock.watch(STATEMENTS, Query, "add_q")
    clock.watch(STATEMENTS, QuerySet, "_fetch_all")
    clock.watch(STATEMENTS, SQLCompiler, "execute_sql")
    clock.watch(STATEMENTS, CursorWrapper, "execute")
    clock.watch(STATEMENTS, BaseDatabaseWrapper, "connect", "commit", "rollback", "set_autocommit")

    from housing.wsgi import application

    return application


def request(application: Callable[..., Any], path: str, cookies: str) -> None:
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_COOKIE": cookies,
        "HTTP_ACCEPT_LANGUAGE": "fr",
        "wsgi.input": BytesIO(),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
    }
    statuses: list[str] = []
    response = application(environ, lambda status, headers: statuses.append(status))
    assert b"".join(response) and statuses[0].startswith("200"), (path, statuses)
    response.close()


def main(warm_up: int, pages: Sequence[tuple[str, str]]) -> None:
    clock = Clock()
    application = timed_application(clock)
    for path, cookies in pages[:warm_up]:
        request(application, path, cookies)
    clock.add()
    clock.seconds.clear()
    for path, cookies in pages[warm_up:]:
        request(application, path, cookies)
    clock.add()
    measured = len(pages) - warm_up
    print(json.dumps({part: seconds * 1000 / measured for part, seconds in clock.seconds.items()}))


if __name__ == "__main__":
    main(int(sys.argv[1]), json.load(sys.stdin))
