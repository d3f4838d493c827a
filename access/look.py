"""What a view holds while it stands behind its door: rows, the day, what it may do, and what it has shown."""

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
from access.models import Person
from access.models.person import passwords_left_out
from access.permissions import FOR_EVERYONE, Permission
from access.reach import roles_at
from access.roles import INSPECTOR, roles_with
from access.scope import ScopedQuerySet
from access.shown_as import ShownAs, masked_tables
from audit.events import SHOWN_AS, Code, Kind, Outcome
from audit.purposes import Purpose
from audit.record import Context, Subject, look

# One round trip: the roles held now, and for whoever holds one that carries the permission the compartment's role and
# the person, both gone when the transaction ends; a look cannot write. Anybody else stays the web's bare login.
_ENTER = "SELECT roles, today FROM access_enter(%s, %s, %s, %s, %s)"


@dataclass
class Look:
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
    shown_as: ShownAs | None = None  # an inspector looks at somebody else's pages
    walled: bool = False  # refused because a colleague opens this one
    limited_to: frozenset[Permission] | None = None  # a machine's token carries some of its role, not all
    started: float = field(default_factory=time.monotonic)
    shown: dict[UUID, None] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    roles_by_building: dict[UUID, frozenset[str]] = field(default_factory=dict)

    @property
    def compartment(self) -> Compartment:
        return self.permission.compartment

    @property
    def by(self) -> Person:
        """Who looks: not whose pages they are, when an inspector is shown somebody else's."""
        return self.shown_as.by if self.shown_as else self.person

    @property
    def role(self) -> str:
        """The role this look is made in: the first of the table that carries the permission, of those held at the place
        once the door has asked which they are."""
        if self.shown_as:
            return INSPECTOR.code
        held = self.roles_by_building.get(self.place, self.roles) if self.place else self.roles
        return next((role for role in roles_with(self.permission) if role in held), "")

    @property
    def context(self) -> Context:
        purpose = Purpose.CONTROL if self.shown_as else self.purpose  # whatever the page says of its own visitors
        return Context(self.role, self.permission.value, self.route, self.request_id, purpose)

    def rows(self, model: type[models.Model]) -> Any:
        """The model's rows in the person's world. Each object fetched from here is noted as shown."""
        rows = cast(ScopedQuerySet, model._default_manager)
        return rows.visible_to(self.person, self.compartment).witnessed(self.saw)

    def saw(self, subject: Subject) -> None:
        if subject.id:
            self.shown[subject.id] = None

    def may(self, permission: Permission, building_id: UUID) -> bool:
        """Does a role held at this very building carry the permission today?"""
        if permission in FOR_EVERYONE:
            return True
        if self.limited_to is not None and permission not in self.limited_to:
            return False
        if building_id not in self.roles_by_building:
            self.roles_by_building[building_id] = roles_at(self.person.pk, building_id)
        return not self.roles_by_building[building_id].isdisjoint(roles_with(permission))

    def holds(self, permission: Permission) -> bool:
        """Does any role held today carry the permission? Decides what menus offer, never what opens."""
        if self.limited_to is not None and permission not in self.limited_to | FOR_EVERYONE:
            return False
        return permission in FOR_EVERYONE or not self.roles.isdisjoint(roles_with(permission))

    def note(self, kind: Kind | None = None, *, count: int | None = None, **facts: Any) -> None:
        """Say more exactly what this look was: a search rather than a list, an export rather than a page."""
        self.kind = kind or self.kind
        self.count = self.count if count is None else count
        self.facts |= facts

    def write(self, outcome: Outcome) -> None:
        """On the trace's own connection, at once. Only what was shown carries the facts of the look."""
        self.outcome = outcome
        done = outcome is Outcome.SHOWN
        if done and self.shown_as:
            self.kind, self.facts = SHOWN_AS, {"person": self.person.pk, "page": Code(self.kind.code)}
        look(
            self.kind,
            outcome,
            by=self.by,
            about=self.about,
            place=self.place,
            context=self.context,
            shown=list(self.shown) if done else [],
            count=self.count if done else None,
            **(self.facts if done else {}),
        )


class DoorRequest(HttpRequest):
    """The request as a view gets it: behind a door there is a person and a look."""

    look: Look
    user: Person
    htmx: HtmxDetails


@contextmanager
def wearing(passing: Look, *, read_only: bool) -> Iterator[None]:
    """Run as the compartment's database role, for one transaction, on nobody's behalf but this person's. Raises
    PermissionDenied, with the role not put on, when no role held today carries the permission."""
    permission, person = passing.permission, str(passing.person.pk)
    refused = passing.limited_to is not None and permission not in passing.limited_to
    for_all, carrying = permission in FOR_EVERYONE, [] if refused else roles_with(permission)
    mode = "on" if read_only or passing.shown_as else "off"
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute(_ENTER, [person, for_all, carrying, passing.compartment.database_role, mode])
            roles, passing.day = cursor.fetchone()
        passing.roles = frozenset(roles)
        if not passing.holds(permission):
            raise PermissionDenied
        if passing.shown_as:
            masked_tables()
        with passwords_left_out():
            yield
