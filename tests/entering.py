"""Somebody is let in without the pages that lead there, as one who has shown a second factor a moment ago."""

import time

from allauth.usersessions.models import UserSession
from django.test import Client

from access.models import Person
from access.purpose import signed
from audit.purposes import Purpose

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def let_in(client: Client, person: Person, *, ago: int = 0) -> Client:
    """`ago`: seconds since the key was shown; the session itself begins now."""
    client.force_login(person, backend=BACKEND)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "webauthn", "at": time.time() - ago}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return client


def listed(person: Person) -> Client:
    """In a browser that stands in the person's own list of them."""
    client = let_in(Client(), person)
    number = client.cookies["sessionid"].value
    UserSession.objects.create(user=person, session_key=number, ip="192.0.2.1", user_agent="Firefox on Windows")
    return client


def held_by(person: Person, reference: str) -> str:
    """The cookie of somebody who has just said why they open an account."""
    return signed(person, reference, Purpose.TENANT_ASKED)
