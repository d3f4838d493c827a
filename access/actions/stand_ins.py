"""Stand-ins: a sector manager covers an absence or a vacancy in the own sector, with the own staff, for a month."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access.actions.assignments import give, take_back
from access.actions.mandate import is_own_staff, must_be_someone_else, must_oversee, own_staff_places
from access.models import Assignment, Person, Place
from access.permissions import Permission
from access.reasons import STAND_IN_REASONS, EndReason
from access.roles import CARETAKER, STAND_IN_DAYS
from audit.record import NOWHERE, Context


def grant_stand_in(
    *,
    by: Person,
    person: Person,
    place: Place,
    first_day: date,
    last_day: date,
    reason: str,
    role: str = CARETAKER.code,
    context: Context = NOWHERE,
) -> Assignment:
    must_be_someone_else(by, person.pk)
    must_oversee(by, Permission.STAND_INS_GRANT, place)
    if role != CARETAKER.code:
        raise ValidationError(_("Un remplacement ne confie que le rôle de gardien."))
    if reason not in STAND_IN_REASONS:
        raise ValidationError(_("Un remplacement couvre une absence ou un poste vacant."))
    if not is_own_staff(person, own_staff_places(by)):
        raise ValidationError(_("Cette personne n’est pas rattachée à votre secteur ni à votre agence."))
    if last_day - first_day > timedelta(days=STAND_IN_DAYS - 1):
        raise ValidationError(_("Un remplacement dure 31 jours au plus."))
    return give(
        by=by,
        person=person,
        role=role,
        place=place,
        first_day=first_day,
        last_day=last_day,
        reason=reason,
        context=context,
    )


def end_stand_in(*, by: Person, assignment: Assignment, ended_on: date, context: Context = NOWHERE) -> Assignment:
    must_be_someone_else(by, assignment.person_id)
    must_oversee(by, Permission.STAND_INS_GRANT, assignment.place)
    if assignment.role != CARETAKER.code or not assignment.is_stand_in:
        raise ValidationError(_("Seul un remplacement se termine ici."))
    return take_back(by=by, assignment=assignment, ended_on=ended_on, reason=EndReason.STAND_IN_OVER, context=context)
