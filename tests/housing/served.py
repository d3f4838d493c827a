"""A WSGI application without a database, which tests of the server settings serve."""

import json
import os
import time
from collections.abc import Iterable
from typing import Any

from housing.serving import receiving

# Tests need smaller limits than production. Each gunicorn worker imports this module and so gets the limits set here.
receiving.SECONDS = receiving.LINGER_SECONDS = int(os.environ["SERVED_SECONDS"])
receiving.BUFFERED_BYTES = 2_000_000
SHOWN = ("SCRIPT_NAME", "PATH_INFO", "REMOTE_USER", "REMOTE_ADDR", "wsgi.url_scheme")


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    body = environ["wsgi.input"].read()
    if environ["PATH_INFO"] == "/large":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"x" * 20_000_000]
    if environ["PATH_INFO"] == "/many":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return (b"x" * 60_000 for _ in range(100))
    if environ["PATH_INFO"] == "/page":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"x" * 150_000]
    if environ["PATH_INFO"] == "/wait":
        time.sleep(0.5)
    told: dict[str, Any] = {name: environ.get(name) for name in SHOWN}
    told["headers"] = {name: value for name, value in environ.items() if name.startswith("HTTP_")}
    told["body"] = len(body)
    answer = json.dumps(told).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
    return [answer]
