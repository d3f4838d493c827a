"""Decides what a person's access report (GDPR, article 15) says about an employee who viewed the person's data.

If legal secrecy applies, two employees together can hide the audit event from the report until a given day (deferral).
Otherwise the report can name the employee.
"""

from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing, change, lock, sentence_of
from access.models import Person
from access.reach import today
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, Subject, record
from rights.disclosure.looks import SHARED
from rights.models import LookDeferral, SubjectRequest


@all_or_nothing()
def defer_look(*, by: Person, look: UUID, ground: str, until: date, context: Context = NOWHERE) -> UUID:
    """Request that access reports leave out the audit event `look` (an employee viewed a tenant's data) until the day
    `until`. Another employee must approve the request.

    The audit event of the request contains the id of `look` but no tenant, because it must not disclose whose data were
    viewed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT rights_request_deferral(%s, %s, %s)", [look, ground, until])
        (made,) = cursor.fetchone()
    if made is None:
        raise ValidationError(_("Cette consultation n’est pas dans la trace : vérifiez son numéro."))
    about, code = Subject("event", look), Code(ground)
    record(events.LOOK_DEFERRED, by=by, about=about, context=context, look=look, ground=code, until=until)
    return UUID(str(made))


@all_or_nothing()
def agree_to_deferral(*, by: Person, deferral: LookDeferral, context: Context = NOWHERE) -> LookDeferral:
    """Approve a deferral, a request to hide an audit event from access reports until a given day. The approving
    employee must not be the requester, and sees the legal ground and the day, but not whose data were viewed."""
    lock(deferral)
    if deferral.asked_by_id == by.pk:
        raise ValidationError(sentence_of("deferral_takes_two"))
    if deferral.agreed_on or deferral.until < today():
        raise ValidationError(_("Ce report n’attend plus d’accord."))
    change(deferral, agreed_by=by, agreed_on=today())
    look, about = deferral.event, Subject("event", deferral.event)
    requester, until = deferral.asked_by_id, deferral.until
    record(events.DEFERRAL_AGREED, by=by, about=about, context=context, look=look, person=requester, until=until)
    return deferral


@all_or_nothing()
def name_look(
    *, by: Person, subject_request: SubjectRequest, number: str, reason: str, weighed: str, context: Context = NOWHERE
) -> UUID:
    """Decide that the access report for `subject_request` names one employee who viewed the person's data. Other access
    reports still show only the employee's role."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT look, person FROM rights_name_viewer(%s, %s, %s, %s)", [number, [*SHARED], reason, weighed]
        )
        row = cursor.fetchone()
    if row is None:
        raise ValidationError({"number": _("Ce relevé ne contient pas cette consultation, ou n’est plus ouvert.")})
    look, person = row
    facts = {"request": subject_request.pk, "look": look, "person": person, "reason": Code(reason)}
    record(events.LOOK_NAMED, by=by, about=subject_request.subject(), context=context, **facts)
    return UUID(str(look))
