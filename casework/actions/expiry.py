"""Erases facts, notes, contact attempts, contested sentences and old comments after their retention period."""

from django.db import transaction
from django.db.models import Q

from access.models import Person
from audit import events
from audit.record import record
from casework.actions.facts import MODELS
from casework.models import AccountNote, ContactAttempt, ContestedSentence, LegacyComment
from casework.models.contact_attempt import STORED_FOR
from casework.models.contest import KEPT
from tenants.actions.expiry import LOGIN
from tenants.models import LeaseChange
from tenants.models.residence import TodayInParis

_THIRTY_DAYS = Q(asked_on__lte=TodayInParis() - KEPT)


_OVER = Q(ends_on__lt=TodayInParis()) | Q(withdrawn_on__isnull=False)


def expire_facts(*, by: Person | str) -> int:
    """Erase expired and withdrawn facts about residents, dwellings and accounts.

    Also erases the records that allow undoing a lease change (`LeaseChange`) of an earlier day, because a lease change
    can be undone only on its own day.
    """
    with transaction.atomic(using=LOGIN):
        LeaseChange._default_manager.using(LOGIN).filter(day__lt=TodayInParis()).delete()
        gone = sum(model._default_manager.using(LOGIN).filter(_OVER).delete()[0] for model in MODELS.values())
        if gone:
            record(events.FACTS_EXPIRED, by=by, using=LOGIN, facts=gone)
    return gone


def expire_notes(*, by: Person | str) -> int:
    """Erase notes that are past their last day or withdrawn."""
    with transaction.atomic(using=LOGIN):
        gone = AccountNote._default_manager.using(LOGIN).filter(_OVER).delete()[0]
        if gone:
            record(events.NOTES_EXPIRED, by=by, using=LOGIN, notes=gone)
    return gone


def expire_contacts(*, by: Person | str) -> int:
    """Erase contact attempts of more than a year ago."""
    with transaction.atomic(using=LOGIN):
        attempts = ContactAttempt._default_manager.using(LOGIN).filter(made_on__lt=TodayInParis() - STORED_FOR)
        gone = attempts.delete()[0]
        if gone:
            record(events.CONTACTS_EXPIRED, by=by, using=LOGIN, contacts=gone)
    return gone


def expire_contests(*, by: Person | str) -> int:
    """Erase sentences whose refusal was contested thirty days ago, even if nobody has decided on them."""
    with transaction.atomic(using=LOGIN):
        gone = ContestedSentence._default_manager.using(LOGIN).filter(_THIRTY_DAYS).delete()[0]
        if gone:
            record(events.CONTESTS_EXPIRED, by=by, using=LOGIN, contests=gone)
    return gone


def expire_legacy_comments(*, by: Person | str) -> int:
    """Erase legacy comments that nobody has decided on within six months of the import.

    A database trigger adds them to the count of erased comments of their file.
    """
    with transaction.atomic(using=LOGIN):
        gone = LegacyComment._default_manager.using(LOGIN).filter(ends_on__lt=TodayInParis()).delete()[0]
        if gone:
            record(events.INHERITED_EXPIRED, by=by, using=LOGIN, lines=gone)
    return gone
