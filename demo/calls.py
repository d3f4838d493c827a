"""Records yesterday's calls to tenants in arrears, so that the list of accounts to contact shows called accounts."""

from datetime import date, timedelta
from uuid import UUID

from casework.models import ContactAttempt
from demo.commission import OWNER
from tenants.models import Account


def record_calls(calls: dict[str, tuple[str, int]], caller: str, today: date) -> None:
    """Record the given calls: account -> (outcome, days from today until the next call)."""
    buildings = dict(Account.objects.using(OWNER).filter(pk__in=calls).values_list("pk", "building"))
    ContactAttempt.objects.using(OWNER).bulk_create(
        ContactAttempt(
            account_id=UUID(account),
            building_id=buildings[UUID(account)],
            outcome=outcome,
            made_on=today - timedelta(days=1),
            made_by_id=UUID(caller),
            back_on=today + timedelta(days=days),
        )
        for account, (outcome, days) in calls.items()
    )
