"""What is past its day is erased, and the trace says how much: never whose, never what."""

from django.db import transaction
from django.db.models import Q

from access.models import Person
from audit import events
from audit.record import record
from tenants.actions.facts import MODELS
from tenants.models.residence import TodayInParis

LOGIN = "jobs"


def expire_facts(*, by: Person | str) -> int:
    """Facts of every kind whose day has passed, and those that were withdrawn."""
    over = Q(ends_on__lt=TodayInParis()) | Q(withdrawn_on__isnull=False)
    with transaction.atomic(using=LOGIN):
        gone = sum(model._default_manager.using(LOGIN).filter(over).delete()[0] for model in MODELS.values())
        if gone:
            record(events.FACTS_EXPIRED, by=by, using=LOGIN, facts=gone)
    return gone
