"""Grant, extend, end and move assignments.

A person cannot do this for their own assignments, and needs the permission at the place of the assignment.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing, sentence_of
from access.grants.grant_rules import (
    is_own_staff,
    must_be_apart,
    must_be_someone_else,
    must_have_staff_address,
    must_oversee,
    own_staff_places,
)
from access.grants.grant_terms import WINDOW, Terms, check_length, exceeds_stand_in_days
from access.grants.reasons import FOR_A_MONTH, STAND_IN_REASONS, EndReason, StartReason
from access.grants.several import for_each
from access.models import AccessRequest, Assignment, Person, Place
from access.models.place import below
from access.permissions import Permission
from access.reach import today
from access.roles import CARETAKER, ON_CALL, STAND_IN_DAYS
from audit import events
from audit.events import Code, Kind
from audit.record import NOWHERE, Context, Subject, record


def grant(*, by: Person, person: Person, terms: Terms, context: Context = NOWHERE) -> Assignment:
    """Assign a caretaker to one building. Raises ValidationError.

    `by` must have the permission `assignments_manage` at the building or at a place above it.
    """
    must_be_someone_else(by, person.pk)
    must_oversee(by, Permission.ASSIGNMENTS_MANAGE, terms.place)
    _one_is_enough(terms.take_two)
    return give(by=by, person=person, terms=terms, context=context)


def extend(*, by: Person, assignment: Assignment, last_day: date, context: Context = NOWHERE) -> Assignment:
    must_be_someone_else(by, assignment.person_id)
    must_oversee(by, Permission.ASSIGNMENTS_MANAGE, assignment.place)
    _one_is_enough(assignment.takes_two)
    if assignment.person.is_machine:
        raise ValidationError(sentence_of("machine_holds_what_it_was_asked_for"))
    must_be_apart(by, assignment.person_id)
    with all_or_nothing():
        locked = _still_open(assignment)
        if locked.ended_on is not None:
            raise ValidationError(
                _("Cette affectation a déjà une date de fin : créez-en une nouvelle au lieu de la prolonger.")
            )
        if last_day <= locked.last_day:
            raise ValidationError(_("Le nouveau dernier jour doit être postérieur à l’ancien."))
        check_length(locked.first_day, last_day)
        locked.last_day = last_day
        locked.save(update_fields=["last_day"])
        _record(events.ASSIGNMENT_EXTENDED, locked, by=by, context=context, last_day=last_day)
    return locked


def end(*, by: Person, assignment: Assignment, ended_on: date, reason: str, context: Context = NOWHERE) -> Assignment:
    """End an assignment. `ended_on` is the first day without the assignment: today's date ends it at once."""
    must_be_someone_else(by, assignment.person_id)
    must_oversee(by, Permission.ASSIGNMENTS_MANAGE, assignment.place)
    return take_back(by=by, assignment=assignment, ended_on=ended_on, reason=reason, context=context)


def extend_all(*, by: Person, assignments: Sequence[Assignment], last_day: date, context: Context = NOWHERE) -> None:
    for_each(assignments, lambda row: extend(by=by, assignment=row, last_day=last_day, context=context))


def end_all(
    *, by: Person, assignments: Sequence[Assignment], ended_on: date, reason: str, context: Context = NOWHERE
) -> None:
    for_each(assignments, lambda row: end(by=by, assignment=row, ended_on=ended_on, reason=reason, context=context))


def move(
    *, by: Person, assignment: Assignment, place: Place, day: date, last_day: date, context: Context = NOWHERE
) -> Assignment:
    """Move a person to `place` in the same role.

    In one transaction, the former assignment ends on `day` and the assignment at `place` begins on `day`.
    """
    if place.pk == assignment.place_id:
        raise ValidationError(_("La personne est déjà affectée à ce lieu : choisissez-en un autre."))
    with transaction.atomic():
        end(by=by, assignment=assignment, ended_on=day, reason=EndReason.TRANSFER, context=context)
        there = Terms(place, day, last_day, StartReason.TRANSFER, assignment.role)
        return grant(by=by, person=assignment.person, terms=there, context=context)


