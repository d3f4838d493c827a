"""Timeouts of each database login: waiting for a lock, running a statement, and an idle open transaction.

`provision` stores these timeouts in the database roles, so that they also apply through a connection pool. A job that
needs longer uses SET LOCAL. Logins missing here have no timeout: migrations, run by the owner, set their own
(audit/lock_timeouts.py), and a backup takes as long as its size requires.
"""

from typing import NamedTuple

CONNECT_SECONDS = 3
# TCP options that end a connection within 15 seconds after the database host vanished. Local sockets ignore them.
LOST_HOST = {"keepalives_idle": 5, "keepalives_interval": 5, "keepalives_count": 2, "tcp_user_timeout": 15_000}


class Timeouts(NamedTuple):
    lock_timeout: str
    statement_timeout: str
    idle_in_transaction_session_timeout: str


_PAGE = Timeouts("3s", "30s", "60s")  # web pages: an SQL statement ends before nginx gives up on the page after 35 s
_SMALL = Timeouts("2s", "5s", "10s")  # logins that read or write one row at a time, so every statement is short
TIMEOUTS: dict[str, Timeouts] = {
    "web": _PAGE,
    "web_card": _PAGE,
    "trace": _SMALL,
    "cache": _SMALL,
    # Nightly jobs and imports have long timeouts, because a COPY statement runs as long as the file is being read.
    "jobs": Timeouts("60s", "4h", "30min"),
    "prune": Timeouts("60s", "1h", "10min"),
    # The log sealer has no lock timeout: a second sealer process waits until the first one ends, then takes over.
    # A statement may take an hour, because `check_trace` uses this login to read the whole log.
    "seal": Timeouts("0", "1h", "30min"),
}
# Statement timeout of a page that imports files. It must be shorter than the 180 s after which nginx gives up.
INTAKE_STATEMENT = "170s"
