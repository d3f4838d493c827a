"""Stores sessions in the database under a keyed hash of the cookie.

Nobody can take over a session by reading the table. The data is signed for its row and rejected in any other row.

Saving does not undo a lock or an end by a concurrent request. Django's own store saves the whole session as it was when
the request began. It would unlock a session locked meanwhile, or revive one ended meanwhile when its key is renewed.
"""

from functools import cache
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

from access.database.prepared import prepared
from access.models.person import Person
from access.signin.allauth_internals import LOGIN_SESSION_KEY

LOCKED = "locked"
SALT = "access.session_store"
COOKIE_LENGTH = 32  # A session cookie has 32 random letters and digits: 165 bits, too many to guess.
HASH_LENGTH = 40  # A session key, the hash of the session cookie, has 40 hexadecimal digits: 160 bits.


class StoredKey(str):
    """Keyed hash of a session cookie, under which the session is stored.

    The attribute `cookie` is the cookie itself, and exists only if the cookie is known.
    """

    cookie: str

    @classmethod
    def of(cls, cookie: str) -> "StoredKey":
        key = cls(salted_hmac(SALT, cookie, algorithm="sha256").hexdigest()[:HASH_LENGTH])
        key.cookie = cookie
        return key


class SessionStore(db.SessionStore):
    """Session store whose `session_key` is the keyed hash of the cookie.

    Only the middleware reads the cookie from requests and sets it in responses.
    """

    # The person whom the session's row names, read with the row. Whoever uses it must also check the session's data.
    person: Person | None = None
    _knew_lock = False

    @property
    def cookie(self) -> str:
        """The session cookie. Raises AttributeError if the session was loaded by the hash of an unknown cookie."""
        return cast(StoredKey, self.session_key).cookie

    @classmethod
    def of_cookie(cls, cookie: str | None) -> "SessionStore":
        return cls(StoredKey.of(cookie) if cookie else None)

    @classmethod
    def get_model_class(cls) -> Any:
        from access.models import Session

        return Session

    @property
    def key_salt(self) -> str:
        return f"{SALT}:{self.session_key}"

    def _get_new_session_key(self) -> StoredKey:
        while True:
            key = StoredKey.of(get_random_string(COOKIE_LENGTH, VALID_KEY_CHARS))
            if not self.exists(key):
                return key

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        row.person_id = person_in(data)
        return row

    def load(self) -> dict[str, Any]:
        row = self._get_session_from_db()
        data = self._opened(row) if row else {}
        self._knew_lock = LOCKED in data
        return data

    def _get_session_from_db(self) -> Any:
        """Return the session's row. If the session has ended, forget its key and return None.

        Each request reads its session and person, so the statement is not built by a queryset each time.
        """
        with connection.cursor() as cursor:
            cursor.execute(statement_of_session(), [self.session_key, timezone.now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return None
        data, person_id, *person = row
        if person_id:
            self.person = Person.from_db(connection.alias, [field.attname for field in _person_fields()], person)
        return self.get_model_class()(session_key=self.session_key, session_data=data, person_id=person_id)

    def save(self, must_create: bool = False) -> None:
        if must_create or self.session_key is None:
            super().save(must_create)
            return
        with transaction.atomic():
            self._keep_lock(self._held())
            super().save()

    def cycle_key(self) -> None:
        """Give the session a new key and a new cookie.

        Raises SessionInterrupted if the session was ended during this request, because saving the session would revive
        it.
        """
        with transaction.atomic():
            if self.session_key is not None:
                data = self._held()
                if data is None:
                    raise SessionInterrupted("The session was ended while this request was running.")
                self._keep_lock(data)
            super().cycle_key()

    def _opened(self, row: Any) -> dict[str, Any]:
        """Return the decoded data of the session, or {} if the data belongs to another person than the column `person`
        says.

        Row-level security checks only the column, so data that contradicts it is not used.
        """
        data: dict[str, Any] = self.decode(row.session_data)
        return data if _people_in(data) == [person for person in (row.person_id,) if person] else {}

    def _held(self) -> dict[str, Any] | None:
        """Lock the session's row until the transaction ends, and return its data as stored now. Returns None without a
        row."""
        row = self.model.objects.select_for_update().filter(pk=self.session_key).first()
        return self._opened(row) if row else None

    def _keep_lock(self, data: dict[str, Any] | None) -> None:
        if data and LOCKED in data and not self._knew_lock:
            self[LOCKED] = data[LOCKED]


def person_of(request: HttpRequest) -> Person | AnonymousUser:
    """Return the person who is signed in. Django's own function decides if anything is unusual: it ends a session whose
    person has a new password, and renews one that was signed with a former secret key."""
    session = cast(SessionStore, request.session)
    signed, backend, person = session.get(HASH_SESSION_KEY), session.get(BACKEND_SESSION_KEY), session.person
    if (
        person
        and person.is_active
        and session.get(SESSION_KEY) == str(person.pk)
        and backend in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(signed or "", person.get_session_auth_hash())
    ):
        return person
    return get_user(request)


@cache
def statement_of_session() -> str:
    """Return the statement that reads a session and its person. Its parameters are the session's key and the time."""
    columns = ", ".join(f"p.{field.column}" for field in _person_fields())
    return prepared(
        f"SELECT s.session_data, s.person_id, {columns} FROM access_session s"  # noqa: S608 - names of columns
        " LEFT JOIN access_person p ON p.id = s.person_id WHERE s.session_key = %s AND s.expire_date > %s"
    )


@cache
def _person_fields() -> tuple[Any, ...]:
    return tuple(Person._meta.concrete_fields)


def person_in(data: dict[str, Any]) -> UUID | None:
    """Return the id of the person who is signed in, or who has given a password but no second factor yet.

    Returns None for any other session.
    """
    return next(iter(_people_in(data)), None)


def _people_in(data: dict[str, Any]) -> list[UUID]:
    """Return the ids of all people in the session's data.

    Django stores the person who is signed in, and allauth the person whose sign-in is not complete.
    """
    named = (data.get(SESSION_KEY), (data.get(LOGIN_SESSION_KEY) or {}).get("user_pk"))
    return list(dict.fromkeys(UUID(person) for person in named if person))
