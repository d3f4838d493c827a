"""Access context of a request: the person, the permission, the rows that the person may see, and the rows shown.

The view gets the context from the `@door` decorator as `request.access`.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from access.compartments import Compartment
from access.database.functions import registered
from access.database.prepared import prepared
from access.guard.compiled import CompiledRows
from access.guard.shown_as import ShownAs, masked_tables
from access.guard.standby import Position, require_replayed
from access.models import Person
from access.models.person import passwords_left_out
from access.permissions import FOR_EVERYONE, Permission
from access.reach import roles_at
from access.roles import INSPECTOR, roles_with
from access.scope import ScopedQuerySet
from audit.events import SHOWN_AS, Code, Kind, Outcome
from audit.purposes import Purpose
from audit.record import INSERT, Context, Subject, record_view

prepared(INSERT)  # audit/ must not import access/, so the INSERT that each page executes is registered here.
# The SQL function access_enter stores the person's id for policies and returns the person's roles of today.
# If one of the person's roles has the permission, access_enter sets the database role of the permission's compartment.
_ENTER = prepared("SELECT roles, today FROM access_enter(%s, %s, %s, %s, %s, %s, %s)")
# narrow_to() ignores a list of more than _NARROWED_TO buildings, because each of them would be looked up.
_NARROWED_TO = 200


@dataclass
class AccessContext:
    person: Person
    permission: Permission
    kind: Kind
    route: str
    request_id: UUID
    at: datetime
    roles: frozenset[str] = frozenset()
    day: date = date.min
    about: Subject | None = None
    place: UUID | None = None
    count: int | None = None
    outcome: Outcome | None = None
    purpose: str = ""
    shown_as: ShownAs | None = None  # `shown_as` is set while an inspector views the pages of a caretaker.
    in_conflict: bool = False  # `in_conflict` is true if the request is refused because of a conflict of interest.
    # `limited_to` is the set of permissions of the machine's token, or None if a person makes the request.
    limited_to: frozenset[Permission] | None = None
    # `narrowed_to` is set if the page shows only one object's building and household.
    # `narrowed_to` has the name and the value of the URL argument that identifies the object.
    narrowed_to: tuple[str, str] | None = None
    # `standby` is "read" if the page was read from the standby, and "left" if the primary had to be read instead.
    standby: str = ""
    started: float = field(default_factory=time.monotonic)
    shown_ids: dict[UUID, None] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    roles_by_building: dict[UUID, frozenset[str]] = field(default_factory=dict)

    @property
    def compartment(self) -> Compartment:
        return self.permission.compartment

    @property
    def by(self) -> Person:
        """Person whom the audit event names as the one who acted. While an inspector views the pages of a caretaker,
        this is the inspector."""
        return self.shown_as.by if self.shown_as else self.person

    @property
    def role(self) -> str:
        """Role to record in audit events, since a person may have several.

        The recorded role has the permission that the view requires: at the object's building if the view is about an
        object, otherwise at any place. If several roles qualify, the first in `ROLES` is recorded.
        """
        if self.shown_as:
            return INSPECTOR.code
        roles = self.roles_by_building.get(self.place, self.roles) if self.place else self.roles
        return next((role for role in roles_with(self.permission) if role in roles), "")

    @property
    def context(self) -> Context:
        # While an inspector views a caretaker's page, the audit log records CONTROL instead of the page's own purpose.
        purpose = Purpose.CONTROL if self.shown_as else self.purpose
        return Context(self.role, self.permission.value, self.route, self.request_id, purpose)

    def rows(self, model: type[models.Model]) -> Any:
        """Return the rows of the model that the person may see. Every row that is fetched is recorded as shown."""
        rows = cast(ScopedQuerySet, model._default_manager)
        return rows.visible_to(self.person, self.compartment).witnessed(self.saw)

    def compiled_rows(self, find: CompiledRows, **values: Any) -> list[Any]:
        """Return rows whose SQL is compiled once, with these values. Every row is recorded as shown, as by `rows`."""
        return find(self.person, self.compartment, self.saw, **values)

    def first_buildings(self, most: int) -> list[UUID]:
        """Return the ids of the first buildings, by name, whose data the person may see. At most `most`."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT loge_first_buildings(%s, %s)", [self.compartment, most])
            return [building for (building,) in cursor.fetchall()]

    def reaches_more_than(self, number: int) -> bool:
        """Return whether the person may see data of more than this number of buildings."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT loge_reaches_more(%s, %s)", [self.compartment, number])
            return bool(cursor.fetchone()[0])

    @contextmanager
    def narrow_to(self, buildings: Iterable[UUID]) -> Iterator[None]:
        """Let queries in the block return only rows of these buildings. Only for pages that change no data.

        Queries of a person who may see many buildings are faster then, because the policies check only the given
        buildings. A building that the person may not see stays invisible. For more than _NARROWED_TO buildings, the
        block runs without this limit, because checking each building would take too long.
        """
        ids = [str(building) for building in buildings]
        if len(ids) > _NARROWED_TO:
            yield
            return
        before = _name_buildings(",".join(ids) or str(UUID(int=0)))
        yield
        _name_buildings(before)

    def saw(self, subject: Subject) -> None:
        if subject.id:
            self.shown_ids[subject.id] = None

    def may(self, permission: Permission, building_id: UUID) -> bool:
        """Return whether one of the person's roles at this building has the permission today."""
        if permission in FOR_EVERYONE:
            return True
        if self.limited_to is not None and permission not in self.limited_to:
            return False
        if building_id not in self.roles_by_building:
            self.roles_by_building[building_id] = roles_at(self.person.pk, building_id)
        return not self.roles_by_building[building_id].isdisjoint(roles_with(permission))

    def holds(self, permission: Permission) -> bool:
        """Return whether one of the person's roles has the permission today at any place.

        This decides which menu entries are shown. It is no access check, because it does not look at the object's
        building.
        """
        if self.limited_to is not None and permission not in self.limited_to | FOR_EVERYONE:
            return False
        return permission in FOR_EVERYONE or not self.roles.isdisjoint(roles_with(permission))

    def note(self, kind: Kind | None = None, *, count: int | None = None, **facts: Any) -> None:
        """Add details to the audit event of this request: a more specific kind, the number of rows, or other facts."""
        self.kind = kind or self.kind
        self.count = self.count if count is None else count
        self.facts |= facts

    def write(self, outcome: Outcome, kind: Kind | None = None) -> None:
        """Write the audit event of this request on a database connection of its own.

        A rollback of the view's transaction thus does not remove the event. `kind` replaces the kind of event of the
        request. `count`, `facts` and `shown_ids` of this context are recorded only if data was shown.
        """
        self.outcome = outcome
        done = outcome is Outcome.SHOWN
        if done and self.shown_as:
            self.kind, self.facts = SHOWN_AS, {"person": self.person.pk, "page": Code(self.kind.code)}
        record_view(
            kind or self.kind,
            outcome,
            by=self.by,
            about=self.about,
            place=self.place,
            context=self.context,
            shown_ids=list(self.shown_ids) if done else [],
            count=self.count if done else None,
            **(self.facts if done else {}),
        )


