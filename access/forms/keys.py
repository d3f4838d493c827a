"""Keys (WebAuthn) shown at the door: as allauth asks for them, and a failure leaves a line like any other.

Anybody may post here before they are anybody, and the libraries that read an answer expect a browser's: what is none
is refused, and is not a fault of ours.
"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.internal.auth import parse_authentication_response, parse_registration_response
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import CollectedClientData

from access.key_counts import goes_on
from audit import events
from audit.events import Code, Outcome
from audit.record import look

# What they raise over JSON nested past all reading, or a number without end; and over bytes that no key has written.
_NO_JSON = (RecursionError, ValueError)
_NO_BYTES = (LookupError, AttributeError, TypeError, AssertionError, NotImplementedError, struct.error)


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
    except (*_NO_BYTES, *_NO_JSON) as error:
        raise get_adapter().validation_error("incorrect_code") from error


def _must_be_from_here(credential: Any) -> None:
    """From a page of ours: the library takes every port of our name and every name below it, where something else may
    answer."""
    said = CollectedClientData(websafe_decode(credential["response"]["clientDataJSON"]))
    here = f"{context.request.scheme}://{context.request.get_host()}"
    if said.cross_origin or said.origin not in (here, *settings.CSRF_TRUSTED_ORIGINS):
        raise ValueError(said.origin)


def _must_be_new(credential: Any) -> None:
    """Raise ValueError unless the id is the one signed by the key itself and nobody has registered it. The database
    checks both too."""
    made = parse_registration_response(credential).response.attestation_object.auth_data.credential_data
    if made is None or credential["id"] != websafe_encode(made.credential_id):
        raise ValueError("not the number of this key")
    if Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN, data__credential__id=credential["id"]).exists():
        raise ValueError("the number of another key")


class AddKey(AddWebAuthnForm):
    name = None  # a field of the library's, and on no page of ours: it would be a text that no screen has read
    credential = OfAKey()

    def clean(self) -> dict[str, Any]:
        with _read():
            cleaned: dict[str, Any] = super().clean()
            if "credential" in cleaned:
                _must_be_from_here(cleaned["credential"])
                _must_be_new(cleaned["credential"])
        return {**cleaned, "name": get_adapter().generate_authenticator_name(self.user, Authenticator.Type.WEBAUTHN)}


class _Recorded(AuthenticateWebAuthnForm):
    credential = OfAKey()

    def clean_credential(self) -> Authenticator:
        said = self.cleaned_data["credential"]
        with _read():
            _must_be_from_here(said)
            shown: Authenticator = super().clean_credential()
            if not goes_on(shown, parse_authentication_response(said)):
                raise ValueError("an answer sent twice")
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
