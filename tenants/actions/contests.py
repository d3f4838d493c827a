"""A refusal contested: sealed by its writer, weighed by the data steward, decided by a manager, watched by the DPO."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

import screening
from access.constraints import all_or_nothing, change, lock
from access.models import Person
from access.reach import today
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, record
from privacy.screened import allowed, categories, find_disclosures
from tenants.models import Account, AccountNote, AllowedWording, ContestedSentence, FactCode
from tenants.models.contest import WEIGHED, answer_by
from tenants.vocabulary import CONTEST_ADVICE


@sensitive_variables("text", "findings")
@all_or_nothing()
def contest_refusal(
    *,
    by: Person,
    account: Account,
    code: FactCode,
    reason: str,
    text: str,
    ends_on: date,
    known: screening.Context | None = None,
    context: Context = NOWHERE,
) -> ContestedSentence:
    """The sentence is sealed at once. Meanwhile a fact serves what is urgent."""
    findings = find_disclosures(text, known)
    if not findings:
        raise ValidationError(_("Cette phrase n’est pas refusée : elle peut être inscrite."))
    day = today()
    AccountNote.check_end(ends_on, day)  # two people may let it pass: it is then a note like any other
    contest = ContestedSentence(account=account, building_id=account.building_id, code=code, reason=reason)
    contest.sentence, contest.categories, contest.ends_on = text, categories(findings), ends_on
    contest.asked_by, contest.asked_on, contest.answer_by = by, day, answer_by(day)
    contest.save(force_insert=True)
    about, place = account.subject(), account.building_id
    record(events.REFUSAL_CONTESTED, by=by, about=about, place=place, context=context, contest=contest.pk)
    return contest


@all_or_nothing()
def propose_outcome(
    *, by: Person, contest: ContestedSentence, outcome: str, wording: str = "", context: Context = NOWHERE
) -> ContestedSentence:
    lock(contest)
    if outcome not in WEIGHED or contest.outcome or contest.suspended_on:
        raise ValidationError(_("Cette contestation n’attend plus de proposition."))
    change(contest, proposal=outcome, wording=wording if outcome == "allow_wording" else "", proposed_by=by)
    _record(events.CONTEST_WEIGHED, by, contest, context)
    return contest


@all_or_nothing()
def agree_to_outcome(*, by: Person, contest: ContestedSentence, context: Context = NOWHERE) -> ContestedSentence:
    """The second of two. A sentence that is not to be entered is erased in the same statement, by the database."""
    lock(contest)
    if not contest.proposal or contest.outcome or contest.suspended_on:
        raise ValidationError(_("Cette contestation n’attend pas de décision."))
    if contest.proposal == "allow_wording":
        agreed = {"proposed_by_id": contest.proposed_by_id, "allowed_by": by, "allowed_on": today()}
        AllowedWording(text=contest.wording, **agreed).save(force_insert=True)
    change(contest, outcome=contest.proposal, decided_on=today(), decided_by=by)
    _record(events.CONTEST_DECIDED, by, contest, context)
    return contest


@all_or_nothing()
def send_back(*, by: Person, contest: ContestedSentence, context: Context = NOWHERE) -> ContestedSentence:
    """The second of two does not agree: the steward proposes something else."""
    lock(contest)
    if not contest.proposal or not contest.is_waiting:
        raise ValidationError(_("Cette contestation n’attend pas de décision."))
    _record(events.CONTEST_SENT_BACK, by, contest, context)
    change(contest, proposal="", wording="", proposed_by=None)
    return contest


@all_or_nothing()
def enter_allowed(*, by: Person, contest: ContestedSentence, context: Context = NOWHERE) -> AccountNote:
    """The sentence that two people let pass becomes the note of whoever wrote it, and its sealed copy goes."""
    if contest.outcome != "allow_once" or contest.sentence is None:
        raise ValidationError(_("Il n’y a pas de phrase à inscrire."))
    note = AccountNote(account_id=contest.account_id, building_id=contest.building_id, code_id=contest.code_id)
    note.text, note.reason = allowed(contest.sentence.reveal()), contest.reason
    note.written_by_id, note.written_on, note.ends_on = contest.asked_by_id, today(), contest.ends_on
    note.save(force_insert=True)
    change(contest, sentence=None)
    fact, reason, about = Code(note.code_id), Code(note.reason), contest.subject()
    said = {"fact": fact, "reason": reason}
    place, until = contest.building_id, note.ends_on
    record(events.NOTE_WRITTEN, by=by, about=about, place=place, context=context, until=until, **said)
    return note


@all_or_nothing()
def suspend_contest(*, by: Person, contest: ContestedSentence, context: Context = NOWHERE) -> ContestedSentence:
    """The data-protection officer halts an answer; unless she lets it go on, the sentence goes at its day."""
    lock(contest)
    if contest.outcome or contest.suspended_on:
        raise ValidationError(_("Cette contestation n’attend plus de décision."))
    change(contest, suspended_on=today(), suspended_by=by)
    _record(events.CONTEST_SUSPENDED, by, contest, context)
    return contest


@all_or_nothing()
def resume_contest(*, by: Person, contest: ContestedSentence, context: Context = NOWHERE) -> ContestedSentence:
    """She lets the answer go on: to halt is not to decide."""
    lock(contest)
    if contest.outcome or not contest.suspended_on:
        raise ValidationError(_("Cette contestation n’est pas suspendue."))
    change(contest, suspended_on=None, suspended_by=None)
    _record(events.CONTEST_RESUMED, by, contest, context)
    return contest


@all_or_nothing()
def advise_on_contest(
    *, by: Person, contest: ContestedSentence, advice: str, context: Context = NOWHERE
) -> ContestedSentence:
    """A word of a closed list, read by those who propose and decide, who remain free: the latest stands."""
    if advice not in CONTEST_ADVICE.terms or contest.outcome:
        raise ValidationError(_("Cette contestation n’attend plus d’avis."))
    change(contest, advice=advice, advised_on=today(), advised_by=by)
    _record(events.CONTEST_ADVISED, by, contest, context)
    return contest


def _record(kind: events.Kind, by: Person, contest: ContestedSentence, context: Context) -> None:
    about, place = contest.subject(), contest.building_id
    known = {"answer": contest.outcome or contest.proposal, "advice": contest.advice}
    said = {name: Code(word) for name, word in known.items() if name in kind.facts}
    record(kind, by=by, about=about, place=place, context=context, contest=contest.pk, **said)
