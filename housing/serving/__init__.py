"""Settings of gunicorn: `gunicorn housing.wsgi --config python:housing.serving`.

gunicorn logs in the format of housing/logs.py too.
"""

import os
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from prometheus_client.multiprocess import mark_process_dead

from housing.serving.own_machine import reason_against_listening

bind = os.environ.get("LOGE_BIND", "127.0.0.1:8000")
try:
    from housing.settings import DEMO, env_number

    workers, threads = env_number("LOGE_WORKERS", 2, least=1), env_number("LOGE_THREADS", 4, least=1)
except ImproperlyConfigured as error:
    raise SystemExit(str(error)) from None  # exit with the message, without gunicorn's stack trace
# This worker class gives a request to a thread only once it has arrived, so slow clients occupy no thread.
worker_class = "housing.serving.receiving.ReceivingWorker"
worker_connections = 500  # far below the usual 1,024 open files a process, which include database connections
sendfile = False  # off: the kernel would wait for slow readers, whom our sockets disconnect
# Workers that leak or hang are replaced. The jitter keeps them from restarting at the same time.
timeout, graceful_timeout = 30, 30
max_requests, max_requests_jitter = 20_000, 2_000
# Proxies whose X-Forwarded-Proto header is believed. From other clients the header is ignored.
forwarded_allow_ips = os.environ.get("LOGE_PROXIES", "127.0.0.1,::1")
secure_scheme_headers = {"X-FORWARDED-PROTO": "https"}
# Headers that name a script or a user are dropped, even from a proxy, because they would change addresses or the user.
forwarder_headers, header_map = "", "drop"
control_socket_disable = True  # no local process may control the server through a socket
accesslog = None  # off: housing/middleware.py logs one line a request, without addresses
logconfig_dict: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "housing.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "gunicorn.error": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "gunicorn.access": {"handlers": [], "propagate": False},
    },
}


def when_ready(server: Any) -> None:
    """Refuse to start a demonstration that other machines could reach, because it asks nobody for a password."""
    if DEMO and (reason := reason_against_listening(listener.getsockname() for listener in server.LISTENERS)):
        raise SystemExit(reason)


def child_exit(server: Any, worker: Any) -> None:
    """Drop the live gauges of a worker that ended. Its counts stay in the sums."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        mark_process_dead(worker.pid)
