"""Accounts in arrears: sums owed for more than a month. They are computed from the entries each time and never
stored."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Q, Sum

from access.guard.context import AccessContext
from ledger.models import Entry, EntryKind
from tenants.models import Account

A_MONTH = timedelta(days=31)


def late_accounts(access: AccessContext) -> dict[UUID, int]:
    """Return the cents that have been owed for more than a month, by account, largest sum first.

    A payment settles the oldest debt first. So the sums include all payments and refunds, but only the charges that are
    more than a month old. Reversed entries and their reversals are ignored. Only ids and sums are returned; the page
    loads the names separately.
    """
    entries = Entry._default_manager.visible_to(access.person, access.compartment).order_by()
    # The few reversed entries are read once as a list, because a subquery for each entry would be much slower.
    undone = Q(pk__in=entries.filter(reverses__isnull=False).values("reverses"))
    standing = entries.filter(~undone, reverses__isnull=True)
    # Charges count as arrears only after a month. Payments and reductions of the debt count at once.
    # A rejected direct debit counts at once although it raises the debt, because it cancels a counted payment.
    at_once = Q(kind=EntryKind.PAYMENT) | Q(amount_cents__lt=0)
    due = at_once | Q(effective_on__lte=access.day - A_MONTH)
    sums = standing.values("account").annotate(late=Sum("amount_cents", filter=due)).filter(late__gt=0)
    late = {row["account"]: row["late"] for row in sums.order_by("-late", "account")}
    # The accounts are read afterwards: joining every entry with its account and lease takes six times as long.
    running = Q(lease__ends_on__isnull=True) | Q(lease__ends_on__gte=access.day)
    accounts = Account._default_manager.visible_to(access.person, access.compartment).order_by()
    running_ids = set(accounts.filter(running, pk__in=list(late), settled_on__isnull=True).values_list("pk", flat=True))
    return {account: cents for account, cents in late.items() if account in running_ids}