def grant_stand_in(*, by: Person, person: Person, terms: Terms, context: Context = NOWHERE) -> Assignment:
    """Assign a stand-in for an absent caretaker or a vacant post, for at most 31 days.

    `by` is a sector manager. The place must be in a sector of this manager, and the stand-in must work in this sector
    or its agency. Raises ValidationError.
    """
    if terms.role != CARETAKER.code:
        raise ValidationError(_("Un remplacement ne peut donner que le rôle de gardiennage."))
    if terms.reason not in STAND_IN_REASONS:
        raise ValidationError(_("Un remplacement doit couvrir une absence ou un poste vacant."))
    return _give_for_a_month(by, person, terms, context)


def grant_on_call(*, by: Person, person: Person, terms: Terms, context: Context = NOWHERE) -> Assignment:
    """Assign on-call hours for at most 31 days. Raises ValidationError.

    `by` must manage the sector of the place, and the person on call must work in this sector or its agency.
    """
    if terms.role != ON_CALL.code or terms.reason != StartReason.ON_CALL:
        raise ValidationError(_("Seule une astreinte peut être confiée sur cette page."))
    return _give_for_a_month(by, person, terms, context)


def _give_for_a_month(by: Person, person: Person, terms: Terms, context: Context) -> Assignment:
    """Grant a stand-in or on-call duty for at most 31 days, without approval by a second person.

    `by` must manage the sector of the place, and `person` must work in this sector or its agency. Stand-ins or on-call
    duty of the same person shortly before and after count towards the 31 days. Raises ValidationError.
    """
    must_be_someone_else(by, person.pk)
    must_oversee(by, Permission.STAND_INS_GRANT, terms.place)
    if not is_own_staff(person, own_staff_places(by)):
        raise ValidationError(_("Cette personne n’est pas rattachée à votre secteur ni à votre agence."))
    month = timedelta(days=STAND_IN_DAYS)
    if terms.last_day - terms.first_day >= month:
        raise ValidationError(sentence_of("stand_in_of_a_month"))
    if terms.first_day > today() + month:
        raise ValidationError(sentence_of("stand_in_not_far_ahead"))
    rows = Assignment.objects.filter(person=person, role=terms.role, reason__in=FOR_A_MONTH)
    # Count all days on which this person is a stand-in or on call at the place, at places above and at places below.
    nested = Q(place__in=terms.place.steps) | below([terms.place.path], "place__")
    around = rows.filter(nested).during(
        terms.first_day - timedelta(days=WINDOW), terms.last_day + timedelta(days=WINDOW)
    )
    if exceeds_stand_in_days([(terms.first_day, terms.last_day), *((row.first_day, row.until) for row in around)]):
        raise ValidationError(sentence_of("stand_in_not_on_and_on"))
    return give(by=by, person=person, terms=terms, context=context)


def end_stand_in(*, by: Person, assignment: Assignment, ended_on: date, context: Context = NOWHERE) -> Assignment:
    must_be_someone_else(by, assignment.person_id)
    must_oversee(by, Permission.STAND_INS_GRANT, assignment.place)
    if assignment.reason not in FOR_A_MONTH or assignment.role not in {CARETAKER.code, ON_CALL.code}:
        raise ValidationError(_("Cette page ne permet de mettre fin qu’à un remplacement ou à une astreinte."))
    over = EndReason.STAND_IN_OVER if assignment.is_stand_in else EndReason.MISSION_OVER
    return take_back(by=by, assignment=assignment, ended_on=ended_on, reason=over, context=context)


