"""Timeouts of each database login: waiting for a lock, running a statement, and an idle open transaction.

They are settings of the database roles, so that they also apply through a connection pool; `provision` sets them. A job
that needs longer uses SET LOCAL. Logins missing here have no limit: the owner's migrations set their own
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


_PAGE = Timeouts("3s", "30s", "60s")  # for pages: a statement ends before nginx gives up after 35 s
_SMALL = Timeouts("2s", "5s", "10s")  # for logins that write or read one row at a time
TIMEOUTS: dict[str, Timeouts] = {
    "web": _PAGE,
    "web_card": _PAGE,
    "trace": _SMALL,
    "cache": _SMALL,
    # Nightly jobs and imports: a COPY statement runs for as long as the file is being read.
    "jobs": Timeouts("60s", "4h", "30min"),
    "prune": Timeouts("60s", "1h", "10min"),
    # No lock timeout, because a second sealer waits for the first.
    # A statement may take an hour, because `check_trace` uses this login to read the whole log.
    "seal": Timeouts("0", "1h", "30min"),
}
# Statement timeout of a page that imports files. It must be shorter than the 180 s after which nginx gives up.
INTAKE_STATEMENT = "170s"
