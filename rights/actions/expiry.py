"""Erases rows when their retention period ends: subject requests (GDPR), restrictions of processing, and deferrals.

A deferral hides an audit event (an employee viewed a person's data) from access reports until a given day.
"""

from django.db import transaction

from access.models import Person
from audit import events
from audit.record import record
from rights.models import ErasureLine, LookDeferral, NamedLook, SubjectRequest
from tenants.actions.expiry import LOGIN, THREE_YEARS
from tenants.models import Restriction
from tenants.models.residence import TodayInParis


def expire_subject_requests(*, by: Person | str) -> int:
    """Erase subject requests three years after they were answered."""
    with transaction.atomic(using=LOGIN):
        before = TodayInParis() - THREE_YEARS
        ErasureLine._default_manager.using(LOGIN).filter(request__closed_on__lt=before).delete()
        NamedLook._default_manager.using(LOGIN).filter(request__closed_on__lt=before).delete()
        gone = SubjectRequest._default_manager.using(LOGIN).filter(closed_on__lt=before).delete()[0]
        if gone:
            record(events.SUBJECT_REQUESTS_EXPIRED, by=by, using=LOGIN, requests=gone)
    return gone


def expire_restrictions(*, by: Person | str) -> int:
    """Erase restrictions of processing three years after they were lifted."""
    with transaction.atomic(using=LOGIN):
        lifted = Restriction._default_manager.using(LOGIN).filter(lifted_on__lt=TodayInParis() - THREE_YEARS)
        gone = lifted.delete()[0]
        if gone:
            record(events.RESTRICTIONS_EXPIRED, by=by, using=LOGIN, restrictions=gone)
    return gone


def expire_deferrals(*, by: Person | str) -> int:
    """Erase deferrals after their last day. The next access report contains the audit events that these deferrals had
    left out."""
    with transaction.atomic(using=LOGIN):
        gone = LookDeferral._default_manager.using(LOGIN).filter(until__lt=TodayInParis()).delete()[0]
        if gone:
            record(events.DEFERRALS_EXPIRED, by=by, using=LOGIN, deferrals=gone)
    return gone
