"""Rate limits: how many accounts a person may open in an hour, and how often a client may search or call the API in a
minute.

LOGE_ACCOUNTS_AN_HOUR should be far above what work requires, so that it only stops somebody who opens accounts in bulk.
A person who has reached the limit can still use the accounts opened within the last hour.
"""

import time
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.db import connections

from access.compartments import Compartment

# The hourly limit counts accounts opened in ACCOUNT and IDENTITY, the compartments that show the tenant of an account.
LIMITED = frozenset({Compartment.ACCOUNT, Compartment.IDENTITY})
MINUTE = 60
# One SQL statement increments a counter: a SELECT followed by an UPDATE would lose simultaneous increments.
# Counters are rows of the table of Django's database cache, because Django deletes expired rows of this table.
# Counters are not signed: whoever can write to the cache table could delete a counter anyway.
_COUNTED = r"""INSERT INTO shared_cache AS c (cache_key, value, expires) VALUES (%s, '1', %s)
    ON CONFLICT (cache_key) DO UPDATE SET value = CASE WHEN c.value ~ '^\d{1,8}$' THEN c.value::integer + 1 ELSE 1 END
    RETURNING value"""


class LimitReached(Exception):
    """Raised if a person has opened as many accounts as an hour allows, or a client sends requests too fast."""

    seconds = 600


class TooFast(LimitReached):
    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


def keep_within(opened: int) -> None:
    """Raise LimitReached if the person may open no other account now.

    `opened` is the number of other accounts that the person opened in the last hour.
    """
    if opened >= settings.ACCOUNTS_AN_HOUR:
        raise LimitReached


def slow_down(person_id: UUID) -> None:
    """Raise TooFast if this person or machine has sent more API requests this minute than allowed.

    The count is in the database, so that it includes requests to all web processes.
    """
    now = int(time.time())
    if count_once_more(f"api:{person_id}:{now // MINUTE}", 2 * MINUTE) > settings.API_A_MINUTE:
        raise TooFast(MINUTE - now % MINUTE)


def keep_searches_within(person_id: UUID) -> None:
    """Raise TooFast if this person has searched more often this minute than a person can read."""
    now = int(time.time())
    if count_once_more(f"search:{person_id}:{now // MINUTE}", 2 * MINUTE) > settings.SEARCHES_A_MINUTE:
        raise TooFast(MINUTE - now % MINUTE)


def count_once_more(key: str, seconds: int) -> int:
    """Increment the counter with the name `key`, and return its new value. A counter expires `seconds` after its first
    use."""
    with connections["cache"].cursor() as cursor:
        cursor.execute(_COUNTED, [key, datetime.fromtimestamp(int(time.time()) + seconds, UTC)])
        return int(cursor.fetchone()[0])
