"""Decisions on legacy comments: comments of an older system that the import restricted as too sensitive or too long.

A data steward or a manager may erase a comment or replace it by a fact. To keep a comment as a note, both must agree.
After the decision, a trigger deletes the comment's row and increments a count.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from access.constraints import all_or_nothing, change, lock, sentence_of
from access.models import Person
from access.reach import today
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, record
from casework.facts import ends_on, stored
from casework.legacy_comment_queue import is_second_office
from casework.models import AccountFact, AccountNote, FactCode, LegacyComment
from casework.models.fact_code import OLD_COMMENT
from formats.months import months_after
from privacy.screened import allowed

NOTE_CODE, NOTE_REASON, NOTE_MONTHS = OLD_COMMENT, "inherited", 12


@all_or_nothing()
def erase_line(*, by: Person, line: LegacyComment, context: Context = NOWHERE) -> None:
    lock(line)
    _decide(by, line, "erased", context)


@all_or_nothing()
def erase_lines(*, by: Person, lines: Sequence[LegacyComment], context: Context = NOWHERE) -> None:
    """Erase all these legacy comments, or none if somebody decided on one of them meanwhile, or proposed to keep it."""
    for line in lines:
        erase_line(by=by, line=line, context=context)
        if line.ground:
            raise ValidationError(_("La conservation de cette ligne a déjà été proposée."))


@all_or_nothing()
def replace_line(
    *, by: Person, line: LegacyComment, code: FactCode, values: Mapping[str, Any], context: Context = NOWHERE
) -> AccountFact:
    """Replace a legacy comment by a fact about the same account.

    The fact gets the id of the comment, because the row-level policy requires a comment with the fact's id.
    """
    lock(line)
    day = today()
    fact = AccountFact(id=line.pk, account_id=line.account_id, building_id=line.building_id, code=code)
    fact.fields, fact.ends_on = stored(code, values), ends_on(code, values, day)
    fact.written_on, fact.written_by, fact.written_at = day, by, timezone.now()
    fact.save(force_insert=True)
    _decide(by, line, "replaced", context)
    return fact


@all_or_nothing()
def propose_keeping(*, by: Person, line: LegacyComment, ground: str, context: Context = NOWHERE) -> None:
    """Propose to keep a legacy comment as a note, for the reason `ground`.

    A second person must agree: a manager if a data steward proposes, a data steward if a manager proposes.
    """
    if line.is_too_long:
        raise ValidationError(_("Ce commentaire est trop long pour une note : effacez-le ou remplacez-le par un fait."))
    lock(line)
    if line.ground:
        raise ValidationError(_("La conservation de cette ligne a déjà été proposée."))
    change(line, ground=ground, proposed_by=by)
    facts: dict[str, Any] = {"inheritance": line.file_id, "ground": Code(ground)}
    about, place = line.subject(), line.building_id
    record(events.INHERITED_PROPOSED, by=by, about=about, place=place, context=context, **facts)


@sensitive_variables("note")
@all_or_nothing()
def agree_to_keep(*, by: Person, line: LegacyComment, context: Context = NOWHERE) -> AccountNote:
    """Agree to a colleague's proposal to keep a comment of an older system. The comment becomes a note for one year."""
    lock(line)
    if not line.ground:
        raise ValidationError(_("La conservation de cette ligne n’a pas été proposée."))
    if line.proposed_by_id == by.pk:
        raise ValidationError(sentence_of("inherited_kept_by_two"))
    if not is_second_office(line):
        raise ValidationError(sentence_of("inherited_by_those_who_may"))
    day = today()
    note = AccountNote(id=line.pk, account_id=line.account_id, building_id=line.building_id, code_id=NOTE_CODE)
    note.text, note.reason = allowed(line.sentence.reveal()), NOTE_REASON
    note.first_written_on, note.written_on, note.ends_on = line.first_written_on, day, months_after(day, NOTE_MONTHS)
    note.save(force_insert=True)
    _decide(by, line, "kept", context)
    return note


def _decide(by: Person, line: LegacyComment, outcome: str, context: Context) -> None:
    change(line, outcome=outcome, decided_by=by)
    facts: dict[str, Any] = {"inheritance": line.file_id, "answer": Code(outcome)}
    if outcome == "kept":
        facts["ground"] = Code(line.ground)
    about, place = line.subject(), line.building_id
    record(events.INHERITED_DECIDED, by=by, about=about, place=place, context=context, **facts)
