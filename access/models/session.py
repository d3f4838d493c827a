"""Sessions in the database, with the person in a column of its own for the row-level security policies."""

from typing import TYPE_CHECKING

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from access.models.person import Person
from privacy.classes import DataClass
from privacy.processing_activities import SIGN_IN
from privacy.retention import DataPolicy
from privacy.retention_periods import SESSION

if TYPE_CHECKING:
    from access.signin.session_store import SessionStore


class Session(AbstractBaseSession):
    """Session in the database. `session_key` is a keyed hash of the session cookie.

    `person` is null until a password was accepted.
    """

    privacy = {
        "session_key": DataClass.SECRET,
        "session_data": DataClass.SECRET,
        "expire_date": DataClass.PLAIN,
        "person": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(SIGN_IN, SESSION)

    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")

    def __str__(self) -> str:
        return "session"

    @classmethod
    def get_session_store_class(cls) -> "type[SessionStore]":
        from access.signin.session_store import SessionStore

        return SessionStore

    def get_decoded(self) -> dict[str, object]:
        return self.get_session_store_class()(self.session_key).decode(self.session_data)
