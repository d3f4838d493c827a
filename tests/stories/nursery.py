"""Web processes for stories. To read the whole program is a second of work, and each story wants a server of its own,
on a database of its own: one process has read it and forks a gunicorn at each order.

    python -m tests.stories.nursery

An order is a line of JSON, and so is its answer: {"web", "port", "database"} -> {"pid"}, {"ends": pid} -> {},
{"asks": pid} -> {"runs"}. Its servers end with it, and it with what it reads from.
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
    """What a test holds of it."""

    def __init__(self, environ: dict[str, str]) -> None:
        """`environ` is what its servers stand in."""
        command = [sys.executable, "-m", "tests.stories.nursery"]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self._process = subprocess.Popen(command, cwd=ROOT, env=environ, **pipes)

    def asked(self, **order: Any) -> dict[str, Any]:
        assert self._process.stdin and self._process.stdout
        print(json.dumps(order), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        assert answer, "the nursery of web processes stopped"
        return dict(json.loads(answer))

    def close(self) -> None:
        self._process.communicate()


class Forked:
    """One server, spoken to as a process that one has started oneself."""

    def __init__(self, nursery: Nursery, **order: Any) -> None:
        self._nursery, self.pid = nursery, nursery.asked(**order)["pid"]

    def runs(self) -> bool:
        return bool(self._nursery.asked(asks=self.pid)["runs"])

    def end(self) -> None:
        self._nursery.asked(ends=self.pid)


def options(web: str, port: int) -> list[str]:
    """As the product serves: with gunicorn's own worker, four idle connections of a browser keep all threads busy."""
    own = ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "4"]
    return [web, "--config", "python:housing.serving", *own]


def read_the_program() -> None:
    """All but housing.wsgi, which asks at once whether the house is safe to serve: each server does that itself."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "housing.settings")
    import_module("django").setup()
    for name in ("housing.urls", "gunicorn.app.wsgiapp", "gunicorn.workers.gthread"):
        import_module(name)
    lexicon.load()  # what the screen reads before its first sentence
    model.load()


def serve(web: str, port: int, database: str) -> None:
    """Never returns. No login has been used before the fork, so all of them find the database of the order."""
    from django.conf import settings
    from django.db import connections
    from gunicorn.app.wsgiapp import WSGIApplication

    code: Any = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)
        assert all(login.connection is None for login in connections.all())
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
    os.kill(pid, signal.SIGTERM)
    os.waitpid(pid, 0)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the tests, which let go of it
    read_the_program()
    mine: set[int] = set()
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
            answer["pid"] = pid
        else:
            serve(**order)
        print(json.dumps(answer), flush=True)
    for pid in mine:
        end(pid)


if __name__ == "__main__":
    main()
