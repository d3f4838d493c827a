"""Keys (WebAuthn) shown at the door: as allauth asks for them, and a failure leaves a line like any other.

Anybody may post here before they are anybody, and the libraries that read an answer expect a browser's: what is none
is refused, and is not a fault of ours.
"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError

from audit import events
from audit.events import Code, Outcome
from audit.record import look

# What they raise over bytes that no key has written; and over JSON nested past all reading, or a number without end.
_NO_ANSWER = (LookupError, AttributeError, TypeError, ValueError, struct.error)
_NO_JSON = (RecursionError, ValueError)


class OfAKey(forms.JSONField):
    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except _NO_JSON as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error

    def bound_data(self, data: Any, initial: Any) -> None:
        """A form that is shown again shows none of it."""


@contextmanager
def _read() -> Iterator[None]:
    try:
        yield
    except _NO_ANSWER as error:
        raise get_adapter().validation_error("incorrect_code") from error


class AddKey(AddWebAuthnForm):
    name = None  # a field of the library's, and on no page of ours: it would be a text that no screen has read
    credential = OfAKey()

    def clean(self) -> dict[str, Any]:
        with _read():
            cleaned: dict[str, Any] = super().clean()
        return {**cleaned, "name": get_adapter().generate_authenticator_name(self.user, Authenticator.Type.WEBAUTHN)}


class _Recorded(AuthenticateWebAuthnForm):
    credential = OfAKey()

    def clean_credential(self) -> Authenticator:
        with _read():
            shown: Authenticator = super().clean_credential()
        return shown

    def add_error(self, field: str | None, error: Any) -> None:
        look(events.SIGN_IN_FAILED, Outcome.REFUSED, by=self.user or "sign-in", means=Code("passkey"))
        super().add_error(field, error)


class SecondByKey(_Recorded):
    """After the password."""


class EnterByKey(_Recorded, LoginWebAuthnForm):
    """Instead of it."""


class ProveByKey(_Recorded, ReauthenticateWebAuthnForm):
    """Once more, before what matters most."""
