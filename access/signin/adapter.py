"""Sign-in through allauth for people whom an access administrator has added. Nobody can sign up."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.context import request_context
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from access.models import Person
from access.signin.allauth_internals import ratelimit
from access.signin.proofs import freshly_proved, second_factors
from audit import events
from audit.events import Outcome
from audit.record import record_view

KNOWN_DAYS = 90
NOWHERE_IN_PARTICULAR = "::"  # A client without network address is recorded with "::".
# From networks where a person has not signed in for 90 days, 50 sign-in attempts an hour are allowed for this person.
BY_PERSON = {"person": "50/h/key"}
NOTICES: dict[str, Promise] = {
    "mfa/email/webauthn_added": _("Une clé a été ajoutée à votre connexion."),
    "mfa/email/webauthn_removed": _("Une clé a été retirée de votre connexion."),
    "mfa/email/totp_activated": _("Une application d’authentification a été ajoutée à votre connexion."),
    "mfa/email/totp_deactivated": _("L’application d’authentification a été retirée de votre connexion."),
    "mfa/email/recovery_codes_generated": _("Vos codes de secours ont été renouvelés."),
    "account/email/password_changed": _("Votre mot de passe a été changé."),
    "account/email/password_reset": _("Votre mot de passe a été changé à l’aide d’un lien reçu à cette adresse."),
    "directory_linked": _("Votre compte de l’annuaire a été associé à votre connexion."),
    "directory_unlinked": _("Votre compte de l’annuaire a été dissocié de votre connexion."),
    "copied": _(
        "Une copie de l’une de vos clés a été détectée. Cette clé ne permet plus de se connecter, et vos "
        "sessions ont été fermées."
    ),
    "reset": _("L’administration des accès a réinitialisé vos clés et vos codes. Enregistrez-en de nouveaux."),
}


@dataclass(frozen=True)
class Letter:
    """Email that is rendered after the response was sent, in the language of the person who made the request."""

    write: Callable[[], EmailMessage]
    language: str | None

    def send(self) -> None:
        with request_context(None), override(self.language):
            self.write().send()


@dataclass(frozen=True)
class Asked:
    """Function to call after the response was sent, because the function may send emails.

    If the function were called earlier, the response time would reveal whether there is an email to send.
    """

    request: HttpRequest
    ask: Callable[[], object]
    language: str | None

    def send(self) -> None:
        self.request.letters = []  # type: ignore[attr-defined]
        with request_context(self.request), override(self.language):
            self.ask()
        for letter in self.request.letters:  # type: ignore[attr-defined]
            letter.send()


class StaffOnly(DefaultAccountAdapter):
    # `error_messages` replaces messages that allauth has not translated into French.
    error_messages: ClassVar[dict[str, Promise | str]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("L’adresse ou le mot de passe est incorrect."),
        "too_many_login_attempts": _("Trop de tentatives ont échoué. Attendez quelques minutes, puis réessayez."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """Return whether allauth may redirect to the URL.

        A malformed URL is not safe. Django's own check raises ValueError for such a URL.
        """
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def set_password(self, user: Person, password: str) -> None:
        """Set the password and save only this column.

        The database login of the web process may not update most other columns.
        """
        user.set_password(password)
        user.save(update_fields=["password"])

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "access.signin.directory.SecondStep"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    # --- Rate limits ---

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the client's network address. Behind our own proxies, this is the last address in X-Forwarded-For that
        is not a proxy's, because a client may invent the addresses before it.

        Rate limits store a hash of the address. The person's list of open sessions stores the address itself.
        """
        address = request.META.get("REMOTE_ADDR", "")
        hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        while hops and (not address or address in settings.PROXIES) and (hop := hops.pop().strip()):
            address = hop
        try:
            return str(ip_address(address))
        except ValueError:
            return NOWHERE_IN_PARTICULAR

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Return the key under which allauth counts failed sign-ins: the person and the network address.

        If the key were the person alone, somebody who guesses passwords could lock out the person.
        """
        return f"{_typed(credentials)} {self.get_client_ip(request)}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
            self._by_person = None
            if not cache.get(self._known(request, credentials)):
                how = {"app": "access", "action": "person", "config": BY_PERSON}
                self._by_person = ratelimit.consume(request, key=_typed(credentials), **how)
                if not self._by_person:
                    raise self.validation_error("too_many_login_attempts")
        except ValidationError:
            record_view(events.SIGN_IN_SLOWED, Outcome.REFUSED, by="sign-in")
            raise

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        person: Person | None = super().authenticate(request, **credentials)
        if person:
            if self._by_person:
                self._by_person.rollback()
            cache.set(self._known(request, credentials), True, KNOWN_DAYS * 24 * 60 * 60)
        return person

    def _known(self, request: HttpRequest, credentials: dict[str, Any]) -> str:
        met = f"{_typed(credentials)} {self.get_client_ip(request)}"
        return "access.known:" + salted_hmac("access.known", met, algorithm="sha256").hexdigest()

    # --- Reauthentication ---

    def is_reauthentication_required(self, *, app: str, **_more: Any) -> bool:
        return not freshly_proved(self.request)

    def get_reauthentication_methods(self, user: Person | AnonymousUser) -> list[dict[str, Any]]:
        """Return the methods of reauthentication, the security key first.

        People who have a second factor cannot reauthenticate with the password alone.
        """
        methods = super().get_reauthentication_methods(user)
        if user.is_authenticated and second_factors(user).exists():
            methods = [method for method in methods if method["id"] != "reauthenticate"]
        return sorted(methods, key=lambda method: method["url"] != reverse("mfa_reauthenticate_webauthn"))

    def reauthenticate(self, user: Person, password: str) -> bool:
        return self.authenticate(self.request, email=user.email, password=password) == user

    # --- Emails ---

    def send_notification_mail(self, template_prefix: str, user: Person, *_args: Any, **_more: Any) -> None:
        """Email the person that a sign-in method was changed, in case somebody else changed the method.

        Unlike allauth's email, this one contains neither the network address nor the browser of whoever made the
        change.
        """
        self.send_mail("account/email/notice", user.email, {"what": NOTICES[template_prefix]})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send the email after the response, so that the response time does not reveal whether an email is sent."""
        known = {"email": email, "house": settings.HOUSE_NAME}
        letter = Letter(partial(self.render_mail, template_prefix, email, {**known, **context}), get_language())
        self.request.letters = [*getattr(self.request, "letters", ()), letter]


def _typed(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email") or credentials.get("username") or "").strip().lower()
