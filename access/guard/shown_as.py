"""Lets an inspector view the pages of a caretaker with invented residents, under the same access checks.

For a quarter of an hour, URLs under `PREFIX` show what the chosen caretaker sees, read-only, in the compartments (kinds
of data) listed in `MASKED`. The database applies the caretaker's policies and reads masked tables
(tenants/sql/masked.sql). Audit events record the inspector.
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
    """An inspector's choice to view the pages of a caretaker. `person` is the caretaker and `by` the inspector."""

    person: Person
    by: Person
    until: datetime

    @property
    def way_out(self) -> str:
        return WAY_OUT

    def check(self, permission: Permission, writes: bool) -> None:
        """Raise PermissionDenied unless an inspector views a caretaker's page that changes nothing.

        The page's compartment (kind of data) must be listed in `MASKED`, because invented residents exist only for
        these. The `@door` decorator calls this method before it sets the database role.
        """
        if roles_today(self.by.pk).isdisjoint(roles_with(Permission.CONTROL_ACT)):
            raise PermissionDenied
        if CARETAKER.code not in roles_today(self.person.pk):
            raise PermissionDenied
        if writes or permission.compartment not in MASKED:
            raise PermissionDenied


def stand(response: HttpResponse, by: Person, person: Person) -> HttpResponse:
    value = signing.dumps([str(by.pk), str(person.pk)], salt=_SALT)
    secure, most = settings.SESSION_COOKIE_SECURE, MINUTES * 60
    response.set_cookie(COOKIE, value, max_age=most, path=PREFIX, secure=secure, httponly=True, samesite="Strict")
    return response


def stands(request: HttpRequest) -> ShownAs | None:
    """Return the inspector's choice of a caretaker, which is stored in a cookie.

    Returns None if the inspector chose no caretaker in the last quarter of an hour.
    """
    if not isinstance(request.user, Person):
        return None
    value, most = request.COOKIES.get(COOKIE, ""), timedelta(minutes=MINUTES)
    try:
        by, person = signing.loads(value, salt=_SALT, max_age=most)
    except signing.BadSignature:
        return None
    caretaker = Person.objects.filter(pk=person, is_active=True).first()
    if caretaker is None or by != str(request.user.pk):
        return None
    stamp = signing.b62_decode(value.rsplit(":", 2)[1])
    return ShownAs(caretaker, request.user, datetime.fromtimestamp(stamp, tz=timezone.get_current_timezone()) + most)


def masked_tables() -> None:
    """Make this transaction read database views with invented residents (schema `masked`) instead of the tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('search_path', 'masked, public', true)")
