"""Emergency accesses, which another person reviews afterwards.

For 45 minutes an employee opens either the card of a household outside their own buildings, or the evacuation list of
one of their buildings.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing, change, lock, sentence_of
from access.models import Person
from access.reach import today
from audit import events
from audit.events import Code, Outcome
from audit.record import NOWHERE, Context, Subject, record, record_view
from tenants.models import EmergencyAccess
from tenants.models.emergency import review_by
from tenants.models.identity_check import NowInLoge


@dataclass(frozen=True)
class Opened:
    """An emergency access and the email addresses to notify. `residence` is None for an evacuation list."""

    emergency: UUID
    residence: UUID | None
    building: UUID
    notified: tuple[str, ...]


@all_or_nothing()
def open_emergency(*, by: Person, reference: str, unit: UUID | None, reason: str, context: Context = NOWHERE) -> Opened:
    """Open the card of a household in an emergency. Raises ValidationError.

    The error does not disclose which households exist. It is the same if the household does not exist, is hidden or
    lives in the person's own buildings, or if the person has reached the daily limit. The attempt is recorded first, on
    the audit log's own database connection, so that a rollback does not remove the record.
    """
    tried = record_view(events.EMERGENCY_TRIED, Outcome.ATTEMPTED, by=by, context=context)
    with connection.cursor() as cursor:
        arguments = [reference, unit, reason, review_by(today()), tried]
        cursor.execute("SELECT * FROM tenants_open_emergency(%s, %s, %s, %s, %s)", arguments)
        row = cursor.fetchone()
    if row is None:
        raise ValidationError(
            _(
                "Aucun foyer ne correspond. Vérifiez votre saisie et si ce foyer est dans vos lieux. Vous avez "
                "cinq essais par jour."
            ),
            code="no_household",
        )
    emergency, lease, residence, building = row
    about = Subject("lease", lease)
    event = {"about": about, "place": building, "context": context}
    record(events.EMERGENCY_OPENED, by=by, emergency=emergency, reason=Code(reason), **event)
    return Opened(emergency, residence, building, _addresses_to_notify(emergency))


@all_or_nothing()
def open_evacuation(*, by: Person, building: UUID, reason: str, context: Context = NOWHERE) -> Opened:
    """Open the evacuation list of one of the person's buildings: its doors, and the help that residents requested.

    Raises ValidationError outside the person's buildings, or after five lists on one day.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenants_open_evacuation(%s, %s, %s)", [building, reason, review_by(today())])
        (emergency,) = cursor.fetchone()
    if emergency is None:
        raise ValidationError(
            _(
                "La liste ne peut pas être ouverte : cet immeuble ne vous est pas confié à cette heure, ou "
                "vous avez déjà ouvert cinq listes aujourd’hui."
            ),
            code="no_building",
        )
    event: dict[str, Any] = {"about": Subject("building", building), "place": building, "context": context}
    record(events.EVACUATION_OPENED, by=by, emergency=emergency, reason=Code(reason), **event)
    return Opened(emergency, None, building, _addresses_to_notify(emergency))


@all_or_nothing()
def close_emergency(
    *, by: Person, emergency: EmergencyAccess, reason: str, context: Context = NOWHERE
) -> EmergencyAccess:
    """Close a household's card, which the person opened in an emergency, before its end. The access is still reviewed,
    and the household is still informed."""
    change(emergency, until=NowInLoge())
    event: dict[str, Any] = {"about": emergency.subject(), "place": emergency.building_id, "context": context}
    record(events.EMERGENCY_CLOSED, by=by, emergency=emergency.pk, reason=Code(reason), **event)
    return emergency


@all_or_nothing()
def close_evacuation(*, by: Person, emergency: EmergencyAccess, context: Context = NOWHERE) -> EmergencyAccess:
    """Close an evacuation list of a building, which the person opened, before its end, for example if it was opened by
    mistake. The access is still reviewed."""
    change(emergency, until=NowInLoge())
    event: dict[str, Any] = {"about": emergency.subject(), "place": emergency.building_id, "context": context}
    record(events.EVACUATION_CLOSED, by=by, emergency=emergency.pk, **event)
    return emergency


def _addresses_to_notify(emergency: UUID) -> tuple[str, ...]:
    """Return the email addresses of the managers and data protection officers to notify of this emergency access."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM tenants_emergency_recipients(%s)", [emergency])
        return tuple(email for (email,) in cursor.fetchall())


@all_or_nothing()
def review_emergency(
    *, by: Person, emergency: EmergencyAccess, verdict: str, context: Context = NOWHERE
) -> EmergencyAccess:
    lock(emergency)
    if emergency.person_id == by.pk or emergency.verdict:
        raise ValidationError(sentence_of("emergency_reviewed_by_another"))
    change(emergency, verdict=verdict, reviewed_by=by, reviewed_on=today())
    about, place = emergency.subject(), emergency.building_id
    event = {"about": about, "place": place, "context": context}
    record(events.EMERGENCY_REVIEWED, by=by, emergency=emergency.pk, answer=Code(verdict), **event)
    return emergency