def give(
    *, by: Person, person: Person, terms: Terms, access_request: AccessRequest | None = None, context: Context = NOWHERE
) -> Assignment:
    """Save an assignment. The caller must have checked that `by` may grant it. The database repeats this check."""
    if by.is_machine:
        raise ValidationError(sentence_of("by_people_alone"), code="machine")
    must_be_apart(by, person.pk)
    terms.check(today())
    if not person.is_machine:
        must_have_staff_address(person.email, terms.role)
    elif access_request is None:
        raise ValidationError(sentence_of("machine_holds_what_it_was_asked_for"))
    assignment = Assignment(person_id=person.pk, role=terms.role, place_id=terms.place.pk, given_by_id=by.pk)
    assignment.first_day, assignment.last_day, assignment.reason = terms.first_day, terms.last_day, terms.reason
    assignment.request_id = access_request.pk if access_request else None
    begins, ends = terms.hours.minutes if terms.hours else (None, None)
    if terms.hours:
        assignment.from_hour, assignment.to_hour = terms.hours.start, terms.hours.end
        assignment.nightly = terms.hours.nightly
    with all_or_nothing():
        # Lock the person's row, so that a simultaneous grant waits and its checks then include this assignment.
        locked = Person.objects.select_for_update(no_key=True).filter(pk=person.pk).first()
        if locked is None or not locked.is_active:
            raise ValidationError(_("La connexion de cette personne est fermée : rouvrez-la d’abord."))
        assignment.save(force_insert=True)
        days = {"first_day": terms.first_day, "last_day": terms.last_day}
        hours = {"from_minute": begins, "to_minute": ends}
        reason = Code(terms.reason)
        _record(events.ASSIGNMENT_GRANTED, assignment, by=by, context=context, reason=reason, **days, **hours)
    return assignment


def take_back(
    *, by: Person, assignment: Assignment, ended_on: date, reason: str, context: Context = NOWHERE
) -> Assignment:
    """Set the end of an assignment to `ended_on`, the first day without the assignment. Raises ValidationError.

    If `ended_on` is not after the first day of the assignment, the assignment is never in force.
    """
    if reason not in EndReason.values:
        raise ValidationError(_("Ce motif de fin n’existe pas : choisissez-en un dans la liste."))
    with all_or_nothing():
        locked = _still_open(assignment)
        if locked.ended_on is not None and ended_on > locked.ended_on:
            raise ValidationError(sentence_of("assignment_end_stays"))
        if ended_on < today():
            raise ValidationError(_("Ce jour est passé : choisissez aujourd’hui ou un jour à venir."))
        if ended_on > locked.last_day:
            raise ValidationError(_("L’affectation prend déjà fin avant ce jour."))
        locked.ended_on, locked.end_reason, locked.ended_by_id = max(ended_on, locked.first_day), reason, by.pk
        locked.save(update_fields=["ended_on", "end_reason", "ended_by"])
        details = {"ended_on": locked.ended_on, "reason": Code(reason)}
        _record(events.ASSIGNMENT_ENDED, locked, by=by, context=context, **details)
    return locked


def record_granted(*, by: str, assignment: Assignment, using: str) -> None:
    """Write the audit event of an assignment that a management command created.

    The event has the same fields as the event of an assignment granted on a page.
    """
    record(
        events.ASSIGNMENT_GRANTED,
        by=by,
        using=using,
        about=Subject("assignment", assignment.pk),
        place=assignment.place_id,
        assignment=assignment.pk,
        person=assignment.person_id,
        role=Code(assignment.role),
        reason=Code(assignment.reason),
        first_day=assignment.first_day,
        last_day=assignment.last_day,
    )


def _record(kind: Kind, row: Assignment, *, by: Person, context: Context, **details: Any) -> None:
    """Record an event about an assignment, with its person, role and place."""
    fields = {"assignment": row.pk, "person": row.person_id, "role": Code(row.role), **details}
    record(kind, by=by, about=Subject("assignment", row.pk), place=row.place_id, context=context, **fields)


def _still_open(assignment: Assignment) -> Assignment:
    """Lock the assignment and return its current row. Raises ValidationError if the assignment is over.

    Of two simultaneous requests to end an assignment, the second waits for the lock and is refused if the first ended
    it.
    """
    locked: Assignment | None = Assignment.objects.select_for_update(of=("self",)).filter(pk=assignment.pk).first()
    day = today()
    over = locked is None or locked.last_day < day or locked.until < max(day, locked.first_day)
    if locked is None or over:
        raise ValidationError(_("Cette affectation est déjà terminée."), code="already")
    return locked


def _one_is_enough(takes_two: bool) -> None:
    if takes_two:
        raise ValidationError(sentence_of("assignment_takes_two"), code="two")
