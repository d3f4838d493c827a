"""Erases view questions past their retention period. A view question asks an employee why they opened certain data."""

from django.db import transaction
from django.db.models import Q

from access.models import Person
from audit import events
from audit.record import record
from oversight.models import LookQuestion
from oversight.models.look_question import QUIET_AFTER
from tenants.actions.expiry import LOGIN, YEAR
from tenants.models.identity_check import NowInLoge
from tenants.models.residence import TodayInParis


def expire_look_questions(*, by: Person | str) -> int:
    """Delete old view questions (questions to an employee why personal data were opened) and return their number.

    A question is deleted one year after the data were opened. If the verdict is not misuse, the question is deleted
    earlier: three months (`QUIET_AFTER`) after the verdict.
    """
    over = Q(at__lt=NowInLoge() - YEAR)
    quiet = Q(judged_on__lt=TodayInParis() - QUIET_AFTER) & ~Q(verdict__in=("", "misuse"))
    with transaction.atomic(using=LOGIN):
        gone = LookQuestion._default_manager.using(LOGIN).filter(over | quiet).delete()[0]
        if gone:
            record(events.LOOK_QUESTIONS_EXPIRED, by=by, using=LOGIN, questions=gone)
    return gone
