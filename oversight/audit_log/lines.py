"""Formats audit events for pages: a sentence about the event, the name of its place and a role. The person who acted is
never named.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from access.grants.wording import PERMISSIONS
from access.models import Place
from access.models.place import Level
from access.roles import ROLES
from audit import reading
from audit.events import Outcome
from audit.models import Event
from audit.purposes import words_of


@dataclass(frozen=True)
class Line:
    event: Event
    place: str

    @property
    def sentence(self) -> Promise | str:
        return reading.OUTCOMES[self.event.outcome] if self.refused else reading.sentence(self.event)

    @property
    def refused(self) -> bool:
        return self.event.outcome in reading.REFUSALS

    @property
    def note(self) -> Promise | str:
        """The outcome of the event in words. Empty if data were shown or changed, or if `sentence` already states a
        refusal."""
        plain = (Outcome.SHOWN, Outcome.CHANGED, *reading.REFUSALS)
        return "" if self.event.outcome in plain else reading.OUTCOMES[self.event.outcome]

    @property
    def purpose(self) -> Promise | str:
        return words_of(self.event.purpose)

    @property
    def role(self) -> Promise | str:
        return role_name(self.event.role)


def role_name(code: str) -> Promise | str:
    """Return the name of a role. Some old events have a role that no longer exists, and many have none ("")."""
    return ROLES[code].name if code in ROLES else _("rôle supprimé depuis") if code else ""


def permission_name(code: str) -> Promise | str:
    """Return the name of a permission. Some old events have one that no longer exists, and many have none ("")."""
    missing = _("permission supprimée depuis") if code else ""
    return next((name for permission, name in PERMISSIONS.items() if permission.value == code), missing)


def by_day(events: Iterable[Event]) -> list[tuple[date, list[Line]]]:
    """Group the events by the day, in Paris time, on which they were recorded."""
    events = list(events)
    names = place_names({event.place for event in events if event.place})
    lines = [Line(event, names.get(event.place, "")) for event in events]
    return [(day, list(group)) for day, group in groupby(lines, lambda line: timezone.localdate(line.event.at))]


def place_names(ids: Iterable[UUID]) -> dict[UUID | None, str]:
    return dict(Place.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def path_names(place_id: UUID | None) -> list[str]:
    """Return the names of the places from the landlord down to this place. The list is empty if the place no longer
    exists."""
    place = Place.objects.filter(pk=place_id).first() if place_id else None
    return list(Place.objects.above(place).order_by("path").values_list("name", flat=True)) if place else []


def place_and_below(place: Place) -> list[UUID]:
    return list(Place.objects.under(place).values_list("pk", flat=True))


def place_choices() -> list[tuple[str, str]]:
    """Return the choices of the filter by place: (id, name), indented by level.

    Buildings are left out, because the page of an event links to all events of its building.
    """
    places = Place.objects.exclude(level=Level.BUILDING)
    children: dict[UUID | None, list[Place]] = {}
    for place in sorted(places, key=lambda place: place.name):
        children.setdefault(place.parent_id, []).append(place)
    return list(_branch(children, None, 0))


def _branch(children: Mapping[UUID | None, list[Place]], parent: UUID | None, depth: int) -> Iterable[tuple[str, str]]:
    for place in children.get(parent, ()):
        yield str(place.pk), "\u00a0" * 3 * depth + place.name
        yield from _branch(children, place.pk, depth + 1)


def account_named(reference: str) -> UUID | None:
    """Return the id of the account with this reference, or None. The data protection officer cannot read accounts, but
    needs the id to find an account's events."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT account FROM tenants_account_place(%s)", [reference])
        row = cursor.fetchone()
    return row[0] if row else None


# Charts count each event for its place if the place's level is in _ABOVE, otherwise for the nearest such place above.
_ABOVE = (Level.ORGANISATION, Level.DIRECTORATE, Level.AGENCY)


def counting_places() -> tuple[dict[UUID, str], dict[str, str]]:
    """Return two mappings for charts. The first maps each place to the key of the group that includes the events of
    the place. The second maps the key of each group to the name of the group."""
    places = {str(place.pk): place for place in Place.objects.all()}
    heads = {key: place for key, place in places.items() if place.level in _ABOVE}
    groups = {
        place.pk: next((step for step in reversed(place.path.strip("/").split("/")) if step in heads), "")
        for place in places.values()
    }
    return groups, {key: place.name for key, place in heads.items()}


def above_agencies() -> set[str]:
    """Return the ids of the places above the agencies. Their event counts omit the events of the agencies below."""
    places = Place.objects.filter(level__in=_ABOVE).exclude(level=Level.AGENCY)
    return {str(place.pk) for place in places}
