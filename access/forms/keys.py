"""Keys (WebAuthn) shown at the door: as allauth asks for them, and a failure leaves a line like any other."""

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm, LoginWebAuthnForm, ReauthenticateWebAuthnForm
from django.core.exceptions import ValidationError

from audit import events
from audit.events import Code, Outcome
from audit.record import look


class _Recorded(AuthenticateWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        try:
            shown: Authenticator = super().clean_credential()
        except ValidationError:
            look(events.SIGN_IN_FAILED, Outcome.REFUSED, by=self.user or "sign-in", means=Code("passkey"))
            raise
        return shown


class SecondByKey(_Recorded):
    """After the password."""


class EnterByKey(_Recorded, LoginWebAuthnForm):
    """Instead of it."""


class ProveByKey(_Recorded, ReauthenticateWebAuthnForm):
    """Once more, before what matters most."""
