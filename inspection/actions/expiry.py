"""Deletes, every night, old requests to read free texts and old permissions to read a copy of a household's file."""

from django.db import transaction

from access.models import Person
from audit import events
from audit.record import record
from inspection.models import CopyRelease
from oversight.models import CountedWord, Inspection
from tenants.actions.expiry import LOGIN, WEEK
from tenants.models.identity_check import NowInLoge
from tenants.models.residence import TodayInParis


def expire_inspections(*, by: Person | str) -> int:
    """Delete expired data of inspections. Returns the number of deleted requests and releases.

    Requests to read free texts are deleted after their last day, and copy releases a week after the release. The words
    that inspectors counted in free texts (stored as keyed hashes) are deleted on the next day.
    """
    with transaction.atomic(using=LOGIN):
        CountedWord._default_manager.using(LOGIN).filter(day__lt=TodayInParis()).delete()
        gone = Inspection._default_manager.using(LOGIN).filter(ends_on__lt=TodayInParis()).delete()[0]
        gone += CopyRelease._default_manager.using(LOGIN).filter(released_at__lt=NowInLoge() - WEEK).delete()[0]
        if gone:
            record(events.INSPECTIONS_EXPIRED, by=by, using=LOGIN, inspections=gone)
    return gone
