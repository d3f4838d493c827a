"""Settings of gunicorn: `gunicorn housing.wsgi --config python:housing.serving`.

gunicorn's log lines have the same JSON format as those of the application (housing/logs.py).
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
    # Number of requests that may wait for a thread of a process. Beyond it, requests get 503 (queueing.py). With 128
    # clients on two cores, 95 of 100 served pages took at most 0.76 s with 12 places and 1.14 s with 20, and as many
    # pages per second were served.
    queue_capacity = env_number("LOGE_QUEUE", 12, least=1)
except ImproperlyConfigured as error:
    # If an environment variable has a wrong value, print only the message about the variable, without a stack trace.
    raise SystemExit(str(error)) from None
# ReceivingWorker gives a request to a thread only once the whole request has arrived. Slow clients occupy no thread.
worker_class = "housing.serving.receiving.ReceivingWorker"
# 500 client connections per worker: a process may usually open 1,024 files, and database connections count as files.
worker_connections = 500
# sendfile is off: the kernel would send files to slow clients without the time limit of receiving.ClientSocket.
sendfile = False
# gunicorn replaces a worker process that hangs, and every worker after 20,000 requests in case of a memory leak.
# The jitter (up to 2,000 more requests) makes the workers restart at different times.
timeout, graceful_timeout = 30, 30
max_requests, max_requests_jitter = 20_000, 2_000
# gunicorn trusts the X-Forwarded-Proto header of these proxies. From other clients gunicorn ignores the header.
forwarded_allow_ips = os.environ.get("LOGE_PROXIES", "127.0.0.1,::1")
secure_scheme_headers = {"X-FORWARDED-PROTO": "https"}
# gunicorn drops headers such as SCRIPT_NAME and REMOTE_USER, even from a proxy, because these change URLs or the user.
forwarder_headers, header_map = "", "drop"
# gunicorn's control socket is off, so that no other local process can control the server.
control_socket_disable = True
# gunicorn's access log is off, because it contains URLs. housing/middleware.py logs one line per request.
accesslog = None
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
    """Refuse to start a demonstration that other machines could reach, because demonstrations ask for no password."""
    if DEMO and (reason := reason_against_listening(listener.getsockname() for listener in server.LISTENERS)):
        raise SystemExit(reason)


def child_exit(server: Any, worker: Any) -> None:
    """Delete the Prometheus gauges of a worker process that ended. The counters of the process stay, so that sums over
    all processes never fall."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        mark_process_dead(worker.pid)
