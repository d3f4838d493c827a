"""Erases rows past their retention period. The audit events about the erasure contain counts, but none of the erased
content."""

from datetime import timedelta

from django.db import transaction

from access.models import Person
from audit import events
from audit.record import record
from tenants.models import EmergencyAccess
from tenants.models.identity_check import NowInLoge

LOGIN = "jobs"
THREE_YEARS = timedelta(days=1096)
YEAR = timedelta(days=366)
WEEK = timedelta(days=7)


def expire_emergencies(*, by: Person | str) -> int:
    """Erase emergency accesses after a year. Their audit events stay longer, for the retention period of the audit
    log."""
    with transaction.atomic(using=LOGIN):
        old = EmergencyAccess._default_manager.using(LOGIN).filter(opened_at__lt=NowInLoge() - YEAR)
        gone = old.delete()[0]
        if gone:
            record(events.EMERGENCIES_EXPIRED, by=by, using=LOGIN, emergencies=gone)
    return gone
