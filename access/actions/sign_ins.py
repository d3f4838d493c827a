"""Somebody's sessions ended, or lost ways in taken away, by who manages people; what sessions leave, erased at night.

Taking away is one person's: it opens nothing. Whoever was reset enters with the password and chooses anew, is told by a
letter, and the trace says who did it (decision 0015).
"""

from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from access.directory import unlink
from access.models import Person, Session
from access.oversight import must_be_someone_else, must_oversee
from access.permissions import Permission
from access.reasons import ResetReason
from access.session_limits import ENDED_AFTER_SECONDS
from access.sessions import end_all_of
from audit import events
from audit.events import Code, Kind
from audit.record import NOWHERE, Context, Subject, record

LOGIN = "jobs"


def end_sessions(*, by: Person, person: Person, reason: ResetReason, context: Context = NOWHERE) -> int:
    """How many were open."""
    _must_manage(by, person)
    with transaction.atomic():
        ended = end_all_of(person)
        _record(events.SESSIONS_ENDED, person, by=by, context=context, reason=Code(reason), ended=ended)
    return ended


def reset_factors(*, by: Person, person: Person, reason: ResetReason, context: Context = NOWHERE) -> int:
    """Keys, codes, the tie to the directory, and every open session: all of them. How many ways in were taken away."""
    _must_manage(by, person)
    with transaction.atomic():
        ended = end_all_of(person)
        removed, _each = Authenticator.objects.filter(user_id=person.pk).delete()
        removed += unlink(person.pk)
        said = {"reason": Code(reason), "removed": removed, "ended": ended}
        _record(events.FACTORS_RESET, person, by=by, context=context, **said)
    return int(removed)


def expire_sessions(*, by: str) -> int:
    """Sessions that nobody ended and that open nothing any more, quiet for an hour as they are; with each, from which
    network and by which browser. How many."""
    quiet_since = timezone.now() - timedelta(seconds=ENDED_AFTER_SECONDS)
    with transaction.atomic(using=LOGIN):
        over = Session.objects.using(LOGIN).filter(expire_date__lt=quiet_since + _kept_for())
        gone = over.delete()[0]
        living = Session.objects.using(LOGIN).filter(session_key=OuterRef("session_key"))
        UserSession.objects.using(LOGIN).filter(~Exists(living)).delete()
        if gone:
            record(events.SESSIONS_ENDED, by=by, using=LOGIN, reason=Code("quiet"), ended=gone)
    return int(gone)


def _kept_for() -> timedelta:
    """From the last time a session was written to the day in its row; while it is used it is written each minute."""
    return timedelta(seconds=settings.SESSION_COOKIE_AGE)


def _record(kind: Kind, person: Person, *, by: Person, context: Context, **said: Any) -> None:
    """Who it is and who employs them, as both events say."""
    what = {"person": person.pk, **said}
    record(kind, by=by, about=Subject("person", person.pk), place=person.employed_at_id, context=context, **what)


def _must_manage(by: Person, person: Person) -> None:
    must_be_someone_else(by, person.pk)
    must_oversee(by, Permission.PEOPLE_MANAGE, person.employed_at)
