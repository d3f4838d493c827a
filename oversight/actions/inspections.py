"""Word inspections: one person asks to read the lines of users' texts that contain some words, another person approves.

Audit events of an inspection do not contain the words.
"""

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from access.constraints import all_or_nothing, lock, sentence_of
from access.models import Person
from access.reach import today
from audit import events
from audit.record import NOWHERE, Context, Subject, record
from oversight.models import Inspection
from oversight.word_counts import digest_key, take_words


@sensitive_variables("words")
@all_or_nothing()
def ask_to_read(*, by: Person, words: Sequence[str], context: Context = NOWHERE) -> UUID:
    """Request to read the lines of users' texts that contain any of these words. Raises ValidationError.

    The database searches for the lines and stores their ids. Neither the audit event nor the returned id discloses
    whether any line was found.
    """
    take_words(by, words)
    with connection.cursor() as cursor:
        cursor.execute("SELECT oversight_ask_inspection(%s, %s)", [list(words), digest_key(by)])
        (made,) = cursor.fetchone()
    if made is None:
        raise ValidationError(
            _("Seul le délégué à la protection des données, pour tout l’organisme, peut faire cette demande.")
        )
    record(events.READING_ASKED, by=by, about=Subject("inspection", made), context=context, inspection=made)
    return UUID(str(made))


@all_or_nothing()
def agree_to_reading(*, by: Person, inspection: Inspection, context: Context = NOWHERE) -> Inspection:
    """Approve another person's request to read lines of text. The person who approves does not see the lines."""
    lock(inspection)
    if inspection.asked_by_id == by.pk:
        raise ValidationError(sentence_of("inspection_takes_two"))
    if inspection.is_agreed or inspection.ends_on < today():
        raise ValidationError(_("Cette demande n’attend plus d’accord."))
    inspection.agreed_by, inspection.agreed_on = by, today()
    inspection.save(update_fields=["agreed_by", "agreed_on"])
    about, requester = Subject("inspection", inspection.pk), inspection.asked_by_id
    record(events.READING_AGREED, by=by, about=about, context=context, inspection=inspection.pk, person=requester)
    return inspection
