"""Actions during a session of the allocation commission: recusals, proposed decisions, votes and the count of votes."""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing, change
from access.models import Person
from allocations.models import Candidacy, Decision, Outcome, Seat, Session, Vote
from allocations.queries import tally
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, record
from tenants.models.identity_check import NowInLoge


@all_or_nothing()
def recuse(
    *, by: Person, session: Session, item: UUID | None = None, number: str = "", context: Context = NOWHERE
) -> None:
    """Recuse the current member from all candidates for a dwelling (`item`), or from one application, given by its
    number.

    The result is the same whether or not that application is a candidate. Raises ValidationError if the recusal is too
    late, because the member has already read a sheet.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT allocations_recuse(%s, %s, %s)", [session.pk, item, number or None])
    record(events.CANDIDATE_RECUSED, by=by, context=context, session=session.pk)


@all_or_nothing()
def propose_decision(
    *,
    by: Person,
    candidacy: Candidacy,
    kind: str,
    rank: int | None = None,
    motive: str = "",
    missing_document: str = "",
    document_by: date | None = None,
    context: Context = NOWHERE,
) -> Decision:
    """Propose one of the five lawful decisions, on which the members then vote. The database checks the refusal
    motive."""
    decision = Decision(
        candidacy=candidacy,
        kind=kind,
        rank=rank,
        motive=motive,
        missing_document=missing_document,
        document_by=document_by,
        proposed_at=NowInLoge(),
        proposed_by=by,
    )
    decision.save(force_insert=True)
    _record(events.DECISION_PROPOSED, by, decision, context)
    return decision


def _record(kind: events.Kind, by: Person, decision: Decision, context: Context, **facts: Any) -> None:
    motive = Code(decision.motive) if decision.motive else None
    about = decision.subject()
    record(kind, by=by, about=about, context=context, decision=Code(decision.kind), motive=motive, **facts)


@all_or_nothing()
def vote(*, by: Person, decision: Decision, seat: Seat, choice: str, context: Context = NOWHERE) -> Vote:
    cast = Vote(decision=decision, seat=seat, choice=choice, cast_at=NowInLoge())
    cast.save(force_insert=True)
    record(events.VOTE_CAST, by=by, about=decision.subject(), context=context, session=seat.session_id)
    return cast


@all_or_nothing()
def count_votes(*, by: Person, decision: Decision, context: Context = NOWHERE) -> Decision:
    """Adopt or reject a decision according to the votes. If the votes are equal, the mayor's vote decides; without the
    mayor's vote, the decision is rejected."""
    votes = tally(decision)
    if votes.votes_for + votes.votes_against + votes.abstained == 0:
        raise ValidationError(_("Personne n’a encore voté."))
    outcome = Outcome.ADOPTED if votes.wins else Outcome.REJECTED
    change(
        decision,
        outcome=outcome,
        votes_for=votes.votes_for,
        votes_against=votes.votes_against,
        by_casting=votes.is_tie and votes.casting is not None,
    )
    _record(events.DECISION_TAKEN, by, decision, context, rank=decision.rank, result=Code(outcome))
    return decision
