"""Changes to tables while people work.

Whoever waits for a table makes everybody behind wait: a page that has a line to write stands behind a change, and the
change behind a backup. So a change waits two seconds, gives way, and is tried again.
"""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import OperationalError, connections, transaction
from psycopg2.errors import LockNotAvailable

TRIES, PAUSE = 60, 1  # seconds between two tries
PATIENCE = "SET LOCAL lock_timeout = '2s'"

Found = TypeVar("Found")


class StillBusy(RuntimeError):
    """A table was held all that time. A sentence for who runs the server."""


def patiently(change: Callable[[Any], Found], *, using: str, first: str = "") -> Found:
    """What `change(cursor)` returns, in a transaction of its own. `first` is waited for as long as it takes.
    Raises StillBusy."""
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
    raise StillBusy("Une table reste occupée, par une sauvegarde ou une reprise : relancez quand elle est finie.")
