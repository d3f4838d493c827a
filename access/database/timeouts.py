"""Timeouts of each database login: waiting for a lock, running a statement, and an idle open transaction.

They are settings of the database roles, so that they also apply through a connection pool; `provision` sets them. A job
that needs longer uses SET LOCAL. Logins missing here have no limit: the owner's migrations set their own
(audit/lock_timeouts.py), and a backup takes as long as its size requires.
"""

from typing import NamedTuple

CONNECT_SECONDS = 3
# The client itself notices within 15 seconds when a database host disappears without closing its connections; limits
# set on the server could not help. libpq ignores these options on a local socket.
LOST_HOST = {"keepalives_idle": 5, "keepalives_interval": 5, "keepalives_count": 2, "tcp_user_timeout": 15_000}


class Timeouts(NamedTuple):
    lock_timeout: str
    statement_timeout: str
    idle_in_transaction_session_timeout: str


_PAGE = Timeouts("3s", "30s", "60s")  # docs/operations/nginx.conf waits 35 s for a page
_SMALL = Timeouts("2s", "5s", "10s")  # one row written or read
TIMEOUTS: dict[str, Timeouts] = {
    "web": _PAGE,
    "web_card": _PAGE,
    "trace": _SMALL,
    "cache": _SMALL,
    # Nightly jobs and imports: a COPY statement lasts as long as its file is read.
    "jobs": Timeouts("60s", "4h", "30min"),
    "prune": Timeouts("60s", "1h", "10min"),
    # No lock timeout: a second sealer waits for the first one's lock. `check_trace` reads the whole log.
    "seal": Timeouts("0", "1h", "30min"),
}
# For a portfolio import through a page; docs/operations/nginx.conf waits 180 s for it.
INTAKE_STATEMENT = "170s"
