"""What a session has proved: who sat down, by what means, and how long ago.

allauth keeps the list in the session. A second factor is a key (a passkey, which proves a device and a person at once),
a code of an application, or one of the codes kept on paper. Everybody needs one: whoever reaches nobody today may reach
somebody tomorrow, and an account without one would be the way in.
"""

import time
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from access.models import Person

FRESH_SECONDS = 10 * 60
# A form that was opened with a fresh proof may be filled in without losing it.
FILLING_IN_SECONDS = 5 * 60
SECOND = (Authenticator.Type.WEBAUTHN, Authenticator.Type.TOTP)
# What the trace calls the means, closed like every list of it.
MEANS = {
    "password": "password",
    Authenticator.Type.WEBAUTHN: "passkey",
    Authenticator.Type.TOTP: "code",
    Authenticator.Type.RECOVERY_CODES: "recovery",
    "socialaccount": "directory",
    "directory": "assured",  # the landlord's directory has asked for a second factor, and its word is taken
    "demonstration": "demonstration",
}


def second_factor_missing(request: HttpRequest) -> bool:
    """Nobody passes a door without one, nor an interface for programs in a browser's session: ask it of every request
    that a session answers for. It reads the session and no table."""
    return not any(record["method"] == "mfa" for record in proofs(request))


def freshly_proved(request: HttpRequest) -> bool:
    """By the strongest means the person has, a few minutes ago by any process's clock: asked before what matters
    most."""
    given = proofs(request)
    strongest = [record for record in given if record["method"] == "mfa"] or given
    grace = FILLING_IN_SECONDS if request.method == "POST" else 0
    return bool(strongest) and abs(time.time() - strongest[-1]["at"]) < FRESH_SECONDS + grace


def proofs(request: HttpRequest, person: Person | AnonymousUser | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = get_authentication_records(request, person or request.user)
    return found


def prove(request: HttpRequest, person: Person, means: str, **more: Any) -> None:
    """A second factor counts from the moment it was chosen: choosing it took showing it."""
    record_authentication(request, person, "mfa", type=means, **more)


def forget_second_factor(request: HttpRequest) -> None:
    """After the last one was taken away: the next page asks for another."""
    kept = [record for record in proofs(request) if record["method"] != "mfa"]
    request.session["account_authentication_methods"] = kept


def means_of(request: HttpRequest, person: Person) -> str:
    """ "password-code", "passkey", …; empty where nothing was asked for, as in a test that opens a session itself."""
    kinds = [MEANS.get(one.get("type", one["method"]), "other") for one in proofs(request, person)]
    return "-".join(dict.fromkeys(kinds))


def second_factors(person: Person) -> Any:
    return Authenticator.objects.filter(user_id=person.pk, type__in=SECOND)


def has_second_factor(person: Person) -> bool:
    return bool(second_factors(person).exists())
