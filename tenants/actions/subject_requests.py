"""What somebody asks about themselves: taken in at the counter or in writing, taken up, and answered in its time."""

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
from tenants.delays import due_on, extended_until
from tenants.disclosure.looks import SHARED
from tenants.identity_tries import begin_try
from tenants.models import SubjectRequest
from tenants.models.subject_request import Right

_TAKE = "SELECT request, tenant, place FROM tenants_take_request(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"


@sensitive_variables("last_name", "first_name", "called")
@all_or_nothing()
def take_request(
    *,
    by: Person,
    reference: str,
    last_name: str,
    first_name: str = "",
    proof: str,
    kind: str = Right.ACCESS,
    look: str = "",
    matter: str = "",
    at_counter: bool,
    context: Context = NOWHERE,
) -> tuple[UUID, UUID]:
    """(the demand, its person). Refused alike whether the reference, the name or the place is not the right one; then,
    whether there is no look under the number, it is another's, deferred, or no longer kept."""
    until, called = due_on(today()), folded(f"{last_name} {first_name}")
    tried = begin_try(by=by, reference=reference, context=context)
    with connection.cursor() as cursor:
        arguments: list[Any] = [reference, called, kind, proof, until, at_counter, look, matter, [*SHARED], tried.id]
        cursor.execute(_TAKE, arguments)
        found = cursor.fetchone()
    if found is None or found[0] is None:
        tried.miss()
    if found is None:
        unknown = _("Aucune personne de vos lieux n’a cette référence et ce nom entier, prénom compris.")
        raise ValidationError(unknown, code="nobody")
    made, tenant, place = found
    if made is None:
        raise ValidationError({"look": _("Aucun relevé de cette personne ne porte ce numéro : relisez-le avec elle.")})
    about = Subject("tenant", tenant)
    if at_counter:
        record(events.IDENTITY_CHECKED, by=by, about=about, place=place, context=context, document=Code(proof))
    said: dict[str, Any] = {"request": made, "right": Code(kind), "until": until}
    record(events.SUBJECT_REQUEST_TAKEN, by=by, about=about, place=place, context=context, **said)
    return made, tenant


@all_or_nothing()
def prepare_receipt(*, by: Person, asked: SubjectRequest, context: Context = NOWHERE) -> SubjectRequest:
    """What is held of this person is readable by who makes their receipt, for ten minutes; of any other, no longer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenants_prepare_receipt(%s)", [asked.pk])
        (until,) = cursor.fetchone()
    if until is None:
        raise ValidationError(_("Cette demande n’attend pas de relevé."))
    record(events.DISCLOSURE_PREPARED, by=by, about=asked.subject(), context=context, request=asked.pk)
    asked.prepared_by, asked.prepared_until = by, until
    return asked


@all_or_nothing()
def extend_request(*, by: Person, asked: SubjectRequest, reason: str, context: Context = NOWHERE) -> SubjectRequest:
    """Two months more, once, told to the person before the first month is over (GDPR, art. 12(3))."""
    if not asked.is_open or asked.extended_on or asked.due_on < today():
        raise ValidationError(_("Ce délai ne se prolonge plus : une fois, et dans le premier mois."))
    change(asked, extended_on=today(), extension=reason, due_on=extended_until(asked.opened_on))
    about = asked.subject()
    said: dict[str, Any] = {"reason": Code(reason), "until": asked.due_on}
    record(events.SUBJECT_REQUEST_EXTENDED, by=by, about=about, context=context, request=asked.pk, **said)
    return asked


@all_or_nothing()
def answer_request(
    *, by: Person, asked: SubjectRequest, answer: str, reason: str = "", measure: str = "", context: Context = NOWHERE
) -> SubjectRequest:
    if not asked.is_open:
        raise ValidationError(_("Cette demande a déjà sa réponse."))
    change(asked, answer=answer, reason=reason, measure=measure, closed_on=today(), closed_by=by)
    about, said = asked.subject(), Code(answer)
    record(events.SUBJECT_REQUEST_ANSWERED, by=by, about=about, context=context, request=asked.pk, answer=said)
    return asked
