"""Submit access requests and decide on them.

The person who submits a request, the one who decides and the one who gets access must be three different people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing, sentence_of
from access.grants.actions.assignments import give
from access.grants.grant_rules import (
    must_be_apart,
    must_be_someone_else,
    must_decide_as_second,
    must_have_staff_address,
    must_leave_access_to_people,
    must_oversee,
)
from access.grants.grant_terms import Terms
from access.grants.names import plain_address, plain_name
from access.grants.reasons import RefusalReason
from access.grants.several import for_each
from access.models import AccessRequest, Assignment, Decision, Person, Place
from access.permissions import Permission
from access.reach import inspector_days, today
from access.roles import ROLES
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, Subject, record
from privacy.screened import named, require_allowed_address

A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Newcomer:
    """Person or machine that does not exist yet. The approval of the request creates the person or machine."""

    name: str
    email: str
    employed_at: Place
    permissions: Sequence[str] = ()  # `permissions` has the permissions of a new machine's token; empty for a person.

    def check(self, terms: Terms) -> None:
        """Raise ValidationError if the role lacks one of the permissions.

        A machine's token must also be valid for a year at most, and may not have permissions reserved to people.
        """
        if not set(self.permissions) <= {permission.value for permission in ROLES[terms.role].permissions}:
            raise ValidationError(_("Ce rôle ne comporte pas toutes les permissions demandées pour le jeton."))
        must_leave_access_to_people(self.permissions)
        if self.permissions and terms.last_day - terms.first_day > A_YEAR:
            raise ValidationError(_("Un jeton est valable un an au plus, et chaque machine doit avoir le sien."))

    def fill(self, access_request: AccessRequest, by: Person) -> None:
        """Copy name, email address, employer and token permissions into an access request.

        Raises ValidationError if `by` may not request this, or if a person or an open request has the same email
        address.
        """
        must_oversee(by, Permission.TOKENS_MANAGE if self.permissions else Permission.ACCESS_ASK, self.employed_at)
        access_request.permissions = sorted(self.permissions)
        named(name=self.name)
        require_allowed_address(email=self.email)
        access_request.name, access_request.email = plain_name(self.name), plain_address(self.email)
        access_request.employed_at = self.employed_at
        newcomer = Person(name=access_request.name, email=access_request.email, employed_at=access_request.employed_at)
        newcomer.set_unusable_password()
        newcomer.clean_fields()
        if Person.objects.filter(email__iexact=access_request.email).exists():
            raise ValidationError(_("Une personne se connecte déjà avec cette adresse."))
        _not_asked_twice(email=access_request.email)


def ask(
    *, by: Person, whose: Person | Newcomer, terms: Terms, batch: UUID | None = None, context: Context = NOWHERE
) -> AccessRequest:
    """Submit an access request. Raises ValidationError.

    `by` must have the permission `access_ask` at the requested place or at a place above it.
    """
    must_oversee(by, Permission.ACCESS_ASK, terms.place)
    terms.check(today())
    access_request = AccessRequest(
        asked_by_id=by.pk, role=terms.role, place_id=terms.place.pk, reason=terms.reason, batch=batch
    )
    access_request.first_day, access_request.last_day = terms.first_day, terms.last_day
    if isinstance(whose, Person):
        _for_somebody_known(access_request, by, whose, terms)
    else:
        whose.check(terms)
        if not whose.permissions:
            must_have_staff_address(whose.email, terms.role)
        whose.fill(access_request, by)
    with all_or_nothing():
        access_request.save(force_insert=True)
        record(
            events.ACCESS_REQUESTED,
            by=by,
            about=Subject("access_request", access_request.pk),
            place=terms.place.pk,
            context=context,
            request=access_request.pk,
            person=access_request.person_id,
            role=Code(terms.role),
            first_day=terms.first_day,
            last_day=terms.last_day,
            reason=Code(terms.reason),
        )
    return access_request


def _for_somebody_known(access_request: AccessRequest, by: Person, whose: Person, terms: Terms) -> None:
    must_be_someone_else(by, whose.pk)
    must_be_apart(by, whose.pk)
    if whose.is_machine:
        raise ValidationError(sentence_of("machine_holds_what_it_was_asked_for"))
    if not whose.is_active:
        raise ValidationError(_("La connexion de cette personne est fermée : rouvrez-la d’abord."))
    must_have_staff_address(whose.email, terms.role)
    same = {"person": whose, "role": terms.role, "place": terms.place}
    if Assignment.objects.filter(**same).during(terms.first_day, terms.last_day).exists():
        raise ValidationError(sentence_of("assignment_once_at_a_time"))
    most = ROLES[terms.role].a_year
    if most and inspector_days(whose.pk, terms.first_day, terms.last_day) > most:
        raise ValidationError(sentence_of("inspector_sixty_days_a_year"))
    _not_asked_twice(**same)
    access_request.person = whose


def _not_asked_twice(**same: object) -> None:
    if AccessRequest.objects.filter(**same).open_at(timezone.now()).exists():
        raise ValidationError(_("La même demande est déjà en attente d’une décision."))


def approve(*, by: Person, access_request: AccessRequest, context: Context = NOWHERE) -> Assignment:
    """Approve an access request.

    Creates the assignment, which begins today at the earliest. Also creates the person or machine if the request is for
    a new one.
    """
    with all_or_nothing():
        locked = _still_open(access_request)
        must_leave_access_to_people(locked.permissions)
        must_decide_as_second(by, locked)
        person = locked.person or Person(
            id=uuid4(),
            name=locked.name,
            email=locked.email,
            employed_at=locked.employed_at,
            is_machine=locked.is_for_machine,
        )
        _decide(locked, by, Decision.APPROVED, person_id=person.pk)
        record(
            events.ACCESS_APPROVED,
            by=by,
            **_subject_of(locked),
            context=context,
            person=person.pk,
            role=Code(locked.role),
        )
        if locked.is_new:
            person.set_unusable_password()  # A link sent by email lets the person choose a password later.
            person.save(force_insert=True)
            about, place = Subject("person", person.pk), person.employed_at_id
            record(events.PERSON_ADDED, by=by, about=about, place=place, context=context, person=person.pk)
        terms = Terms(locked.place, max(locked.first_day, today()), locked.last_day, locked.reason, locked.role)
        return give(by=by, person=person, terms=terms, access_request=locked, context=context)


def approve_all(*, by: Person, access_requests: Sequence[AccessRequest], context: Context = NOWHERE) -> None:
    for_each(access_requests, lambda row: approve(by=by, access_request=row, context=context))


def refuse_all(
    *, by: Person, access_requests: Sequence[AccessRequest], reason: str, context: Context = NOWHERE
) -> None:
    for_each(access_requests, lambda row: refuse(by=by, access_request=row, reason=reason, context=context))


def refuse(*, by: Person, access_request: AccessRequest, reason: str, context: Context = NOWHERE) -> AccessRequest:
    if reason not in RefusalReason.values:
        raise ValidationError(_("Ce motif n’existe pas : choisissez-en un dans la liste."))
    with all_or_nothing():
        locked = _still_open(access_request)
        must_oversee(by, Permission.ACCESS_DECIDE, locked.place)
        _decide(locked, by, Decision.REFUSED, refusal=reason, name="", email="")
        details = {"role": Code(locked.role), "reason": Code(reason)}
        record(events.ACCESS_REFUSED, by=by, **_subject_of(locked), context=context, **details)
    return locked


def withdraw(*, by: Person, access_request: AccessRequest, context: Context = NOWHERE) -> AccessRequest:
    with all_or_nothing():
        locked = _still_open(access_request)
        if locked.asked_by_id != by.pk:
            raise ValidationError(_("Seule la personne qui a fait la demande peut la retirer."))
        _decide(locked, by, Decision.WITHDRAWN, name="", email="")
        record(events.ACCESS_WITHDRAWN, by=by, **_subject_of(locked), context=context, role=Code(locked.role))
    return locked


def _still_open(access_request: AccessRequest) -> AccessRequest:
    """Lock the access request and return its current row. Raises ValidationError if it is decided or has lapsed.

    Of two simultaneous decisions, the second waits for the lock and is refused.
    """
    rows = AccessRequest.objects.select_for_update(of=("self",))
    locked: AccessRequest | None = rows.filter(pk=access_request.pk).first()
    if locked is None or locked.decision:
        raise ValidationError(_("Une décision a déjà été prise sur cette demande."))
    if not locked.is_open(timezone.now()):
        raise ValidationError(sentence_of("request_lapses"))
    return locked


def _decide(access_request: AccessRequest, by: Person, decision: Decision, **more: object) -> None:
    """Save all fields of the decision in one UPDATE: a trigger refuses any later change of a decided request."""
    access_request.decision, access_request.decided_by_id, access_request.decided_at = decision, by.pk, timezone.now()
    for name, value in more.items():
        setattr(access_request, name, value)
    names = [name.removesuffix("_id") for name in more]
    access_request.save(update_fields=["decision", "decided_by", "decided_at", *names])


def _subject_of(access_request: AccessRequest) -> dict[str, Any]:
    return {
        "about": Subject("access_request", access_request.pk),
        "place": access_request.place_id,
        "request": access_request.pk,
    }
