"""Rate limits: how many accounts a person may open in an hour, and how many API requests an identity may send.

LOGE_ACCOUNTS_AN_HOUR should be far above what work requires, so that it only stops somebody who opens accounts in bulk.
A person who has reached the limit can still use the accounts opened within the last hour.
"""

import time
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.db import connections

from access.compartments import Compartment

# The hourly limit applies to opening an account in these compartments, because they show whose account it is.
LIMITED = frozenset({Compartment.ACCOUNT, Compartment.IDENTITY})
MINUTE = 60
# This SQL increments a counter in one statement: a SELECT followed by an UPDATE would lose simultaneous increments.
# Counters are rows of the table of Django's database cache, so that the cache deletes expired counters.
# A signature on counters would prevent no abuse: whoever can change a counter can also delete the counter.
_COUNTED = r"""INSERT INTO shared_cache AS c (cache_key, value, expires) VALUES (%s, '1', %s)
    ON CONFLICT (cache_key) DO UPDATE SET value = CASE WHEN c.value ~ '^\d{1,8}$' THEN c.value::integer + 1 ELSE 1 END
    RETURNING value"""


class LimitReached(Exception):
    """The person opened as many accounts as an hour allows, or a client sends requests too fast."""

    seconds = 600


class TooFast(LimitReached):
    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


def keep_within(opened: int) -> None:
    """Raise LimitReached if the person may open no further account now.

    `opened`: number of other accounts that the person opened in the last hour.
    """
    if opened >= settings.ACCOUNTS_AN_HOUR:
        raise LimitReached


def slow_down(person_id: UUID) -> None:
    """Limit API requests per minute and identity, counted across all processes. Raises TooFast."""
    now = int(time.time())
    if count_once_more(f"api:{person_id}:{now // MINUTE}", 2 * MINUTE) > settings.API_A_MINUTE:
        raise TooFast(MINUTE - now % MINUTE)


def count_once_more(key: str, seconds: int) -> int:
    """Increment the counter named `key` and return its new value. A counter expires `seconds` after its first use."""
    with connections["cache"].cursor() as cursor:
        cursor.execute(_COUNTED, [key, datetime.fromtimestamp(int(time.time()) + seconds, UTC)])
        return int(cursor.fetchone()[0])
