"""Nightly deletion of allocation data whose retention period has ended: applications, occasions (dated permissions to
open an application), sheets, requests to read a sheet, and rows for the national register."""

from django.db import connections, transaction
from django.db.models import Q

from access.models import Person
from allocations.models import Application, Occasion, RegistryRow
from audit import events
from audit.record import record
from tenants.actions.expiry import LOGIN
from tenants.models.identity_check import NowInLoge
from tenants.models.residence import TodayInParis

# After its term, an application is stored for one more month, so that a late renewal can still be imported.
GRACE_DAYS = 31
# For 31 days an export to the national register can be repeated, and a trigger refuses to delete its rows.
REPEAT_DAYS = 31
# Rows that were never exported are deleted after 92 days, so that application numbers do not accumulate.
UNSENT_DAYS = 92
_OVER = Q(closed_on__lt=TodayInParis()) | Q(renew_by__lt=TodayInParis() - GRACE_DAYS)


def expire_candidacies(*, by: Person | str) -> int:
    """Delete the anonymous sheets, decisions, votes and shortlists whose retention period for discrimination claims has
    ended."""
    with transaction.atomic(using=LOGIN), connections[LOGIN].cursor() as cursor:
        cursor.execute("SELECT allocations_expire_claims()")
        gone = int(cursor.fetchone()[0])
        if gone:
            record(events.CANDIDACIES_EXPIRED, by=by, using=LOGIN, candidacies=gone)
    return gone


def expire_registry_rows(*, by: Person | str) -> int:
    """Delete rows for the national register that were exported over 31 days ago, or were not exported within 92
    days."""
    over = Q(sent_on__lt=TodayInParis() - REPEAT_DAYS)
    over |= Q(sent_on__isnull=True, day__lt=TodayInParis() - UNSENT_DAYS)
    with transaction.atomic(using=LOGIN):
        old = RegistryRow._default_manager.using(LOGIN).filter(over)
        gone: int = old.delete()[0]
        if gone:
            record(events.REGISTRY_ROWS_EXPIRED, by=by, using=LOGIN, lines=gone)
    return gone


def lapse_claims(*, by: Person | str) -> int:
    """Delete lapsed requests to read a candidate's anonymous sheet: not approved within fourteen days, or not read in
    the 24 hours after approval."""
    with transaction.atomic(using=LOGIN), connections[LOGIN].cursor() as cursor:
        cursor.execute("SELECT allocations_lapse_claims()")
        gone = int(cursor.fetchone()[0])
        if gone:
            record(events.CLAIMS_LAPSED, by=by, using=LOGIN, claims=gone)
    return gone


def expire_applications(*, by: Person | str) -> int:
    """Delete applications that were closed before today or expired a month ago, and ended occasions (permissions to
    open an application)."""
    with transaction.atomic(using=LOGIN):
        ended = Occasion._default_manager.using(LOGIN).filter(ends_at__lt=NowInLoge()).delete()[0]
        over = Application._default_manager.using(LOGIN).filter(_OVER)
        gone = over.count()
        over.delete()
        if gone or ended:
            record(events.APPLICATIONS_EXPIRED, by=by, using=LOGIN, applications=gone, occasions=ended)
    return gone
