"""Somebody is let in without the pages that lead there, as one who has shown a second factor a moment ago."""

import time

from django.test import Client

from access.models import Person

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def let_in(client: Client, person: Person, *, ago: int = 0) -> Client:
    """`ago`: seconds since the key was shown; the session itself begins now."""
    client.force_login(person, backend=BACKEND)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "webauthn", "at": time.time() - ago}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return client
