"""Erases closed and expired applications, ended occasions, sheets past their retention for a claim, lapsed requests to
read one, and sent rows."""

from django.db import connections, transaction
from django.db.models import Q

from access.models import Person
from allocations.models import Application, Occasion, RegistryRow
from audit import events
from audit.record import record
from tenants.actions.expiry import LOGIN
from tenants.models.identity_check import NowInLoge
from tenants.models.residence import TodayInParis

# A month for the national register to say that an application was renewed after its term.
GRACE_DAYS = 31
# An export to the national register can be repeated for this time. A trigger refuses to erase its rows before.
REPEAT_DAYS = 31
# Rows that nobody sends are erased after this time, so that numbers and outcomes do not collect.
UNSENT_DAYS = 92
_OVER = Q(closed_on__lt=TodayInParis()) | Q(renew_by__lt=TodayInParis() - GRACE_DAYS)


def expire_candidacies(*, by: Person | str) -> int:
    """Erase sheets without a name, decisions, votes and shortlists past their retention for a claim."""
    with transaction.atomic(using=LOGIN), connections[LOGIN].cursor() as cursor:
        cursor.execute("SELECT allocations_expire_claims()")
        gone = int(cursor.fetchone()[0])
        if gone:
            record(events.CANDIDACIES_EXPIRED, by=by, using=LOGIN, candidacies=gone)
    return gone


def expire_registry_rows(*, by: Person | str) -> int:
    """Erase the rows that left for the national register more than 31 days ago, and those that nobody sent."""
    over = Q(sent_on__lt=TodayInParis() - REPEAT_DAYS)
    over |= Q(sent_on__isnull=True, day__lt=TodayInParis() - UNSENT_DAYS)
    with transaction.atomic(using=LOGIN):
        old = RegistryRow._default_manager.using(LOGIN).filter(over)
        gone: int = old.delete()[0]
        if gone:
            record(events.REGISTRY_ROWS_EXPIRED, by=by, using=LOGIN, lines=gone)
    return gone


def lapse_claims(*, by: Person | str) -> int:
    """Erase requests to read a sheet: after fourteen days without an agreement, or after 24 hours without a reading."""
    with transaction.atomic(using=LOGIN), connections[LOGIN].cursor() as cursor:
        cursor.execute("SELECT allocations_lapse_claims()")
        gone = int(cursor.fetchone()[0])
        if gone:
            record(events.CLAIMS_LAPSED, by=by, using=LOGIN, claims=gone)
    return gone


def expire_applications(*, by: Person | str) -> int:
    """Erase applications closed before today or expired for a month, and occasions that have ended."""
    with transaction.atomic(using=LOGIN):
        ended = Occasion._default_manager.using(LOGIN).filter(ends_at__lt=NowInLoge()).delete()[0]
        over = Application._default_manager.using(LOGIN).filter(_OVER)
        gone = over.count()
        over.delete()
        if gone or ended:
            record(events.APPLICATIONS_EXPIRED, by=by, using=LOGIN, applications=gone, occasions=ended)
    return gone
