"""An emergency: a household's card opens outside one's places, or a building's evacuation list within them; somebody
else says whether it had to."""

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
from audit.record import NOWHERE, Context, Subject, look, record
from tenants.models import EmergencyAccess
from tenants.models.emergency import review_by


@dataclass(frozen=True)
class Opened:
    """What an emergency has opened, and whom it is told. A building's list has no residence."""

    emergency: UUID
    residence: UUID | None
    building: UUID
    told: tuple[str, ...]


@all_or_nothing()
def open_emergency(*, by: Person, reference: str, unit: UUID | None, reason: str, context: Context = NOWHERE) -> Opened:
    """Refused alike whether there is no such household, it is hidden, within one's own places, or one too many. The try
    is counted before it has its answer, on the trace's own connection: what finds nothing is rolled back."""
    tried = look(events.EMERGENCY_TRIED, Outcome.ATTEMPTED, by=by, context=context)
    with connection.cursor() as cursor:
        asked = [reference, unit, reason, review_by(today()), tried]
        cursor.execute("SELECT * FROM tenants_open_emergency(%s, %s, %s, %s, %s)", asked)
        found = cursor.fetchone()
    if found is None:
        raise ValidationError(
            _("Aucun foyer à ouvrir : relisez, et voyez s’il n’est pas dans vos lieux. Cinq essais par jour."),
            code="no_household",
        )
    emergency, lease, residence, building = found
    about = Subject("lease", lease)
    what = {"about": about, "place": building, "context": context}
    record(events.EMERGENCY_OPENED, by=by, emergency=emergency, reason=Code(reason), **what)
    return Opened(emergency, residence, building, _told(emergency))


@all_or_nothing()
def open_evacuation(*, by: Person, building: UUID, reason: str, context: Context = NOWHERE) -> Opened:
    """The doors of one of one's buildings, and the help asked for behind them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenants_open_evacuation(%s, %s, %s)", [building, reason, review_by(today())])
        (emergency,) = cursor.fetchone()
    if emergency is None:
        raise ValidationError(
            _("Rien ne s’ouvre : cet immeuble n’est pas à vous à cette heure, ou c’est la sixième liste du jour."),
            code="no_building",
        )
    what: dict[str, Any] = {"about": Subject("building", building), "place": building, "context": context}
    record(events.EVACUATION_OPENED, by=by, emergency=emergency, reason=Code(reason), **what)
    return Opened(emergency, None, building, _told(emergency))


def _told(emergency: UUID) -> tuple[str, ...]:
    """Addresses of those who learn of it at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM tenants_emergency_told(%s)", [emergency])
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
    what = {"about": about, "place": place, "context": context}
    record(events.EMERGENCY_REVIEWED, by=by, emergency=emergency.pk, answer=Code(verdict), **what)
    return emergency
