"""Timeouts of each database login: waiting for a lock, running a statement, and an idle open transaction.

`provision` stores these timeouts in the database roles, so that they also apply through a connection pool. A job that
needs longer uses SET LOCAL. Two logins have no timeouts here: the owner, because migrations set their own
(audit/lock_timeouts.py), and the login for backups, which take as long as the database is large.
"""

from typing import NamedTuple

from access.database.web_logins import WEB_LOGINS

CONNECT_SECONDS = 3
# LOST_HOST: TCP options that make a connection fail within 15 seconds if the database host no longer answers.
LOST_HOST = {"keepalives_idle": 5, "keepalives_interval": 5, "keepalives_count": 2, "tcp_user_timeout": 15_000}


class Timeouts(NamedTuple):
    lock_timeout: str
    statement_timeout: str
    idle_in_transaction_session_timeout: str


# The statement timeout of web pages is shorter than the 35 s after which nginx gives up on a page.
_PAGE = Timeouts("3s", "30s", "60s")
# Short timeouts suffice for database logins that read or write one row at a time.
_SMALL = Timeouts("2s", "5s", "10s")
TIMEOUTS: dict[str, Timeouts] = {
    **{login.name: _PAGE for login in WEB_LOGINS},
    "trace": _SMALL,
    "cache": _SMALL,
    # Nightly jobs and imports have long timeouts, because COPY runs until the whole imported file has been read.
    "jobs": Timeouts("60s", "4h", "30min"),
    # An import waits for the end of another import, so its lock timeout is as long as an import may take.
    "imports": Timeouts("30min", "4h", "30min"),
    "prune": Timeouts("60s", "1h", "10min"),
    # The login "seal" has no lock timeout, so that a standby sealing process waits until the running one ends.
    # The login "seal" has a statement timeout of an hour, because `check_trace` uses it to read the whole audit log.
    "seal": Timeouts("0", "1h", "30min"),
}
# Statement timeout of a page that imports files. It must be shorter than the 180 s after which nginx gives up.
INTAKE_STATEMENT = "170s"
