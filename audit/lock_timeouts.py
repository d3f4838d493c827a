"""Changes database tables without blocking users' requests for long.

A statement that waits for a lock on a table blocks all statements that come after it. For example, while a change waits
for a backup to end, every insert waits for that change. So a change waits at most two seconds for its lock, gives up,
and is tried again.
"""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import OperationalError, connections, transaction
from psycopg2.errors import LockNotAvailable

# A change whose table is locked is tried TRIES times, with PAUSE seconds between two attempts.
TRIES, PAUSE = 60, 1
PATIENCE = "SET LOCAL lock_timeout = '2s'"

Result = TypeVar("Result")


class StillBusy(RuntimeError):
    """Raised if a table stayed locked during all attempts to change it. The message is for whoever runs the server."""


def patiently(change: Callable[[Any], Result], *, using: str, first: str = "") -> Result:
    """Run `change(cursor)` in a transaction of its own, and return its result. If a table is locked, try again later.
    Raises StillBusy if the table stays locked through all attempts.

    `first` is an SQL statement that runs before the lock timeout is set, so it may wait for a lock as long as
    necessary.
    """
    for _try in range(TRIES):
        try:
            with transaction.atomic(using=using), connections[using].cursor() as cursor:
                if first:
                    cursor.execute(first)
                cursor.execute(PATIENCE)
                return change(cursor)
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
        time.sleep(PAUSE)
    raise StillBusy("Une table est occupée par une sauvegarde ou un import : relancez la commande après sa fin.")
