"""The context of a view behind its door: person, permission, rows, day, and what it has shown."""

import time
from collections.abc import Iterator
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
from access.guard.shown_as import ShownAs, masked_tables
from access.models import Person
from access.models.person import passwords_left_out
from access.permissions import FOR_EVERYONE, Permission
from access.reach import roles_at
from access.roles import INSPECTOR, roles_with
from access.scope import ScopedQuerySet
from audit.events import SHOWN_AS, Code, Kind, Outcome
from audit.purposes import Purpose
from audit.record import Context, Subject, record_view

# One round trip: get today's roles, and if one of them has the permission, set the compartment's role and the person
# for this transaction, read-only for views. Otherwise the web's own role stays.
_ENTER = "SELECT roles, today FROM access_enter(%s, %s, %s, %s, %s)"


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
    shown_as: ShownAs | None = None  # an inspector views somebody else's pages
    in_conflict: bool = False  # refused because of a conflict of interest
    limited_to: frozenset[Permission] | None = None  # a machine token has only some permissions of its role
    started: float = field(default_factory=time.monotonic)
    shown_ids: dict[UUID, None] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    roles_by_building: dict[UUID, frozenset[str]] = field(default_factory=dict)

    @property
    def compartment(self) -> Compartment:
        return self.permission.compartment

    @property
    def by(self) -> Person:
        """Who views: the inspector, when an inspector is shown somebody else's pages."""
        return self.shown_as.by if self.shown_as else self.person

    @property
    def role(self) -> str:
        """The role that this access is recorded with: the first one with the permission among the roles at the place.

        Before the door has determined those, all of the person's roles are considered.
        """
        if self.shown_as:
            return INSPECTOR.code
        roles = self.roles_by_building.get(self.place, self.roles) if self.place else self.roles
        return next((role for role in roles_with(self.permission) if role in roles), "")

    @property
    def context(self) -> Context:
        # regardless of the purpose that the page would record
        purpose = Purpose.CONTROL if self.shown_as else self.purpose
        return Context(self.role, self.permission.value, self.route, self.request_id, purpose)

    def rows(self, model: type[models.Model]) -> Any:
        """Rows of the model within the person's reach. Each object fetched from them is noted as shown."""
        rows = cast(ScopedQuerySet, model._default_manager)
        return rows.visible_to(self.person, self.compartment).witnessed(self.saw)

    def saw(self, subject: Subject) -> None:
        if subject.id:
            self.shown_ids[subject.id] = None

    def may(self, permission: Permission, building_id: UUID) -> bool:
        """Whether a role at this building has the permission today."""
        if permission in FOR_EVERYONE:
            return True
        if self.limited_to is not None and permission not in self.limited_to:
            return False
        if building_id not in self.roles_by_building:
            self.roles_by_building[building_id] = roles_at(self.person.pk, building_id)
        return not self.roles_by_building[building_id].isdisjoint(roles_with(permission))

    def holds(self, permission: Permission) -> bool:
        """Whether any role has the permission today. Decides what menus offer, never what opens."""
        if self.limited_to is not None and permission not in self.limited_to | FOR_EVERYONE:
            return False
        return permission in FOR_EVERYONE or not self.roles.isdisjoint(roles_with(permission))

    def note(self, kind: Kind | None = None, *, count: int | None = None, **facts: Any) -> None:
        """Make the event more specific: its kind, such as a search instead of a list, the count, or further facts."""
        self.kind = kind or self.kind
        self.count = self.count if count is None else count
        self.facts |= facts

    def write(self, outcome: Outcome, kind: Kind | None = None) -> None:
        """Write the event at once, on the audit log's own connection, by default as the kind of this access.

        Only an event of shown data carries count and facts.
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
    """The request that a view gets from its door."""

    access: AccessContext
    user: Person
    htmx: HtmxDetails


@contextmanager
def as_database_role(access: AccessContext, *, read_only: bool) -> Iterator[None]:
    """Run a transaction as the compartment's database role on behalf of this person only.

    Raises PermissionDenied, without setting the role, if no role of today has the permission.
    """
    permission, person = access.permission, str(access.person.pk)
    refused = access.limited_to is not None and permission not in access.limited_to
    for_all, carrying = permission in FOR_EVERYONE, [] if refused else roles_with(permission)
    mode = "on" if read_only or access.shown_as else "off"
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute(_ENTER, [person, for_all, carrying, access.compartment.database_role, mode])
            roles, access.day = cursor.fetchone()
        access.roles = frozenset(roles)
        if not access.holds(permission):
            raise PermissionDenied
        if access.shown_as:
            masked_tables()
        with passwords_left_out():
            yield
