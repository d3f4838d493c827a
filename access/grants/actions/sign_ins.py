"""End a person's sessions, reset lost sign-in methods, and delete expired sessions at night.

These actions need no second person, because they only remove access. After a reset, the person signs in with the
password, sets up new methods and gets an email about the reset (decision 0015).
"""

from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from access.grants.grant_rules import must_be_someone_else, must_oversee
from access.grants.reasons import ResetReason
from access.models import Person, Session
from access.permissions import Permission
from access.signin.directory import unlink
from access.signin.session_limits import ENDED_AFTER_SECONDS
from access.signin.sessions import end_all_of
from audit import events
from audit.events import Code, Kind
from audit.record import NOWHERE, Context, Subject, record

LOGIN = "jobs"


def end_sessions(*, by: Person, person: Person, reason: ResetReason, context: Context = NOWHERE) -> int:
    """End the open sessions of a person. Returns how many sessions were ended."""
    _must_manage(by, person)
    with transaction.atomic():
        ended = end_all_of(person)
        _record(events.SESSIONS_ENDED, person, by=by, context=context, reason=Code(reason), ended=ended)
    return ended


def reset_factors(*, by: Person, person: Person, reason: ResetReason, context: Context = NOWHERE) -> int:
    """Remove a person's sign-in methods except the password, and end the person's sessions.

    These methods are security keys, codes and the link to the landlord's directory. Returns how many methods were
    removed.
    """
    _must_manage(by, person)
    with transaction.atomic():
        ended = end_all_of(person)
        removed, _each = Authenticator.objects.filter(user_id=person.pk).delete()
        removed += unlink(person.pk)
        details = {"reason": Code(reason), "removed": removed, "ended": ended}
        _record(events.FACTORS_RESET, person, by=by, context=context, **details)
    return int(removed)


def expire_sessions(*, by: str) -> int:
    """Delete sessions that were not used for an hour, with the network addresses and browsers stored for them.

    Returns how many sessions were deleted.
    """
    quiet_since = timezone.now() - timedelta(seconds=ENDED_AFTER_SECONDS)
    with transaction.atomic(using=LOGIN):
        # While a session is in use, its `expire_date` is set to now + SESSION_COOKIE_AGE every minute.
        # The last use of a session is `expire_date` - SESSION_COOKIE_AGE, because `expire_date` was set at that time.
        lifetime = timedelta(seconds=settings.SESSION_COOKIE_AGE)
        over = Session.objects.using(LOGIN).filter(expire_date__lt=quiet_since + lifetime)
        gone = over.delete()[0]
        living = Session.objects.using(LOGIN).filter(session_key=OuterRef("session_key"))
        UserSession.objects.using(LOGIN).filter(~Exists(living)).delete()
        if gone:
            record(events.SESSIONS_ENDED, by=by, using=LOGIN, reason=Code("quiet"), ended=gone)
    return int(gone)


def _record(kind: Kind, person: Person, *, by: Person, context: Context, **details: Any) -> None:
    """Record an audit event about a person. The place of the event is the place that employs the person."""
    fields = {"person": person.pk, **details}
    record(kind, by=by, about=Subject("person", person.pk), place=person.employed_at_id, context=context, **fields)


def _must_manage(by: Person, person: Person) -> None:
    must_be_someone_else(by, person.pk)
    must_oversee(by, Permission.PEOPLE_MANAGE, person.employed_at)
