"""Standing at a caretaker's desk: the caretaker's own pages, through the same doors, with other people in them.

An inspector picks a caretaker; for a quarter of an hour the addresses under `PREFIX` open as that caretaker's do, those
of the compartments in `MASKED`, and for looking alone. The database is asked under the caretaker's policies, and
answers with the masked tables (tenants/migrations/0041_masked.py). What is recorded is the inspector's act.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from access.compartments import Compartment
from access.models import Person
from access.permissions import Permission
from access.reach import roles_today
from access.roles import CARETAKER, roles_with

PREFIX, WAY_OUT = "/controle/gardien/", "/controle/"
COOKIE, _SALT, MINUTES = "loge_shown_as", "access.shown_as", 15
MASKED = frozenset({Compartment.CARD, Compartment.HELP})


@dataclass(frozen=True)
class ShownAs:
    """`person`: whose pages they are. `by`: who looks at them."""

    person: Person
    by: Person
    until: datetime

    @property
    def way_out(self) -> str:
        return WAY_OUT

    def check(self, permission: Permission, writes: bool) -> None:
        """Before the door puts its role on: who looks still inspects, and it is a page that may be masked."""
        if roles_today(self.by.pk).isdisjoint(roles_with(Permission.CONTROL_ACT)):
            raise PermissionDenied
        if CARETAKER.code not in roles_today(self.person.pk):
            raise PermissionDenied
        if writes or permission.compartment not in MASKED:
            raise PermissionDenied


def stand(response: HttpResponse, by: Person, person: Person) -> HttpResponse:
    told = signing.dumps([str(by.pk), str(person.pk)], salt=_SALT)
    secure, most = settings.SESSION_COOKIE_SECURE, MINUTES * 60
    response.set_cookie(COOKIE, told, max_age=most, path=PREFIX, secure=secure, httponly=True, samesite="Strict")
    return response


def stands(request: HttpRequest) -> ShownAs | None:
    """None when nobody was picked by this very person, or a quarter of an hour ago."""
    if not isinstance(request.user, Person):
        return None
    told, most = request.COOKIES.get(COOKIE, ""), timedelta(minutes=MINUTES)
    try:
        by, person = signing.loads(told, salt=_SALT, max_age=most)
    except signing.BadSignature:
        return None
    found = Person.objects.filter(pk=person, is_active=True).first()
    return ShownAs(found, request.user, _since(told) + most) if found and by == str(request.user.pk) else None


def _since(told: str) -> datetime:
    stamp = told.rsplit(":", 2)[1]
    return datetime.fromtimestamp(signing.b62_decode(stamp), tz=timezone.get_current_timezone())


def masked_tables() -> None:
    """For this transaction alone: the masked tables stand before the others."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('search_path', 'masked, public', true)")
