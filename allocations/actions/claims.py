"""Actions for reading a candidate's anonymous sheet after a discrimination claim: the data protection officer requests
access, and the allocation manager approves the request."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.constraints import all_or_nothing
from access.models import Person
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, Subject, record

# The form shows this message for an unknown reference, and also for text that is not a valid reference.
UNKNOWN = gettext_lazy("Aucune fiche n’a cette référence. Vérifiez-la sur la lettre de décision.")


@all_or_nothing()
def ask_claim(*, by: Person, reference: UUID, source: str, context: Context = NOWHERE) -> UUID:
    """Create a request to read a candidate's anonymous sheet, given by its reference, and return the request's id.

    Raises the same ValidationError for a deleted sheet and for a reference that never existed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT allocations_ask_claim(%s, %s)", [reference, source])
        (made,) = cursor.fetchone()
    if made is None:
        raise ValidationError({"reference": UNKNOWN})
    about = Subject("candidacy", reference)
    record(events.CLAIM_ASKED, by=by, about=about, context=context, source=Code(source))
    return UUID(str(made))


@all_or_nothing()
def agree_to_claim(*, by: Person, claim: UUID, context: Context = NOWHERE) -> None:
    """Approve a request to read a candidate's sheet for 24 hours. The database rejects an approval by the person who
    made the request."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT candidacy, person FROM allocations_agree_to_claim(%s)", [claim])
        row = cursor.fetchone()
    if row is None:
        raise ValidationError(_("Cette demande n’attend plus d’accord."))
    candidacy, person = row
    record(events.CLAIM_AGREED, by=by, about=Subject("candidacy", candidacy), context=context, person=person)
