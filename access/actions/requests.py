"""Asking for an access and deciding on it: never the same person, and never whom it is for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.actions.assignments import give
from access.constraints import all_or_nothing, sentence_of
from access.models import AccessRequest, Assignment, Decision, Person, Place
from access.names import plain_address, plain_name
from access.oversight import must_be_apart, must_be_someone_else, must_leave_access_to_people, must_oversee
from access.permissions import Permission
from access.reach import apart, in_standing, inspector_days, today
from access.reasons import RefusalReason
from access.roles import ROLES
from access.terms import Terms
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, Subject, record
from privacy.screened import named, require_allowed_address

A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Newcomer:
    """Somebody who does not sign in yet."""

    name: str
    email: str
    employed_at: Place
    permissions: Sequence[str] = ()  # of a machine: what of the role its token may do

    def check(self, terms: Terms) -> None:
        """A machine gets some of one role, for a year at most. Raises ValidationError."""
        if not set(self.permissions) <= {permission.value for permission in ROLES[terms.role].permissions}:
            raise ValidationError(_("Ce rôle ne fait pas tout ce que vous demandez pour le jeton."))
        must_leave_access_to_people(self.permissions)
        if self.permissions and terms.last_day - terms.first_day > A_YEAR:
            raise ValidationError(_("Un jeton vaut un an au plus, et chaque machine a le sien."))


def ask(
    *, by: Person, whose: Person | Newcomer, terms: Terms, batch: UUID | None = None, context: Context = NOWHERE
) -> AccessRequest:
    """By a manager for the own sector, or by an administrator. Raises ValidationError with the reason."""
    must_oversee(by, Permission.ACCESS_ASK, terms.place)
    terms.check(today())
    asked = AccessRequest(asked_by_id=by.pk, role=terms.role, place_id=terms.place.pk, reason=terms.reason, batch=batch)
    asked.first_day, asked.last_day = terms.first_day, terms.last_day
    if isinstance(whose, Person):
        _for_somebody_known(asked, by, whose, terms)
    else:
        whose.check(terms)
        _for_a_newcomer(asked, by, whose)
    with all_or_nothing():
        asked.save(force_insert=True)
        record(
            events.ACCESS_REQUESTED,
            by=by,
            about=Subject("access_request", asked.pk),
            place=terms.place.pk,
            context=context,
            request=asked.pk,
            person=asked.person_id,
            role=Code(terms.role),
            first_day=terms.first_day,
            last_day=terms.last_day,
            reason=Code(terms.reason),
        )
    return asked


def _for_somebody_known(asked: AccessRequest, by: Person, whose: Person, terms: Terms) -> None:
    must_be_someone_else(by, whose.pk)
    must_be_apart(by, whose.pk)
    _must_be_human(whose)
    if not whose.is_active:
        raise ValidationError(_("La connexion de cette personne est fermée : rouvrez-la d’abord."))
    same = {"person": whose, "role": terms.role, "place": terms.place}
    if Assignment.objects.filter(**same).during(terms.first_day, terms.last_day).exists():
        raise ValidationError(sentence_of("assignment_once_at_a_time"))
    _not_too_often(whose, terms)
    _not_asked_twice(**same)
    asked.person = whose


def _not_too_often(whose: Person, terms: Terms) -> None:
    most = ROLES[terms.role].a_year
    if most and inspector_days(whose.pk, terms.first_day, terms.last_day) > most:
        raise ValidationError(sentence_of("inspector_sixty_days_a_year"))


def _for_a_newcomer(asked: AccessRequest, by: Person, whose: Newcomer) -> None:
    must_oversee(by, Permission.TOKENS_MANAGE if whose.permissions else Permission.ACCESS_ASK, whose.employed_at)
    asked.permissions = sorted(whose.permissions)
    named(name=whose.name)
    require_allowed_address(email=whose.email)
    asked.name, asked.email = plain_name(whose.name), plain_address(whose.email)
    asked.employed_at = whose.employed_at
    newcomer = Person(name=asked.name, email=asked.email, employed_at=asked.employed_at)
    newcomer.set_unusable_password()
    newcomer.clean_fields()
    if Person.objects.filter(email__iexact=asked.email).exists():
        raise ValidationError(_("Une personne se connecte déjà avec cette adresse."))
    _not_asked_twice(email=asked.email)


def _not_asked_twice(**same: object) -> None:
    if AccessRequest.objects.filter(**same).open_at(timezone.now()).exists():
        raise ValidationError(_("La même demande attend déjà une décision."))


def approve(*, by: Person, asked: AccessRequest, context: Context = NOWHERE) -> Assignment:
    """The second of two: makes the person when there was none, and gives what was asked, from today at the earliest."""
    with all_or_nothing():
        held = _still_open(asked)
        must_leave_access_to_people(held.permissions)
        _must_be_the_second(by, held)
        person = held.person or _newcomer(held)
        _decide(held, by, Decision.APPROVED, person_id=person.pk)
        record(events.ACCESS_APPROVED, by=by, **_said(held), context=context, person=person.pk, role=Code(held.role))
        if held.is_new:
            _add(by, person, context)
        terms = Terms(held.place, max(held.first_day, today()), held.last_day, held.reason, held.role)
        return give(by=by, person=person, terms=terms, asked=held, context=context)


def approve_batch(*, by: Person, batch: Sequence[AccessRequest], context: Context = NOWHERE) -> int:
    """The lines of one file, all of them or none; the reason names the line it is about."""
    with transaction.atomic():
        for asked in batch:
            try:
                approve(by=by, asked=asked, context=context)
            except ValidationError as error:
                why = {"who": asked.whose, "place": asked.place.name, "why": " ".join(error.messages)}
                raise ValidationError(_("%(who)s, %(place)s : %(why)s") % why) from error
    return len(batch)


def refuse(*, by: Person, asked: AccessRequest, reason: str, context: Context = NOWHERE) -> AccessRequest:
    if reason not in RefusalReason.values:
        raise ValidationError(_("Ce motif n’existe pas."))
    with all_or_nothing():
        held = _still_open(asked)
        must_oversee(by, Permission.ACCESS_DECIDE, held.place)
        _decide(held, by, Decision.REFUSED, refusal=reason, name="", email="")
        what = {"role": Code(held.role), "reason": Code(reason)}
        record(events.ACCESS_REFUSED, by=by, **_said(held), context=context, **what)
    return held


def withdraw(*, by: Person, asked: AccessRequest, context: Context = NOWHERE) -> AccessRequest:
    with all_or_nothing():
        held = _still_open(asked)
        if held.asked_by_id != by.pk:
            raise ValidationError(_("Une demande se retire par qui l’a faite."))
        _decide(held, by, Decision.WITHDRAWN, name="", email="")
        record(events.ACCESS_WITHDRAWN, by=by, **_said(held), context=context, role=Code(held.role))
    return held


def _still_open(asked: AccessRequest) -> AccessRequest:
    """The row as it is now, held until the act is done: of two decisions at once one is too late."""
    held: AccessRequest | None = AccessRequest.objects.select_for_update(of=("self",)).filter(pk=asked.pk).first()
    if held is None or held.decision:
        raise ValidationError(_("Cette demande est déjà décidée."))
    if not held.is_open(timezone.now()):
        raise ValidationError(sentence_of("request_lapses"))
    return held


def _must_be_the_second(by: Person, held: AccessRequest) -> None:
    if by.pk == held.asked_by_id:
        raise ValidationError(_("Qui demande ne décide pas : une autre personne approuve ou refuse."), code="oneself")
    must_be_someone_else(by, held.person_id)
    for place in filter(None, (held.place, held.employed_at)):
        must_oversee(by, Permission.ACCESS_DECIDE, place)
    if not in_standing(by.pk, held.place_id):
        raise ValidationError(sentence_of("request_decided_in_standing"))
    if not apart(held.asked_by_id, by.pk):
        raise ValidationError(sentence_of("request_decided_apart"))


def _decide(held: AccessRequest, by: Person, decision: Decision, **more: object) -> None:
    """One statement: once decided, the row is nobody's to change."""
    held.decision, held.decided_by_id, held.decided_at = decision, by.pk, timezone.now()
    for name, value in more.items():
        setattr(held, name, value)
    held.save(update_fields=["decision", "decided_by", "decided_at", *(name.removesuffix("_id") for name in more)])


def _newcomer(held: AccessRequest) -> Person:
    added = Person(id=uuid4(), name=held.name, email=held.email, employed_at=held.employed_at)
    added.is_machine = held.is_for_machine
    return added


def _must_be_human(whose: Person) -> None:
    if whose.is_machine:
        raise ValidationError(sentence_of("machine_holds_what_it_was_asked_for"))


def _add(by: Person, person: Person, context: Context) -> None:
    """Without a usable password: the person chooses one through a key sent to that very address."""
    person.set_unusable_password()
    person.save(force_insert=True)
    about = Subject("person", person.pk)
    record(events.PERSON_ADDED, by=by, about=about, place=person.employed_at_id, context=context, person=person.pk)


def _said(held: AccessRequest) -> dict[str, Any]:
    return {"about": Subject("access_request", held.pk), "place": held.place_id, "request": held.pk}
