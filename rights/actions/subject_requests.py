"""Registers people's requests about their data (GDPR) at the front desk or from a letter, extends their deadlines,
prepares access reports, and records the answers.
"""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from access.constraints import all_or_nothing, change
from access.models import Person
from access.reach import today
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, Subject, record
from formats.folding import folded
from rights.delays import due_on, extended_until
from rights.disclosure.looks import SHARED
from rights.models import SubjectRequest
from rights.models.subject_request import HANDED_OVER, Right
from tenants.identity_tries import begin_try

_TAKE = "SELECT request, tenant, place FROM rights_take_request(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"


@sensitive_variables("last_name", "first_name", "called")
@all_or_nothing()
def take_request(
    *,
    by: Person,
    reference: str = "",
    last_name: str,
    first_name: str = "",
    proof: str,
    kind: str = Right.ACCESS,
    look: str = "",
    matter: str = "",
    at_counter: bool,
    context: Context = NOWHERE,
) -> tuple[UUID, UUID]:
    """Register a request and return (request id, tenant id). Raises ValidationError.

    Without a reference, the household is that of the card that the employee has opened by an identity check.

    The error is the same for a wrong account reference, name or place, so that it does not disclose which of them
    exist. `look` is the number of an audit event, if the person contests that an employee viewed their data. An error
    about `look` does not disclose why Loge found no such event.
    """
    until, called = due_on(today()), folded(f"{last_name} {first_name}")
    tried = begin_try(by=by, reference=reference, context=context)
    with connection.cursor() as cursor:
        arguments: list[Any] = [reference, called, kind, proof, until, at_counter, look, matter, [*SHARED], tried.id]
        cursor.execute(_TAKE, arguments)
        row = cursor.fetchone()
    if row is None or row[0] is None:
        tried.miss()
    if row is None:
        raise ValidationError(_unknown(reference), code="nobody")
    made, tenant, place = row
    if made is None:
        raise ValidationError({"look": _("Aucun relevé de cette personne ne porte ce numéro : vérifiez-le avec elle.")})
    about = Subject("tenant", tenant)
    if at_counter:
        record(events.IDENTITY_CHECKED, by=by, about=about, place=place, context=context, document=Code(proof))
    facts: dict[str, Any] = {"request": made, "right": Code(kind), "until": until}
    record(events.SUBJECT_REQUEST_TAKEN, by=by, about=about, place=place, context=context, **facts)
    return made, tenant


def _unknown(reference: str) -> str:
    if reference:
        return _("Aucune personne de vos lieux n’a cette référence et ce nom complet, prénom compris.")
    return _("Aucune personne du foyer de cette fiche n’a ce nom complet, prénom compris.")


@all_or_nothing()
def prepare_receipt(*, by: Person, subject_request: SubjectRequest, context: Context = NOWHERE) -> SubjectRequest:
    """Allow the employee `by` to read the data of the tenant who made the request, for ten minutes, to prepare the
    answer. The employee can prepare only one answer at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rights_prepare_receipt(%s)", [subject_request.pk])
        (until,) = cursor.fetchone()
    if until is None:
        raise ValidationError(_("Cette demande n’attend pas de relevé ni de fichier."))
    record(
        events.DISCLOSURE_PREPARED, by=by, about=subject_request.subject(), context=context, request=subject_request.pk
    )
    subject_request.prepared_by, subject_request.prepared_until = by, until
    return subject_request


@all_or_nothing()
def extend_request(
    *, by: Person, subject_request: SubjectRequest, reason: str, context: Context = NOWHERE
) -> SubjectRequest:
    """Extend the deadline of a subject request by two months, once and only within the first month (GDPR, article
    12(3))."""
    if not subject_request.is_open or subject_request.extended_on or subject_request.due_on < today():
        raise ValidationError(
            _(
                "Ce délai ne peut plus être prolongé : une prolongation n’est possible qu’une fois, pendant le "
                "premier mois."
            )
        )
    change(subject_request, extended_on=today(), extension=reason, due_on=extended_until(subject_request.opened_on))
    about = subject_request.subject()
    facts: dict[str, Any] = {"reason": Code(reason), "until": subject_request.due_on}
    record(events.SUBJECT_REQUEST_EXTENDED, by=by, about=about, context=context, request=subject_request.pk, **facts)
    return subject_request


@all_or_nothing()
def answer_request(
    *,
    by: Person,
    subject_request: SubjectRequest,
    answer: str,
    reason: str = "",
    measure: str = "",
    context: Context = NOWHERE,
) -> SubjectRequest:
    if not subject_request.is_open:
        raise ValidationError(_("Cette demande a déjà reçu une réponse."))
    if answer in HANDED_OVER and not subject_request.was_prepared:
        raise ValidationError(_("Établissez d’abord le relevé ou le fichier : rien n’a encore pu être remis."))
    change(subject_request, answer=answer, reason=reason, measure=measure, closed_on=today(), closed_by=by)
    facts: dict[str, Any] = {"request": subject_request.pk, "answer": Code(answer)}
    record(events.SUBJECT_REQUEST_ANSWERED, by=by, about=subject_request.subject(), context=context, **facts)
    return subject_request
