"""Runs whole servers (gunicorn as in `./dev serve`) and a minimal HTTP client."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.test import Client

from access.models import Person
from tests.sign_in import let_in

GUARDED, UNGUARDED, STOCK = "housing.wsgi", "tests.bench.unguarded", "tests.bench.stock.wsgi"
# Maximum number of seconds to wait until a server answers.
_LONGEST = 60
_CSRF = "a" * 32


@dataclass
class Server:
    port: int
    pid: int

    def ask(self, path: str, session: str, form: Mapping[str, str] | None = None) -> bytes:
        """Return the body of one page, requested by GET, or by POST if `form` is given.

        Raises AssertionError unless the status is 200. A search may also answer 302, because it opens its only result.
        """
        cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={_CSRF}"
        headers = {"Cookie": cookies, "Host": f"localhost:{self.port}", "Accept-Language": "fr"}
        body = None
        if form is not None:
            body = urlencode(form)
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": _CSRF}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET" if body is None else "POST", path, body, headers)
            answer = connection.getresponse()
            page = answer.read()
        finally:
            connection.close()
        assert answer.status == 200 or (form and answer.status == 302), (path, answer.status, page[:2000])
        return page


def environment(database: str, application: str = GUARDED) -> dict[str, str]:
    """Return this process's environment, changed so that every database login uses this database.

    The application without access control gets the owner's login, which passes every row-level policy. That login is
    set here, because gunicorn's configuration reads the settings before the application is imported.
    """
    moved = {
        name: urlsplit(value)._replace(path=f"/{database}").geturl()
        for name, value in os.environ.items()
        if name.endswith("_URL") and value.startswith("postgresql://") and name != "LOGE_SUPER_URL"
    }
    if application == UNGUARDED:
        moved["DATABASE_URL"] = moved["LOGE_OWNER_URL"]
    limits = ("LOGE_ACCOUNTS_AN_HOUR", "LOGE_API_A_MINUTE", "LOGE_SEARCHES_A_MINUTE")
    unlimited = dict.fromkeys(limits, "1000000")
    return {**os.environ, **moved, **unlimited, "LOGE_LOG_LEVEL": "ERROR"}


@contextmanager
def served(application: str, database: str, *, queue: int = 200) -> Iterator[Server]:
    """Serve the application. Each worker lets `queue` requests wait, so that no request of a comparison is refused."""
    port = _free_port()
    address = {
        "LOGE_QUEUE": str(queue),
        "LOGE_BIND": f"127.0.0.1:{port}",
        "LOGE_STATIC_ROOT": str(settings.STATIC_ROOT),
    }
    command = [sys.executable, "-m", "gunicorn", f"{application}:application", "--config", "python:housing.serving"]
    process = subprocess.Popen(command, env=environment(database, application) | address)
    try:
        _wait_for(process, port)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until a worker of gunicorn answers a request. The socket alone accepts connections before a worker runs."""
    for _try in range(_LONGEST * 10):
        if process.poll() is not None:
            raise RuntimeError("gunicorn did not start: see its output above.")
        time.sleep(0.1)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_LONGEST)
        with closing(connection), suppress(OSError, http.client.HTTPException):
            connection.request("HEAD", "/", headers={"Host": "localhost"})
            connection.getresponse().read()
            return
    raise RuntimeError(f"gunicorn did not answer within {_LONGEST} seconds.")


def session_of(person: Person) -> str:
    """Create a session as signing in does, in the database that this process uses, and return the cookie."""
    client = Client(SERVER_NAME="localhost")
    let_in(client, person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def collect_static() -> None:
    """Collect static files under hashed names, as a real server does. Does nothing if files were collected before."""
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
        subprocess.run(command, check=True)
