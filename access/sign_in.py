"""The one module that listens to signals: third-party sign-in has no other way to say what happened."""

from typing import Any

from allauth.account.signals import password_changed, password_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from access.models import Person
from audit import events
from audit.events import Outcome
from audit.record import look

DOOR_KEEPER = "sign-in"


@receiver(user_logged_in)
def signed_in(sender: Any, user: Person, **_: Any) -> None:
    look(events.SIGNED_IN, Outcome.SHOWN, by=user)


@receiver(user_logged_out)
def signed_out(sender: Any, user: Person | None, **_: Any) -> None:
    if user:
        look(events.SIGNED_OUT, Outcome.SHOWN, by=user)


@receiver(user_login_failed)
def sign_in_failed(sender: Any, **_: Any) -> None:
    """What was typed is not kept: a password is often typed in the place of a name."""
    look(events.SIGN_IN_FAILED, Outcome.REFUSED, by=DOOR_KEEPER)


@receiver([password_changed, password_reset])
def password_was_changed(sender: Any, user: Person, **_: Any) -> None:
    look(events.PASSWORD_CHANGED, Outcome.CHANGED, by=user)
