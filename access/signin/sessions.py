"""Begins, locks, unlocks and ends sessions, and lists the sessions of a person."""

import time
from collections.abc import Iterable
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.http import HttpRequest

from access.guard.limits import count_once_more
from access.models import Person, Session
from access.signin.session_limits import (
    ENDED_AFTER_SECONDS,
    LOCKED_AFTER_SECONDS,
    LONGEST_SECONDS,
    NOTED_EVERY_SECONDS,
    UNLOCK_TRIES,
)
from access.signin.session_store import LOCKED
from audit import events
from audit.events import Code, Outcome
from audit.record import record_view

_OFF_THE_LIST = "DELETE FROM usersessions_usersession WHERE user_id = %s RETURNING session_key"
_BEGAN, _SEEN = "began_at", "seen_at"


def begin(request: HttpRequest) -> None:
    now = time.time()
    request.session[_BEGAN] = request.session[_SEEN] = now
    request.session.pop(LOCKED, None)


def renew(request: HttpRequest) -> None:
    """Give the session a new key and a new cookie. The former cookie is no longer valid."""
    old = request.session.session_key
    with transaction.atomic():  # Two tables store the session's key: change both or neither.
        # The row lock makes a concurrent `end_all_of` wait, so that it finds the new session key.
        UserSession.objects.select_for_update().filter(session_key=old).first()
        request.session.cycle_key()
        UserSession.objects.filter(session_key=old).update(session_key=request.session.session_key)


def watch(request: HttpRequest) -> None:
    """End or lock a session that has reached a time limit, else record activity. Called at the start of each request.

    The absolute difference of times is compared, so that a server with a fast clock cannot extend a session.
    """
    now, session = time.time(), request.session
    lasted, quiet = (abs(now - session.get(name, 0)) for name in (_BEGAN, _SEEN))
    if lasted >= LONGEST_SECONDS:
        _end(request, "longest")
    elif quiet >= ENDED_AFTER_SECONDS:
        _end(request, "quiet")
    elif quiet >= LOCKED_AFTER_SECONDS:
        lock(request, "quiet")
    elif quiet >= NOTED_EVERY_SECONDS and not is_locked(request):
        session[_SEEN] = now


def is_locked(request: HttpRequest) -> bool:
    return bool(request.session.get(LOCKED))


def lock(request: HttpRequest, reason: str) -> None:
    if not is_locked(request):
        record_view(events.SESSION_LOCKED, Outcome.SHOWN, by=person_of(request), reason=Code(reason))
        request.session[LOCKED] = True


def unlock(request: HttpRequest, means: str) -> None:
    record_view(events.SESSION_UNLOCKED, Outcome.SHOWN, by=person_of(request), means=Code(means))
    del request.session[LOCKED]
    request.session[_SEEN] = time.time()
    renew(request)


def may_try_to_unlock(request: HttpRequest) -> bool:
    """Count an attempt to unlock the session, and return whether it is allowed. After too many attempts, the session
    ends.

    Attempts are counted before the password is checked, so that simultaneous attempts stay within the limit. The count
    is per session key, so it restarts after an unlock, which changes the key.
    """
    tries = count_once_more(f"unlock:{request.session.session_key}", LONGEST_SECONDS)
    request.unlock_tries = tries  # type: ignore[attr-defined]
    if tries > UNLOCK_TRIES:
        _end(request, "guesses")
    return tries <= UNLOCK_TRIES


def unlock_failed(request: HttpRequest) -> None:
    """End the session if this failed attempt to unlock was the last one allowed."""
    if request.unlock_tries >= UNLOCK_TRIES:  # type: ignore[attr-defined]
        _end(request, "guesses")


def _end(request: HttpRequest, reason: str) -> None:
    person = person_of(request)
    record_view(events.SESSIONS_ENDED, Outcome.CHANGED, by=person, reason=Code(reason), ended=1)
    request.session.flush()
    request.user = AnonymousUser()


def person_of(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)  # noqa: S101 (type checker)
    return request.user


# --- The sessions of a person ---


def of(person: Person) -> list[UserSession]:
    """Return the open sessions of a person, newest first."""
    sessions = UserSession.objects.purge_and_list(person)
    return sorted(sessions, key=lambda session: session.created_at, reverse=True)


def end_some_of(person: Person, keys: Iterable[Any]) -> int:
    """End the sessions of this person with these ids. Returns how many sessions were ended."""
    ending = [session for session in of(person) if session.pk in set(keys)]
    with transaction.atomic():
        for session in ending:
            session.end()
        record_view(events.SESSIONS_ENDED, Outcome.CHANGED, by=person, reason=Code("person"), ended=len(ending))
    return len(ending)


def end_all_of(person: Person) -> int:
    """End all sessions of a person, inside the caller's transaction. Returns how many sessions were ended.

    The session keys come from DELETE … RETURNING. A SELECT before the DELETE could return a key that a concurrent
    request then changes, and the session with the changed key would not be ended.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OFF_THE_LIST, [person.pk])
        numbers = [number for (number,) in cursor.fetchall()]
    ended, _each = Session.objects.filter(session_key__in=numbers).delete()
    return int(ended)
