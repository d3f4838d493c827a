"""Sign-in through allauth, for people an access administrator has added: nobody signs up."""

from typing import ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access.models import Person


class StaffOnly(DefaultAccountAdapter):
    # What allauth has not put into French, and somebody at the door reads.
    error_messages: ClassVar[dict[str, Promise | str]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("Cette adresse et ce mot de passe ne vont pas ensemble."),
        "too_many_login_attempts": _("Trop d’essais manqués. Attendez quelques minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: Person, password: str) -> None:
        """The web's login may write a password, and nothing else of a person."""
        user.set_password(password)
        user.save(update_fields=["password"])
