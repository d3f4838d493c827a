"""What has been owed for more than a month, derived from the entries each time: nobody is marked, nothing is kept."""

from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, Sum

from access.guard.context import Look
from tenants.models import Entry, EntryKind

A_MONTH = timedelta(days=31)


def late_accounts(look: Look) -> dict[UUID, int]:
    """Account -> cents owed for more than a month, the largest first. Ids and sums: whom a page shows is read apart.

    What came in is taken for the oldest that is owed, so all of it counts, with what went back out, and of what was
    called only the old. What was undone counts for nothing, nor does what undid it.
    """
    entries = Entry._default_manager.visible_to(look.person, look.compartment).order_by()
    running = Q(account__lease__ends_on__isnull=True) | Q(account__lease__ends_on__gte=look.day)
    # By one list of the few that were undone, in memory: asked of each entry it took longer than all the rest.
    undone = Q(pk__in=entries.filter(reverses__isnull=False).values("reverses"))
    standing = entries.filter(~undone, reverses__isnull=True)
    sums = standing.filter(running, account__settled_on__isnull=True).values("account")
    late = sums.annotate(late=Sum("amount_cents", filter=_counts(look.day))).filter(late__gt=0)
    return {one["account"]: one["late"] for one in late.order_by("-late", "account")}


def _counts(day: date) -> Q:
    """A debit that the bank sent back lowers nothing: of payments both signs count, from their first day on."""
    return Q(kind=EntryKind.PAYMENT) | Q(amount_cents__lt=0) | Q(effective_on__lte=day - A_MONTH)
