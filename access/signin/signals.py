"""Writes audit events on signals of Django and allauth, where these offer no other hook.

No other module of the app `access` uses signals.
"""

from typing import Any

from allauth.account.signals import authentication_step_completed, password_changed, password_reset
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
    authenticator_used,
)
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from access.models import Person
from access.signin import sessions
from access.signin.proofs import MEANS, SECOND, forget_second_factor, has_second_factor, means_of, prove
from audit import events
from audit.events import Code, Outcome
from audit.record import record_view

DOOR_KEEPER = "sign-in"


@receiver(user_logged_in)
def signed_in(sender: Any, request: HttpRequest, user: Person, **_: Any) -> None:
    sessions.begin(request)
    means = means_of(request, user)
    record_view(events.SIGNED_IN, Outcome.SHOWN, by=user, means=Code(means) if means else None)


@receiver(user_logged_out)
def signed_out(sender: Any, user: Person | None, **_: Any) -> None:
    if user:
        record_view(events.SIGNED_OUT, Outcome.SHOWN, by=user)


@receiver(user_login_failed)
def sign_in_failed(sender: Any, **_: Any) -> None:
    """Record a failed sign-in, without the typed name: people often type the password into the field for the name."""
    record_view(events.SIGN_IN_FAILED, Outcome.REFUSED, by=DOOR_KEEPER, means=Code("password"))


@receiver(authentication_failed)
def second_step_failed(sender: Any, user: Person, **_: Any) -> None:
    """Record a failed second factor as an event of the person whose password was accepted."""
    record_view(events.SIGN_IN_FAILED, Outcome.REFUSED, by=user, means=Code("code"))


@receiver([password_changed, password_reset])
def password_was_changed(sender: Any, user: Person, **_: Any) -> None:
    record_view(events.PASSWORD_CHANGED, Outcome.CHANGED, by=user)


@receiver(authenticator_added)
def factor_added(sender: Any, request: HttpRequest, user: Person, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type not in SECOND:
        record_view(events.RECOVERY_CODES_MADE, Outcome.CHANGED, by=user)
        return
    record_view(events.FACTOR_ADDED, Outcome.CHANGED, by=user, means=Code(MEANS[authenticator.type]))
    prove(request, user, authenticator.type, id=authenticator.pk)
    sessions.renew(request)


@receiver(authenticator_reset)
def recovery_codes_made(sender: Any, user: Person, **_: Any) -> None:
    record_view(events.RECOVERY_CODES_MADE, Outcome.CHANGED, by=user)


@receiver(authenticator_removed)
def factor_removed(sender: Any, request: HttpRequest, user: Person, authenticator: Authenticator, **_: Any) -> None:
    record_view(events.FACTOR_REMOVED, Outcome.CHANGED, by=user, means=Code(MEANS[authenticator.type]))
    if not has_second_factor(user):
        forget_second_factor(request)


@receiver(authenticator_used)
def recovery_code_used(sender: Any, user: Person, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        record_view(events.RECOVERY_CODE_USED, Outcome.SHOWN, by=user)


@receiver(authentication_step_completed)
def proved_again(sender: Any, request: HttpRequest, user: Person, method: str, **more: Any) -> None:
    """Record the reauthentication and give the session a new key, because the session now has more rights."""
    if more.get("reauthenticated"):
        record_view(events.PROVED_AGAIN, Outcome.SHOWN, by=user, means=Code(MEANS[more.get("type", method)]))
        sessions.renew(request)
