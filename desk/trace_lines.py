"""Lines of the trace as pages show them: a sentence, a place by its name, a role; never who."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.functional import Promise

from access.models import Place
from access.models.place import Level
from access.roles import ROLES
from access.wording import PERMISSIONS
from audit import reading
from audit.events import Outcome
from audit.models import Event
from audit.purposes import words_of


@dataclass(frozen=True)
class Line:
    event: Event
    place: str

    @property
    def said(self) -> Promise | str:
        return reading.OUTCOMES[self.event.outcome] if self.refused else reading.sentence(self.event)

    @property
    def refused(self) -> bool:
        return self.event.outcome in reading.REFUSALS

    @property
    def note(self) -> Promise | str:
        """How it ended, when that goes without saying neither for a look nor for a change."""
        plain = (Outcome.SHOWN, Outcome.CHANGED, *reading.REFUSALS)
        return "" if self.event.outcome in plain else reading.OUTCOMES[self.event.outcome]

    @property
    def purpose(self) -> Promise | str:
        return words_of(self.event.purpose)

    @property
    def role(self) -> Promise | str:
        return role_name(self.event.role)


def role_name(code: str) -> Promise | str:
    return ROLES[code].name if code in ROLES else code


def permission_name(code: str) -> Promise | str:
    """In the words of the trade; an older line may name one that is no more."""
    return next((name for permission, name in PERMISSIONS.items() if permission.value == code), code)


def by_day(events: Iterable[Event]) -> list[tuple[date, list[Line]]]:
    """The lines under the day in Paris on which they were written."""
    events = list(events)
    names = place_names({event.place for event in events if event.place})
    lines = [Line(event, names.get(event.place, "")) for event in events]
    return [(day, list(group)) for day, group in groupby(lines, lambda line: timezone.localdate(line.event.at))]


def place_names(ids: Iterable[UUID]) -> dict[UUID | None, str]:
    return dict(Place.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def path_names(place_id: UUID | None) -> list[str]:
    """From the landlord down to the place; nothing when the place is gone."""
    place = Place.objects.filter(pk=place_id).first() if place_id else None
    return list(Place.objects.above(place).order_by("path").values_list("name", flat=True)) if place else []


def place_and_below(place: Place) -> list[UUID]:
    return list(Place.objects.under(place).values_list("pk", flat=True))


def place_choices() -> list[tuple[str, str]]:
    """(id, name) down to the estates, indented as the tree is. Buildings are asked for from one of their lines."""
    found = Place.objects.exclude(level=Level.BUILDING)
    children: dict[UUID | None, list[Place]] = {}
    for place in sorted(found, key=lambda place: place.name):
        children.setdefault(place.parent_id, []).append(place)
    return list(_branch(children, None, 0))


def _branch(children: Mapping[UUID | None, list[Place]], parent: UUID | None, depth: int) -> Iterable[tuple[str, str]]:
    for place in children.get(parent, ()):
        yield str(place.pk), "\u00a0" * 3 * depth + place.name
        yield from _branch(children, place.pk, depth + 1)


def account_named(reference: str) -> UUID | None:
    """The account under a reference. The officer reads no account; this one question tells her whose lines to read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT account FROM tenants_account_place(%s)", [reference])
        found = cursor.fetchone()
    return found[0] if found else None


# Events are counted by the agency they happened in; what is above an agency counts by itself.
_ABOVE = (Level.ORGANISATION, Level.DIRECTORATE, Level.AGENCY)


def counting_places() -> tuple[dict[UUID, str], dict[str, str]]:
    """(place -> key of the group it counts in, key -> name)."""
    places = {str(place.pk): place for place in Place.objects.all()}
    heads = {key: place for key, place in places.items() if place.level in _ABOVE}
    groups = {place.pk: _head(place.path, heads) for place in places.values()}
    return groups, {key: place.name for key, place in heads.items()}


def above_agencies() -> set[str]:
    """Keys of the places that agencies hang from: their own events are counted apart from those below."""
    found = Place.objects.filter(level__in=_ABOVE).exclude(level=Level.AGENCY)
    return {str(place.pk) for place in found}


def _head(path: str, heads: Mapping[str, Any]) -> str:
    return next((step for step in reversed(path.strip("/").split("/")) if step in heads), "")
