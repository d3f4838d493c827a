"""Begins, announces and lifts restrictions of processing (GDPR article 18)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing, change, lock, sentence_of
from access.models import Person
from access.reach import today
from audit import events
from audit.record import NOWHERE, Context, record
from rights.models import SubjectRequest
from rights.models.subject_request import Answer
from tenants.models import Restriction


@all_or_nothing()
def restrict_processing(
    *,
    by: Person,
    subject_request: SubjectRequest,
    ground: str,
    recipients: Sequence[str] = (),
    context: Context = NOWHERE,
) -> SubjectRequest:
    """Grant a request for restriction: from now on, the person's data are only stored. Closes the request.

    `recipients`: who received the data and was told of the restriction. The event does not contain the ground. Raises
    ValidationError if the request does not wait for an answer, or if this ground already restricts the person's data.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rights_begin_restriction(%s, %s, %s::text[])", [subject_request.pk, ground, [*recipients]]
        )
        (tenant,) = cursor.fetchone()
    if tenant is None:
        raise ValidationError(_("Cette demande n’attend plus de limitation : rien n’est enregistré."))
    about = subject_request.subject()
    record(events.PROCESSING_RESTRICTED, by=by, about=about, context=context, request=subject_request.pk)
    subject_request.answer = Answer.LIMITED
    return subject_request


@all_or_nothing()
def inform_of_lifting(
    *, by: Person, restriction: Restriction, informed_on: date, context: Context = NOWHERE
) -> Restriction:
    """Record the day on which the person was informed that the restriction will be lifted (article 18(3)).

    A later day may be recorded, if the first letter did not arrive. Raises ValidationError for a day that is to come.
    """
    lock(restriction)
    if restriction.lifted_on:
        raise ValidationError(sentence_of("restriction_informed_then_lifted"))
    if informed_on > today():
        raise ValidationError(
            {"informed_on": _("Ce jour est à venir : indiquez le jour où la personne a été informée.")}
        )
    if informed_on < restriction.begun_on:
        raise ValidationError({"informed_on": sentence_of("restriction_informed_after_it_began")})
    change(restriction, informed_on=informed_on)
    facts: dict[str, Any] = {"request": restriction.pk, "informed_on": informed_on}
    record(events.RESTRICTION_INFORMED, by=by, about=restriction.subject(), context=context, **facts)
    return restriction


@all_or_nothing()
def lift_restriction(*, by: Person, restriction: Restriction, context: Context = NOWHERE) -> Restriction:
    """Lift a restriction, at the earliest on the day after the person was informed of it.

    Database triggers restore the person's contact, which was stored apart.
    """
    lock(restriction)
    if not restriction.may_be_lifted(today()):
        raise ValidationError(sentence_of("restriction_lifted_after_information"))
    change(restriction, lifted_on=today())
    record(events.RESTRICTION_LIFTED, by=by, about=restriction.subject(), context=context, request=restriction.pk)
    return restriction
