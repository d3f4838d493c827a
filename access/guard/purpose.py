"""Determines the purpose for which a person opens an account. The audit log records the purpose.

The permission or the previous page implies the purpose, or the person chooses it.

A chosen purpose is stored in a signed cookie with the person and the account. The purpose is valid for some minutes,
until the person opens another account. Each page of the account extends the time.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from access.api.problems import Problem
from access.compartments import Compartment as C
from access.models import Person
from access.permissions import FOR_EVERYONE
from access.permissions import Permission as P
from audit.purposes import PICKED, Purpose

HEADER = "Loge-Purpose"
COOKIE, _SALT, MINUTES = "loge_purpose", "access.purpose", 15

_BY_COMPARTMENT = {
    C.CARD: Purpose.CONTACT,
    C.HELP: Purpose.CONTACT,
    C.COUNTER: Purpose.COUNTER,
    C.EMERGENCY: Purpose.EMERGENCY,
    C.EVACUATION: Purpose.EMERGENCY,
    C.BOOKS: Purpose.ACCOUNTING,
    C.SEALED: Purpose.TEXTS,
    C.CONTESTS: Purpose.TEXTS,
    C.TRIAGE: Purpose.TEXTS,
    C.INSPECTION: Purpose.CONTROL,
    C.CONTROL: Purpose.CONTROL,
    C.DISCLOSURE: Purpose.ANSWER,
    C.INTAKE: Purpose.TAKEOVER,
    C.ASSIGNMENTS: Purpose.RIGHTS,
    C.REVIEWS: Purpose.CONTROL,
    C.APPLICANTS: Purpose.ALLOCATION,
    C.GROUNDS: Purpose.ALLOCATION,
    C.VACANCIES: Purpose.ALLOCATION,
    C.POOL: Purpose.ALLOCATION,
    C.COMMITTEE: Purpose.ALLOCATION,
    C.CONTINGENT: Purpose.ALLOCATION,
    C.STEERING: Purpose.ALLOCATION,
    C.ALL_TRACE: Purpose.CONTROL,
}
_BY_PERMISSION = {
    P.RESIDENTS_LIST: Purpose.FINDING,
    P.RESIDENTS_SEARCH: Purpose.FINDING,
    P.REMINDER_GIVE: Purpose.MESSAGE,
    P.REMINDER_DO: Purpose.MESSAGE,
    P.EMERGENCY_REVIEW: Purpose.CONTROL,
    P.LOOKS_ANSWER: Purpose.CONTROL,
    P.DISCREET_CHANGE: Purpose.TENANT_ASKED,
    P.CONTACT_CHANGE: Purpose.TENANT_ASKED,
    P.HELP_CHANGE: Purpose.TENANT_ASKED,
    P.ACCOUNTS_LIST: Purpose.FINDING,
    P.ACCOUNTS_SEARCH: Purpose.FINDING,
    P.ACCOUNTS_EXPORT: Purpose.FINDING,
    P.ENTRY_POST: Purpose.ACCOUNTING,
    P.ENTRY_REVERSE: Purpose.ACCOUNTING,
    P.WRITE_OFF_DECIDE: Purpose.ACCOUNTING,
    P.RECEIPTS_CLEAR: Purpose.PAYMENT,
    P.BOOKS_CLEAR: Purpose.PAYMENT,
    P.ACCOUNT_SETTLE: Purpose.CLOSING,
    P.ACCOUNT_FACTS: Purpose.FOLLOWING,
    P.NOTES_WRITE: Purpose.FOLLOWING,
    P.CONTACTS_RECORD: Purpose.ARREARS,
    P.LEASE_CHANGE: Purpose.LEASE,
    P.IDENTITY_CHANGE: Purpose.TENANT_ASKED,
    P.BANK_CHANGE: Purpose.PAYMENT,
}
# To open a page with a permission in ASKED, the person must choose a purpose, even if the permission implies one.
ASKED = frozenset({P.ACCOUNT_VIEW, P.ACCOUNTS_EXPORT, P.IDENTITY_VIEW, P.NOTES_WRITE, P.ACCOUNT_FACTS})


class PurposeMissing(Exception):
    """Raised if no purpose is known: the person must choose one before any data is shown."""


@dataclass(frozen=True)
class Ask:
    """How the `@door` decorator finds out for which purpose a person opens an object.

    `page`: URL name of the page where the person chooses a purpose. `led_by`: function that returns the purpose that
    the previous page implies, or None. `only`: maps some permissions to the purposes among which the person chooses.
    For the other permissions, the person may choose any purpose.
    """

    page: str
    led_by: Callable[[HttpRequest, Person, str], Purpose | None]
    only: Mapping[P, Collection[Purpose]] = field(default_factory=dict)

    def offered(self, permission: P) -> Collection[Purpose]:
        return self.only.get(permission, PICKED)


def by_default(permission: P, scope: Collection[P] | None = None) -> str:
    """Return the purpose that a permission implies, or "" if a person must choose the purpose.

    `scope` has the permissions of a machine's token, or is None for a person. A machine cannot choose a purpose, so if
    `permission` implies none, the purpose follows from `scope`.
    """
    if permission in FOR_EVERYONE:
        return Purpose.OWN
    if purpose := _BY_PERMISSION.get(permission) or _BY_COMPARTMENT.get(permission.compartment):
        return purpose
    if scope is None:
        return ""
    return Purpose.PAYMENT if P.ENTRY_POST in scope else Purpose.ACCOUNTING


def stated(request: HttpRequest) -> Purpose | None:
    """Return the purpose in the request header, or None without the header.

    Raises Problem unless people may choose this purpose: only code sets the others, and no client may write them into
    the audit log.
    """
    code = request.headers.get(HEADER, "")
    if code and code not in PICKED:
        raise Problem("purpose_unknown")
    return Purpose(code) if code else None


def stated_for(ask: Ask, permission: P, request: HttpRequest) -> Purpose | None:
    """Return the purpose in the request header, or None without the header. Raises Problem if people may not choose
    this purpose for this permission (`ask.offered`)."""
    purpose = stated(request)
    if purpose and purpose not in ask.offered(permission):
        raise Problem("purpose_unknown")
    return purpose


def why(ask: Ask, permission: P, request: HttpRequest, person: Person, key: str) -> str:
    """Return the purpose for which the person opens an object: the one chosen recently, else the one that the previous
    page implies, else the one that the permission implies.

    Raises PurposeMissing if there is none. If the permission is in ASKED, the purpose that it implies is not enough to
    open a page.
    """
    offered = ask.offered(permission)
    for purpose in (remembered(request, person, key), ask.led_by(request, person, key)):
        if purpose and purpose in offered:
            return purpose
    implied = by_default(permission)
    looking = request.method in ("GET", "HEAD")
    if not implied or (looking and permission in ASKED):
        return unsaid()
    return implied


def unsaid() -> Purpose:
    raise PurposeMissing


def remembered(request: HttpRequest, person: Person, key: str) -> Purpose | None:
    """Return the purpose that this person recently chose for this object, from the cookie, or None."""
    try:
        owner, about, code = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=MINUTES * 60)
        return Purpose(code) if (owner, about) == (str(person.pk), key) else None
    except (signing.BadSignature, ValueError):
        return None


def signed(person: Person, key: str, purpose: str) -> str:
    return signing.dumps([str(person.pk), key, purpose], salt=_SALT)


def remember(response: HttpResponse, person: Person, key: str, purpose: str) -> HttpResponse:
    value = signed(person, key, purpose)
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(COOKIE, value, max_age=MINUTES * 60, secure=secure, httponly=True, samesite="Strict")
    return response
