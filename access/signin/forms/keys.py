"""allauth's forms for security keys (WebAuthn), with failures recorded as audit events.

Anonymous visitors can post anything to these forms. allauth and fido2 expect what a browser sends, and raise various
exceptions for malformed input. The forms turn these exceptions into validation errors instead of a server error.
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
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import CollectedClientData

from access.signin.allauth_internals import parse_authentication_response, parse_registration_response
from access.signin.key_counts import goes_on
from audit import events
from audit.events import Code, Outcome
from audit.record import record_view

# _NO_JSON: exceptions of the json module for malformed JSON, JSON nested too deeply, or too large numbers.
_NO_JSON = (RecursionError, ValueError)
# _NO_BYTES: exceptions of allauth and fido2 for bytes that no security key could have produced.
_NO_BYTES = (LookupError, AttributeError, TypeError, AssertionError, NotImplementedError, struct.error)


class OfAKey(forms.JSONField):
    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except _NO_JSON as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error

    def bound_data(self, data: Any, initial: Any) -> None:
        """Return None, so that a form that is shown again does not contain the submitted credential."""


@contextmanager
def _read() -> Iterator[None]:
    try:
        yield
    except (*_NO_BYTES, *_NO_JSON) as error:
        raise get_adapter().validation_error("incorrect_code") from error


def _must_be_from_here(credential: Any) -> None:
    """Raise ValueError unless the security key created the credential for exactly this origin.

    The library fido2 would also accept other ports and subdomains, which may belong to another service.
    """
    client_data = CollectedClientData(websafe_decode(credential["response"]["clientDataJSON"]))
    origin = f"{context.request.scheme}://{context.request.get_host()}"
    if client_data.cross_origin or client_data.origin not in (origin, *settings.CSRF_TRUSTED_ORIGINS):
        raise ValueError(client_data.origin)


def _must_be_new(credential: Any) -> None:
    """Raise ValueError unless the credential id is the one in the signed data and is not registered yet.

    A unique index in the database also refuses an id that is registered already.
    """
    made = parse_registration_response(credential).response.attestation_object.auth_data.credential_data
    if made is None or credential["id"] != websafe_encode(made.credential_id):
        raise ValueError("the credential id is not the one that the key signed")
    if Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN, data__credential__id=credential["id"]).exists():
        raise ValueError("the credential id is already registered")


class AddKey(AddWebAuthnForm):
    name = None  # Unlike allauth's form, this form lets nobody type a name, which could contain sensitive data.
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
        credential = self.cleaned_data["credential"]
        with _read():
            _must_be_from_here(credential)
            authenticator: Authenticator = super().clean_credential()
            if not goes_on(authenticator, parse_authentication_response(credential)):
                raise ValueError("replayed answer")
        return authenticator

    def add_error(self, field: str | None, error: Any) -> None:
        record_view(events.SIGN_IN_FAILED, Outcome.REFUSED, by=self.user or "sign-in", means=Code("passkey"))
        super().add_error(field, error)


class SecondByKey(_Recorded):
    """Form for the second factor by security key, after the password."""


class EnterByKey(_Recorded, LoginWebAuthnForm):
    """Form for signing in with a security key instead of a password."""


class ProveByKey(_Recorded, ReauthenticateWebAuthnForm):
    """Form for reauthentication with a security key, before a sensitive action."""
