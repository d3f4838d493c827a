"""A look told later, under a lawful secret and by two; a look told with a name, when a person cannot do without."""

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
from tenants.disclosure.looks import SHARED
from tenants.models import LookDeferral, SubjectRequest


@all_or_nothing()
def defer_look(*, by: Person, look: UUID, ground: str, until: date, context: Context = NOWHERE) -> UUID:
    """Counts once somebody else has agreed. Recorded as about the line of the trace, and about no person."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenants_defer_look(%s, %s, %s)", [look, ground, until])
        (made,) = cursor.fetchone()
    if made is None:
        raise ValidationError(_("La trace n’a pas cette consultation."))
    about, said = Subject("event", look), Code(ground)
    record(events.LOOK_DEFERRED, by=by, about=about, context=context, look=look, ground=said, until=until)
    return UUID(str(made))


@all_or_nothing()
def agree_to_deferral(*, by: Person, deferral: LookDeferral, context: Context = NOWHERE) -> LookDeferral:
    """The second of two, who is told on what ground and until when, and not whose look it is."""
    lock(deferral)
    if deferral.asked_by_id == by.pk:
        raise ValidationError(sentence_of("deferral_takes_two"))
    if deferral.agreed_on or deferral.until < today():
        raise ValidationError(_("Ce report n’attend plus d’accord."))
    change(deferral, agreed_by=by, agreed_on=today())
    look, about = deferral.event, Subject("event", deferral.event)
    said, until = deferral.asked_by_id, deferral.until
    record(events.DEFERRAL_AGREED, by=by, about=about, context=context, look=look, person=said, until=until)
    return deferral


@all_or_nothing()
def name_look(
    *, by: Person, asked: SubjectRequest, number: str, reason: str, weighed: str, context: Context = NOWHERE
) -> UUID:
    """In this receipt alone, and in this one look."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT look, person FROM tenants_name_look(%s, %s, %s, %s)", [number, [*SHARED], reason, weighed]
        )
        found = cursor.fetchone()
    if found is None:
        raise ValidationError({"number": _("Ce relevé n’a pas cette consultation, ou n’est plus en main.")})
    look, person = found
    about, said = asked.subject(), Code(reason)
    what = {"look": look, "person": person}
    record(events.LOOK_NAMED, by=by, about=about, context=context, request=asked.pk, reason=said, **what)
    return UUID(str(look))
