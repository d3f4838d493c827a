"""Authentication proofs of a session: which methods were used, and when. allauth stores them in the session.

A second factor is a security key, a one-time code or a recovery code. A passkey counts as both factors at once.
Everybody needs a second factor, even people who may see no tenants' data today, because they may get access tomorrow.
"""

import time
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from access.models import Person
from access.signin.allauth_internals import get_authentication_records, record_authentication

FRESH_SECONDS = 10 * 60
# A proof is accepted FILLING_IN_SECONDS longer for a POST, because filling in a form takes time.
FILLING_IN_SECONDS = 5 * 60
SECOND = (Authenticator.Type.WEBAUTHN, Authenticator.Type.TOTP)
# MEANS maps allauth's names of sign-in methods to the names that the audit log uses.
MEANS = {
    "password": "password",
    Authenticator.Type.WEBAUTHN: "passkey",
    Authenticator.Type.TOTP: "code",
    Authenticator.Type.RECOVERY_CODES: "recovery",
    "socialaccount": "directory",
    # The method "directory" means that the landlord's directory (OpenID Connect) has verified a second factor.
    "directory": "assured",
    "demonstration": "demonstration",
}


def second_factor_missing(request: HttpRequest) -> bool:
    """Return whether the session lacks a second factor.

    Almost every request calls this function, so it reads only the session and makes no other query.
    """
    return not any(record["method"] == "mfa" for record in proofs(request))


def freshly_proved(request: HttpRequest) -> bool:
    """Return whether the strongest method of the session was used in the last minutes, as sensitive actions require.

    The absolute difference of times is compared, because the clocks of two servers may differ.
    """
    given = proofs(request)
    strongest = [record for record in given if record["method"] == "mfa"] or given
    grace = FILLING_IN_SECONDS if request.method == "POST" else 0
    return bool(strongest) and abs(time.time() - strongest[-1]["at"]) < FRESH_SECONDS + grace


def proofs(request: HttpRequest, person: Person | AnonymousUser | None = None) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = get_authentication_records(request, person or request.user)
    return records


def prove(request: HttpRequest, person: Person, means: str, **more: Any) -> None:
    """Record in the session that a second factor was used.

    Setting up a second factor counts as using it, because it requires a first use.
    """
    record_authentication(request, person, "mfa", type=means, **more)


def forget_second_factor(request: HttpRequest) -> None:
    """Remove the proof of a second factor from the session, so that the next page asks for a second factor.

    Called when a person has removed the last second factor.
    """
    remaining = [record for record in proofs(request) if record["method"] != "mfa"]
    request.session["account_authentication_methods"] = remaining


def means_of(request: HttpRequest, person: Person) -> str:
    """Return the methods used in this session, such as "password-code" or "passkey", or "" if there are none."""
    kinds = [MEANS.get(record.get("type", record["method"]), "other") for record in proofs(request, person)]
    return "-".join(dict.fromkeys(kinds))


def second_factors(person: Person) -> Any:
    return Authenticator.objects.filter(user_id=person.pk, type__in=SECOND)


def has_second_factor(person: Person) -> bool:
    return bool(second_factors(person).exists())
