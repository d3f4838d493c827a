"""Sign-in through allauth, for people an access administrator has added: nobody signs up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from access.models import Person


class StaffOnly(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: Person, password: str) -> None:
        """The web's login may write a password, and nothing else of a person."""
        user.set_password(password)
        user.save(update_fields=["password"])