class DoorRequest(HttpRequest):
    """Request that the `@door` decorator passes to a view, with a signed-in user and the access context."""

    access: AccessContext
    user: Person
    htmx: HtmxDetails


def _name_buildings(ids: str) -> str:
    """Let queries in this transaction return only rows of these buildings (ids separated by commas). Returns the ids
    that were set before, or ""."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT before, set_config('loge.building', %s, true)"
            " FROM (SELECT coalesce(current_setting('loge.building', true), '') AS before OFFSET 0) s",
            [ids],
        )
        before: str
        before, _ids = cursor.fetchone()
    return before


@contextmanager
def as_database_role(access: AccessContext, *, read_only: bool, replayed: Position | None = None) -> Iterator[None]:
    """Run a block in a transaction with the database role of the permission's compartment.

    The database then returns only rows that the person may see, and only rows of one building if `access.narrowed_to`
    is set. On a standby, `replayed` is the position in the write-ahead log that the standby must have reached; it is
    None on the primary. Raises PermissionDenied if none of the person's roles has the permission today.
    """
    permission, person = access.permission, str(access.person.pk)
    refused = access.limited_to is not None and permission not in access.limited_to
    for_all, carrying = permission in FOR_EVERYONE, [] if refused else roles_with(permission)
    mode = "on" if read_only or access.shown_as else "off"
    lookup, key = access.narrowed_to or ("", "")
    narrowing = registered.narrow[lookup] if access.narrowed_to else ""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            if replayed:
                require_replayed(cursor, replayed)
            role = access.compartment.database_role
            cursor.execute(_ENTER, [person, for_all, carrying, role, narrowing, key, mode])
            roles, access.day = cursor.fetchone()
        access.roles = frozenset(roles)
        if not access.holds(permission):
            raise PermissionDenied
        if access.shown_as:
            masked_tables()
        with passwords_left_out():
            yield
