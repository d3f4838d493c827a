"""Giving, extending, ending and moving assignments. Never for oneself, never outside one's own part of the landlord."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing
from access.models import Assignment, Person, Place
from access.oversight import is_own_staff, must_be_someone_else, must_oversee, own_staff_places
from access.permissions import Permission
from access.reach import today
from access.reasons import STAND_IN_REASONS, EndReason, StartReason
from access.roles import CARETAKER, ROLES, STAND_IN_DAYS
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, Subject, record

LONGEST = timedelta(days=3 * 366)  # an assignment is confirmed again at least every three years


def grant(
    *,
    by: Person,
    person: Person,
    role: str,
    place: Place,
    first_day: date,
    last_day: date,
    reason: str,
    context: Context = NOWHERE,
) -> Assignment:
    """By whoever holds assignments_manage at the place or above it. Raises ValidationError with the reason."""
    must_be_someone_else(by, person.pk)
    must_oversee(by, Permission.ASSIGNMENTS_MANAGE, place)
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


def extend(*, by: Person, assignment: Assignment, last_day: date, context: Context = NOWHERE) -> Assignment:
    must_be_someone_else(by, assignment.person_id)
    must_oversee(by, Permission.ASSIGNMENTS_MANAGE, assignment.place)
    with all_or_nothing():
        held = _still_open(assignment)
        if held.ended_on is not None:
            raise ValidationError(_("Une fin est déjà inscrite : confiez de nouveau plutôt que de prolonger."))
        if last_day <= held.last_day:
            raise ValidationError(_("Le nouveau dernier jour vient après l’ancien."))
        _check_length(held.first_day, last_day)
        held.last_day = last_day
        held.save(update_fields=["last_day"])
        record(
            events.ASSIGNMENT_EXTENDED,
            by=by,
            about=Subject("assignment", held.pk),
            place=held.place_id,
            context=context,
            assignment=held.pk,
            person=held.person_id,
            role=Code(held.role),
            last_day=last_day,
        )
    return held


def end(*, by: Person, assignment: Assignment, ended_on: date, reason: str, context: Context = NOWHERE) -> Assignment:
    """`ended_on` is the first day without it: today bites at once."""
    must_be_someone_else(by, assignment.person_id)
    must_oversee(by, Permission.ASSIGNMENTS_MANAGE, assignment.place)
    return take_back(by=by, assignment=assignment, ended_on=ended_on, reason=reason, context=context)


def move(
    *, by: Person, assignment: Assignment, place: Place, day: date, last_day: date, context: Context = NOWHERE
) -> Assignment:
    """The same person and role, here until the day before `day` and there from it: one act, or none of it."""
    if place.pk == assignment.place_id:
        raise ValidationError(_("C’est le lieu d’où la personne part."))
    with transaction.atomic():
        end(by=by, assignment=assignment, ended_on=day, reason=EndReason.TRANSFER, context=context)
        return grant(
            by=by,
            person=assignment.person,
            role=assignment.role,
            place=place,
            first_day=day,
            last_day=last_day,
            reason=StartReason.TRANSFER,
            context=context,
        )


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
    """A sector manager covers an absence or a vacancy in the own sector, with the own staff, for a month."""
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
    _must_not_go_on_and_on(person, place, first_day)
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


def _must_not_go_on_and_on(person: Person, place: Place, first_day: date) -> None:
    """31 days are 31 days: neither given far ahead nor one after the other."""
    if first_day > today() + timedelta(days=STAND_IN_DAYS):
        raise ValidationError(_("Un remplacement se confie 31 jours à l’avance au plus."))
    week_before = (first_day - timedelta(days=7), first_day - timedelta(days=1))
    before = Assignment.objects.filter(person=person, place=place, reason__in=STAND_IN_REASONS, ended_on__isnull=True)
    if before.filter(last_day__range=week_before).exists():
        raise ValidationError(
            _("Ce remplacement en prolonge un autre\u00a0: l’administrateur des accès confie ce qui dépasse 31 jours.")
        )


def end_stand_in(*, by: Person, assignment: Assignment, ended_on: date, context: Context = NOWHERE) -> Assignment:
    must_be_someone_else(by, assignment.person_id)
    must_oversee(by, Permission.STAND_INS_GRANT, assignment.place)
    if assignment.role != CARETAKER.code or not assignment.is_stand_in:
        raise ValidationError(_("Seul un remplacement se termine ici."))
    return take_back(by=by, assignment=assignment, ended_on=ended_on, reason=EndReason.STAND_IN_OVER, context=context)


def give(
    *,
    by: Person,
    person: Person,
    role: str,
    place: Place,
    first_day: date,
    last_day: date,
    reason: str,
    context: Context = NOWHERE,
) -> Assignment:
    """The writing of it. Whoever calls has settled that `by` may."""
    _check_words(role, reason)
    _check_length(first_day, last_day)
    if first_day < today():
        raise ValidationError(_("Le premier jour est passé : un accès ne commence pas avant d’être donné."))
    given = Assignment(person_id=person.pk, role=role, place_id=place.pk, reason=reason, given_by_id=by.pk)
    given.first_day, given.last_day = first_day, last_day
    with all_or_nothing():
        _one_at_a_time(person)
        given.save(force_insert=True)
        record(
            events.ASSIGNMENT_GRANTED,
            by=by,
            about=Subject("assignment", given.pk),
            place=place.pk,
            context=context,
            assignment=given.pk,
            person=person.pk,
            role=Code(role),
            first_day=first_day,
            last_day=last_day,
            reason=Code(reason),
        )
    return given


def take_back(
    *, by: Person, assignment: Assignment, ended_on: date, reason: str, context: Context = NOWHERE
) -> Assignment:
    """The writing of an end. What had not begun ends on its first day, so it never counts."""
    if reason not in EndReason.values:
        raise ValidationError(_("Ce motif de fin n’existe pas."))
    with all_or_nothing():
        held = _still_open(assignment)
        if ended_on < today():
            raise ValidationError(_("Ce jour est passé : la fin tombe aujourd’hui au plus tôt."))
        if ended_on > held.last_day:
            raise ValidationError(_("L’affectation s’arrête déjà avant ce jour."))
        held.ended_on, held.end_reason, held.ended_by_id = max(ended_on, held.first_day), reason, by.pk
        held.save(update_fields=["ended_on", "end_reason", "ended_by"])
        record(
            events.ASSIGNMENT_ENDED,
            by=by,
            about=Subject("assignment", held.pk),
            place=held.place_id,
            context=context,
            assignment=held.pk,
            person=held.person_id,
            role=Code(held.role),
            ended_on=held.ended_on,
            reason=Code(reason),
        )
    return held


def _still_open(assignment: Assignment) -> Assignment:
    """The row as it is now, held until the act is done: two ends at once are one end and one refusal."""
    held: Assignment | None = Assignment.objects.select_for_update(of=("self",)).filter(pk=assignment.pk).first()
    day = today()
    over = held is None or held.last_day < day or held.until < max(day, held.first_day)
    if held is None or over:
        raise ValidationError(_("Cette affectation est déjà terminée."))
    return held


def _one_at_a_time(person: Person) -> None:
    """Two grants to one person wait for one another; the second then meets what the first has written."""
    held = Person.objects.select_for_update(no_key=True).filter(pk=person.pk).first()
    if held is None or not held.is_active:
        raise ValidationError(_("La connexion de cette personne est fermée : rouvrez-la d’abord."))


def _check_words(role: str, reason: str) -> None:
    if role not in ROLES:
        raise ValidationError(_("Ce rôle n’existe pas."))
    if reason not in StartReason.values:
        raise ValidationError(_("Ce motif n’existe pas."))


def _check_length(first_day: date, last_day: date) -> None:
    if last_day < first_day:
        raise ValidationError(_("Le dernier jour précède le premier."))
    if last_day - first_day > LONGEST:
        raise ValidationError(_("Trois ans au plus : une affectation se confirme."))
