"""Nobody opens a landlord's accounts one after the other: past so many an hour the door stays shut, and says so.

The number is the landlord's (LOGE_ACCOUNTS_AN_HOUR), far above a day's work. What was opened in that hour stays open.
"""

from uuid import UUID

from django.conf import settings
from django.db import connection

from access.compartments import Compartment

# In these an account comes with its people; in the books it is a reference without anybody.
LIMITED = frozenset({Compartment.ACCOUNT, Compartment.IDENTITY})


class LimitReached(Exception):
    """The person has been shown as many accounts as an hour may show."""


def keep_within(account: UUID) -> None:
    """Asked in the compartment's role, of the trace itself; raises LimitReached."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_opened_lately(%s)", [account])
        if cursor.fetchone()[0] >= settings.ACCOUNTS_AN_HOUR:
            raise LimitReached
