"""Erases closed and expired applications, with everything that belongs to them, and ended occasions."""

from django.db import transaction
from django.db.models import Q

from access.models import Person
from allocations.models import Application, Occasion
from audit import events
from audit.record import record
from tenants.actions.expiry import LOGIN
from tenants.models.identity_check import NowInLoge
from tenants.models.residence import TodayInParis

# A month for the national register to say that an application was renewed after its term.
GRACE_DAYS = 31
_OVER = Q(closed_on__lt=TodayInParis()) | Q(renew_by__lt=TodayInParis() - GRACE_DAYS)


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
