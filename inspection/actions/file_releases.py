"""Releases the copy of a household's file to the inspector who requested it."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing
from access.models import Person
from audit import events
from audit.record import NOWHERE, Context, Subject, record


@all_or_nothing()
def release_copy(*, by: Person, event: UUID, context: Context = NOWHERE) -> UUID:
    """Let the inspector read the copy of a household's file for 24 hours. `event` is the audit event of the request.

    The database takes the household and the inspector from this event. Raises ValidationError if the event is no open
    request.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT release, account, place, person FROM inspection_release_copy(%s)", [event])
        row = cursor.fetchone()
    if row is None:
        raise ValidationError(_("Cette demande n’attend plus de réponse."))
    release, account, place, person = row
    about = Subject("account", account)
    record(events.COPY_RELEASED, by=by, about=about, place=place, context=context, release=release, person=person)
    return UUID(str(release))
