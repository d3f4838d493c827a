"""Nobody opens a landlord's accounts one after the other: past so many an hour the door stays shut, and says so.

The number is the landlord's (LOGE_ACCOUNTS_AN_HOUR), far above a day's work. What was opened in that hour stays open.
"""

import time
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.db import connections

from access.compartments import Compartment

# In these an account comes with its people; in the books it is a reference without anybody.
LIMITED = frozenset({Compartment.ACCOUNT, Compartment.IDENTITY})
MINUTE = 60
# In one statement: what reads and then writes loses those who ask at the same moment. The row is one of the shared
# cache's, which deletes it once it has expired. The number is not signed: whoever can write the table could delete it.
_COUNTED = r"""INSERT INTO shared_cache AS c (cache_key, value, expires) VALUES (%s, '1', %s)
    ON CONFLICT (cache_key) DO UPDATE SET value = CASE WHEN c.value ~ '^\d{1,8}$' THEN c.value::integer + 1 ELSE 1 END
    RETURNING value"""


class LimitReached(Exception):
    """The person has been shown as many accounts as an hour may show, or a program asks too fast."""

    seconds = 600


class TooFast(LimitReached):
    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


def keep_within(opened: int) -> None:
    """Raises LimitReached for one account more than the number already shown in the hour."""
    if opened >= settings.ACCOUNTS_AN_HOUR:
        raise LimitReached


def slow_down(person_id: UUID) -> None:
    """So many API requests a minute for each identity, counted where all processes see it; raises TooFast."""
    now = int(time.time())
    if count_once_more(f"api:{person_id}:{now // MINUTE}", 2 * MINUTE) > settings.API_A_MINUTE:
        raise TooFast(MINUTE - now % MINUTE)


def count_once_more(key: str, seconds: int) -> int:
    """Count one more and return the total; the counter expires `seconds` after its first use."""
    with connections["cache"].cursor() as cursor:
        cursor.execute(_COUNTED, [key, datetime.fromtimestamp(int(time.time()) + seconds, UTC)])
        return int(cursor.fetchone()[0])
