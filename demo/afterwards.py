"""Adds invented work that employees did after the landlord was loaded: calls to tenants in arrears, and a run for the
national register."""

from datetime import date, timedelta
from hashlib import sha256
from uuid import UUID

from allocations.models import RegistryRow, RegistryRun, Session
from casework.models import ContactAttempt
from demo.commission import OWNER
from exchange.registry_export import file_text
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


def send_first_session() -> None:
    """Mark the decisions of the first signed session as sent to the national register on the day after its signature.

    No file is written, and the decisions of the second session wait.
    """
    session = Session.objects.using(OWNER).filter(state="signed").earliest("held_at")
    rows = RegistryRow.objects.using(OWNER).filter(session=session)
    text = file_text(1, list(rows))
    day = session.held_at.date()
    run = RegistryRun(number=1, made_on=day, rows=len(rows), digest=sha256(text).hexdigest())
    run.save(using=OWNER, force_insert=True)
    rows.update(run=run, sent_on=day)
