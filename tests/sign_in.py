"""Signs a test client in without the sign-in pages, with a recent second factor."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.db import connections
from django.http import HttpRequest
from django.test import Client

from access.database.web_logins import WEB_LOGINS
from access.guard.purpose import signed
from access.models import Assignment, Person
from access.signin.session_store import SessionStore
from audit.purposes import Purpose
from tests.builders import OWNER

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def let_in(client: Client, person: Person, *, ago: int = 0, second_factor: bool = True) -> Client:
    """Sign the client in, with a session that begins now.

    `second_factor`: whether a second factor was used, `ago` seconds before now. The session is saved only once:
    Django's login() saves it four times, which would slow down half of all tests. The requests of the client use the
    database login of the web process that serves the person.
    """
    login, requested = process_of(person), client.request
    if login != "web":

        def request_there(**environ: Any) -> Any:
            with served_by(login):
                return requested(**environ)

        client.request = request_there  # type: ignore[method-assign]
    with served_by(login):
        store_session(client, person, ago, second_factor)
    client.let_in_as = person.pk  # type: ignore[attr-defined]  # tests/unsent_sessions.py compares it with each request
    return client


def process_of(person: Person) -> str:
    """Return the database login of the web process that serves this person.

    It is "web" for all people except those whose role is served by a web process of its own.
    """
    roles = set(Assignment.objects.using(OWNER).filter(person=person).values_list("role", flat=True))
    return next((login.name for login in WEB_LOGINS if login.apart and roles == {login.role}), "web")


@contextmanager
def served_by(login: str) -> Iterator[None]:
    """Serve requests with the database login of another web process until the context ends."""
    web = connections["default"]
    before, wanted = web.settings_dict["USER"], f"{settings.INSTANCE}_{login}"
    if login == "web" or before == wanted:
        yield
        return
    web.settings_dict["USER"] = wanted
    web.close()
    try:
        yield
    finally:
        web.settings_dict["USER"] = before
        web.close()


def store_session(client: Client, person: Person, ago: int, second_factor: bool) -> None:
    request = HttpRequest()
    session = request.session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(person.pk), BACKEND
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    user_logged_in.send(sender=Person, request=request, user=person)
    if second_factor:
        session["account_authentication_methods"] = [{"method": "mfa", "type": "webauthn", "at": time.time() - ago}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.create()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.cookie


def listed(person: Person) -> Client:
    """Return a signed-in client whose session appears on the page where the person lists and ends sessions."""
    client = let_in(Client(), person)
    with served_by(process_of(person)):
        UserSession.objects.create(
            user=person, session_key=session_in(client).session_key, ip="192.0.2.1", user_agent="Firefox on Windows"
        )
    return client


def session_in(client: Client) -> SessionStore:
    """Return the session that the client's cookie names."""
    cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
    return SessionStore.of_cookie(cookie.value if cookie else None)


def held_by(person: Person, reference: str) -> str:
    """Return the value of the cookie that stores for which purpose the person opens an account."""
    return signed(person, reference, Purpose.TENANT_ASKED)
