"""What has been owed for more than a month, derived from the entries each time: nobody is marked, nothing is kept."""

from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, Sum

from access.look import Look
from tenants.models import Entry

A_MONTH = timedelta(days=31)


def late_accounts(look: Look) -> dict[UUID, int]:
    """Account -> cents owed for more than a month, the largest first. Ids and sums: whom a page shows is read apart.

    What came in is taken for the oldest that is owed, so all of it counts, and of what was called only the old.
    """
    entries = Entry._default_manager.visible_to(look.person, look.compartment).order_by()
    running = Q(account__lease__ends_on__isnull=True) | Q(account__lease__ends_on__gte=look.day)
    sums = entries.filter(running, account__settled_on__isnull=True).values("account")
    late = sums.annotate(late=Sum("amount_cents", filter=_counts(look.day))).filter(late__gt=0)
    return {one["account"]: one["late"] for one in late.order_by("-late", "account")}


def _counts(day: date) -> Q:
    """An undone payment is owed again from its own month on, not from the day it was undone."""
    limit = day - A_MONTH
    return Q(amount_cents__lt=0) | Q(effective_on__lte=limit) | Q(reverses__isnull=False, period__lte=limit)
