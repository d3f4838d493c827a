"""Actions on contested refusals: sentences that the screening refused and whose author contests the refusal.

The data steward proposes an outcome and a manager decides. The data protection officer may suspend the decision and
give an opinion.
"""

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
from casework.models import AccountNote, AllowedWording, ContestedSentence, FactCode
from casework.models.contest import WEIGHED, answer_by
from casework.vocabulary import CONTEST_ADVICE
from privacy.screened import allowed, categories, find_disclosures
from tenants.models import Account


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
    """Contest the refusal of a sentence by the screening. The sentence is stored encrypted until the decision.

    Raises ValidationError if the screening does not refuse the sentence.
    """
    findings = find_disclosures(text, known)
    if not findings:
        raise ValidationError(_("Cette phrase n’est pas refusée : vous pouvez l’enregistrer."))
    day = today()
    # If the sentence is approved later, it becomes a note that ends on `ends_on`. Every note must end within a year.
    AccountNote.check_end(ends_on, day)
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
        raise ValidationError(_("Ce refus contesté n’attend plus de proposition."))
    change(contest, proposal=outcome, wording=wording if outcome == "allow_wording" else "", proposed_by=by)
    _record(events.CONTEST_WEIGHED, by, contest, context)
    return contest


@all_or_nothing()
def agree_to_outcome(*, by: Person, contest: ContestedSentence, context: Context = NOWHERE) -> ContestedSentence:
    """Approve, as manager, the outcome that the data steward proposed.

    A database trigger erases the contested sentence in the same statement, unless the outcome is to make it a note.
    """
    lock(contest)
    if not contest.proposal or contest.outcome or contest.suspended_on:
        raise ValidationError(_("Ce refus contesté n’attend pas de décision."))
    if contest.proposal == "allow_wording":
        agreed = {"proposed_by_id": contest.proposed_by_id, "allowed_by": by, "allowed_on": today()}
        AllowedWording(text=contest.wording, **agreed).save(force_insert=True)
    change(contest, outcome=contest.proposal, decided_on=today(), decided_by=by)
    _record(events.CONTEST_DECIDED, by, contest, context)
    return contest


@all_or_nothing()
def send_back(*, by: Person, contest: ContestedSentence, context: Context = NOWHERE) -> ContestedSentence:
    """Reject, as manager, the outcome that the data steward proposed. The data steward must propose another one."""
    lock(contest)
    if not contest.proposal or not contest.is_waiting:
        raise ValidationError(_("Ce refus contesté n’attend pas de décision."))
    _record(events.CONTEST_SENT_BACK, by, contest, context)
    change(contest, proposal="", wording="", proposed_by=None)
    return contest


@all_or_nothing()
def enter_allowed(*, by: Person, contest: ContestedSentence, context: Context = NOWHERE) -> AccountNote:
    """Write an approved sentence as a note in the name of its author, and erase its encrypted copy."""
    if contest.outcome != "allow_once" or contest.sentence is None:
        raise ValidationError(_("Il n’y a aucune phrase à enregistrer."))
    note = AccountNote(account_id=contest.account_id, building_id=contest.building_id, code_id=contest.code_id)
    note.text, note.reason = allowed(contest.sentence.reveal()), contest.reason
    note.written_by_id, note.written_on, note.ends_on = contest.asked_by_id, today(), contest.ends_on
    note.save(force_insert=True)
    change(contest, sentence=None)
    fact, reason, about = Code(note.code_id), Code(note.reason), contest.subject()
    facts = {"fact": fact, "reason": reason}
    place, until = contest.building_id, note.ends_on
    record(events.NOTE_WRITTEN, by=by, about=about, place=place, context=context, until=until, **facts)
    return note


@all_or_nothing()
def suspend_contest(*, by: Person, contest: ContestedSentence, context: Context = NOWHERE) -> ContestedSentence:
    """Suspend the decision on a contested refusal, as data protection officer.

    The suspension has no time limit, but the sentence is erased thirty days after it was contested in any case.
    """
    lock(contest)
    if contest.outcome or contest.suspended_on:
        raise ValidationError(_("Ce refus contesté n’attend plus de décision."))
    change(contest, suspended_on=today(), suspended_by=by)
    _record(events.CONTEST_SUSPENDED, by, contest, context)
    return contest


@all_or_nothing()
def resume_contest(*, by: Person, contest: ContestedSentence, context: Context = NOWHERE) -> ContestedSentence:
    """End the suspension of a contested refusal, so that the data steward and the manager may decide again."""
    lock(contest)
    if contest.outcome or not contest.suspended_on:
        raise ValidationError(_("Ce refus contesté n’est pas suspendu."))
    change(contest, suspended_on=None, suspended_by=None)
    _record(events.CONTEST_RESUMED, by, contest, context)
    return contest


@all_or_nothing()
def advise_on_contest(
    *, by: Person, contest: ContestedSentence, advice: str, context: Context = NOWHERE
) -> ContestedSentence:
    """Record the data protection officer's opinion on a contested sentence. It replaces an earlier opinion.

    The opinion binds neither the data steward, who proposes an outcome, nor the manager, who decides.
    """
    if advice not in CONTEST_ADVICE.terms or contest.outcome:
        raise ValidationError(_("Ce refus contesté n’attend plus d’avis."))
    change(contest, advice=advice, advised_on=today(), advised_by=by)
    _record(events.CONTEST_ADVISED, by, contest, context)
    return contest


def _record(kind: events.Kind, by: Person, contest: ContestedSentence, context: Context) -> None:
    about, place = contest.subject(), contest.building_id
    known = {"answer": contest.outcome or contest.proposal, "advice": contest.advice}
    facts = {name: Code(word) for name, word in known.items() if name in kind.facts}
    record(kind, by=by, about=about, place=place, context=context, contest=contest.pk, **facts)
