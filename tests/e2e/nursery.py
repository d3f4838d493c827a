"""Start web processes for the browser tests by forking.

Each test needs a server on its own database, but importing the whole program takes a second. Therefore one process (the
nursery) imports the program once and forks a gunicorn for each server.

    python -m tests.e2e.nursery

Requests and answers are lines of JSON: {"web", "port", "database"} -> {"pid"} starts a server, {"ends": pid} -> {} ends
one, {"asks": pid} -> {"runs"} tells whether one is running. When the standard input of the nursery closes, the nursery
ends its servers and itself.
"""

import json
import os
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from screening.expressions import lexicon
from screening.weights import model

ROOT = Path(__file__).resolve().parent.parent.parent


class Nursery:
    """Starts the nursery, a process that forks web servers, and sends it the requests of the tests."""

    def __init__(self, environ: dict[str, str]) -> None:
        """`environ`: the environment variables of the nursery and of all its servers."""
        command = [sys.executable, "-m", "tests.e2e.nursery"]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self._process = subprocess.Popen(command, cwd=ROOT, env=environ, **pipes)

    def send(self, **order: Any) -> dict[str, Any]:
        assert self._process.stdin and self._process.stdout
        print(json.dumps(order), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        assert answer, "the nursery of web processes stopped"
        return dict(json.loads(answer))

    def close(self) -> None:
        self._process.communicate()


class Forked:
    """A web server that the nursery has forked for a test."""

    def __init__(self, nursery: Nursery, **order: Any) -> None:
        self._nursery, self.pid = nursery, nursery.send(**order)["pid"]

    def runs(self) -> bool:
        return bool(self._nursery.send(asks=self.pid)["runs"])

    def end(self) -> None:
        self._nursery.send(ends=self.pid)


def options(web: str, port: int) -> list[str]:
    """Return gunicorn's options: the production configuration, with few workers and threads.

    The worker class of production is needed. With gunicorn's default class, idle connections would block all threads.
    """
    own = ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "4"]
    return [web, "--config", "python:housing.serving", *own]


def read_the_program() -> None:
    """Import everything that servers need, except housing.wsgi. Importing housing.wsgi runs the deployment checks,
    which each server runs itself."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "housing.settings")
    import_module("django").setup()
    for name in ("housing.urls", "gunicorn.app.wsgiapp", "gunicorn.workers.gthread"):
        import_module(name)
    # Load the word list and model for screening texts before forking, so that servers need not load them one by one.
    lexicon.load()
    model.load()


def serve(web: str, port: int, database: str) -> None:
    """Run gunicorn in the forked process, on the given database. Never returns.

    No database connection was opened before the fork, so all connections use this database."""
    from django.conf import settings
    from django.db import connections
    from gunicorn.app.wsgiapp import WSGIApplication

    code: Any = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)
        assert all(wrapper.connection is None for wrapper in connections.all())
        for login in settings.DATABASES.values():
            login["NAME"] = database
        sys.argv = ["gunicorn", *options(web, port)]
        WSGIApplication("%(prog)s [OPTIONS] [APP_MODULE]", prog="gunicorn").run()
    except SystemExit as left:
        code = left.code or 0
    finally:
        os._exit(code if isinstance(code, int) else 1)


def runs(pid: int) -> bool:
    return os.waitpid(pid, os.WNOHANG)[0] == 0


def end(pid: int) -> None:
    """Kill a server with its worker. Stopping it as in production would take half a second."""
    os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def main() -> None:
    # Ctrl-C must not end the nursery process. The tests end the nursery by closing its standard input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    read_the_program()
    mine: set[int] = set()
    first = True
    for line in sys.stdin:
        order = json.loads(line)
        answer: dict[str, Any] = {}
        if "ends" in order:
            mine.discard(order["ends"])
            end(order["ends"])
        elif "asks" in order:
            answer["runs"] = runs(order["asks"])
        elif pid := os.fork():
            mine.add(pid)
            os.setpgid(pid, pid)  # The server and its worker become a process group, which `end` kills as a whole.
            answer["pid"], first = pid, False
        else:
            if not first:
                # Only the first server checks its database at start, because all databases are copies of one template.
                setattr(import_module("access.startup"), "refuse_unsafe_house", lambda: None)  # noqa: B010
            serve(**order)
        print(json.dumps(answer), flush=True)
    for pid in mine:
        end(pid)


if __name__ == "__main__":
    main()
