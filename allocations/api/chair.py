"""API endpoints for the person who chairs a session of the commission: take the chair, open the session, propose
decisions, count votes, close the session.

The minutes have no endpoint. They are signed on a page after reauthentication, which a token cannot do.
"""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from access.api.endpoint import ApiRequest, endpoint
from access.api.problems import Problem
from access.api.serializer_fields import Code, Day, Id, Strict, Whole
from access.permissions import Permission
from allocations.actions.decisions import count_votes, propose_decision
from allocations.actions.sessions import carry_over, close_session, open_session, preside_item, take_chair
from allocations.api.candidacies import DecisionOut
from allocations.api.results import EmptyBody, MadeOut, SheetOut, require_valid, row_of, run_once
from allocations.committee.agenda import (
    candidacy_of,
    count_of,
    recused_from,
    require_chair,
    require_president,
    seats_of,
)
from allocations.committee.proposals import may_propose, options_for
from allocations.forms.committee import ProposalForm
from allocations.models import (
    AgendaItem,
    Candidacy,
    CarryOver,
    Decision,
    DecisionKind,
    Outcome,
    Session,
    SessionState,
)
from allocations.rules.motives import MOTIVES, decision_of
from allocations.vocabulary import SUPPORTING_DOCUMENTS
from audit import events

MOST_SEATS = 40
# Each form value is the kind of decision and, for a refusal, a colon and the motive.
DECISIONS = [
    *((kind.value, kind.label) for kind in DecisionKind if kind.value not in ("d", "e")),
    *((f"{decision_of(code)}:{code}", label) for code, label in MOTIVES.choices),
]

# --- Responses -------------------------------------------------------------------------------------------------------


class ProposableOut(serializers.Serializer[Any]):
    decision = serializers.ChoiceField(choices=DECISIONS)
    words = serializers.CharField(help_text=_("La décision en mots, avec les chiffres de son motif."))


class OptionsOut(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    blind = serializers.BooleanField(help_text=_("Vous êtes récusé : rien de la fiche ne vous est montré."))
    sheet = SheetOut(allow_null=True)
    rank = serializers.IntegerField(help_text=_("Le premier rang libre."))
    decisions = ProposableOut(many=True)
    documents = serializers.ListField(child=serializers.ChoiceField(choices=SUPPORTING_DOCUMENTS.choices))


class CountOut(serializers.Serializer[Any]):
    """The votes on a proposed decision. The votes for and against are null until all expected members have voted."""

    number = serializers.IntegerField()
    decision = DecisionOut()
    cast = serializers.IntegerField()
    expected = serializers.IntegerField()
    votes_for = serializers.IntegerField(allow_null=True)
    votes_against = serializers.IntegerField(allow_null=True)
    abstained = serializers.IntegerField(allow_null=True)


# --- Bodies ----------------------------------------------------------------------------------------------------------


class PresenceBody(Strict):
    present = serializers.ListField(
        child=Id(), min_length=1, max_length=MOST_SEATS, help_text=_("Les sièges des membres présents.")
    )


class CarryOverBody(Strict):
    reason = Code(choices=CarryOver.choices)


class ProposalBody(Strict):
    decision = Code(choices=DECISIONS)
    rank = Whole(min_value=1, max_value=99, required=False)
    missing_document = Code(choices=SUPPORTING_DOCUMENTS.choices, required=False)
    document_by = Day(required=False)


# --- The session -----------------------------------------------------------------------------------------------------


@endpoint(
    Permission.COMMITTEE_CHAIR,
    model=Session,
    post_event=events.CHAIR_TAKEN,
    title=_("Présider une séance dont la présidence est absente"),
    answers=MadeOut,
    body=EmptyBody,
)
def session_preside(request: ApiRequest, session: Session) -> dict[str, Any]:
    """Make the current member chair the session in place of the absent chair. The database checks that the member's
    seat allows this and that the session's hour has come."""

    def preside(**acting: Any) -> Session:
        take_chair(session=session, **acting)
        return session

    return run_once(request, preside)


@endpoint(
    Permission.COMMITTEE_CHAIR,
    model=Session,
    post_event=events.SESSION_OPENED,
    title=_("Ouvrir une séance avec les membres présents"),
    answers=MadeOut,
    body=PresenceBody,
)
def session_open(request: ApiRequest, session: Session) -> dict[str, Any]:
    require_chair(request.access, session)

    def open_it(**acting: Any) -> Session:
        seats = [seat for seat in seats_of(request.access, session) if not seat.released]
        present = [row_of(seats, "present", seat) for seat in request.body_data["present"]]
        return open_session(session=session, present=present, **acting)

    return run_once(request, open_it)


@endpoint(
    Permission.COMMITTEE_CHAIR,
    model=Session,
    post_event=events.SESSION_CLOSED,
    title=_("Clore une séance dont chaque fiche a sa décision"),
    answers=MadeOut,
    body=EmptyBody,
)
def session_close(request: ApiRequest, session: Session) -> dict[str, Any]:
    require_chair(request.access, session)
    return run_once(request, close_session, session=session)


# --- One dwelling ----------------------------------------------------------------------------------------------------


@endpoint(
    Permission.COMMITTEE_CHAIR,
    model=AgendaItem,
    post_event=events.CHAIR_TAKEN,
    select_related=("session",),
    title=_("Présider un logement dont la présidence est récusée"),
    answers=MadeOut,
    body=EmptyBody,
)
def item_preside(request: ApiRequest, item: AgendaItem) -> dict[str, Any]:
    """Make the current member preside over one dwelling, because the chair is recused from it. The database checks the
    member's seat and recusals."""

    def preside(**acting: Any) -> AgendaItem:
        preside_item(item=item, **acting)
        return item

    return run_once(request, preside)


@endpoint(
    Permission.COMMITTEE_CHAIR,
    model=AgendaItem,
    post_event=events.VACANCY_CARRIED_OVER,
    select_related=("session",),
    title=_("Reporter un logement : ses candidats peuvent aller à une autre séance"),
    answers=MadeOut,
    body=CarryOverBody,
)
def item_carry_over(request: ApiRequest, item: AgendaItem) -> dict[str, Any]:
    require_president(request.access, item)

    def carry(**acting: Any) -> AgendaItem:
        if item.carried_reason:
            raise Problem("already")
        carry_over(item=item, **request.body_data, **acting)
        return item

    return run_once(request, carry)


# --- Proposals and counts --------------------------------------------------------------------------------------------


@endpoint(
    Permission.COMMITTEE_CHAIR,
    model=Candidacy,
    get_event=events.SHEET_SHOWN,
    select_related=("sheet", "item__session"),
    title=_("Ce qui peut être proposé pour une fiche"),
    answers=OptionsOut,
)
def decision_options(request: ApiRequest, candidacy: Candidacy) -> dict[str, Any]:
    """Return the decisions that can be proposed for a sheet now. The response is 404 if the session is not open, or if
    a decision is already proposed or adopted."""
    access, item = request.access, _presided_item(request, candidacy)
    if item.session.state != SessionState.OPEN or not may_propose(candidacy):
        raise Http404
    options = options_for(access, candidacy)
    _note_sheet(request, candidacy, options.blind)
    return {
        "number": candidacy.number,
        "blind": options.blind,
        "sheet": None if options.blind else candidacy.sheet,
        "rank": options.rank,
        "decisions": [{"decision": value, "words": words} for value, words in options.decisions.items()],
        "documents": list(options.documents),
    }


@endpoint(
    Permission.COMMITTEE_CHAIR,
    model=Candidacy,
    post_event=events.DECISION_PROPOSED,
    select_related=("sheet", "item__session"),
    title=_("Proposer une décision aux membres"),
    answers=MadeOut,
    body=ProposalBody,
    status=201,
)
def decision_propose(request: ApiRequest, candidacy: Candidacy) -> dict[str, Any]:
    access, body = request.access, request.body_data
    _presided_item(request, candidacy)

    def propose(**acting: Any) -> Decision:
        if not may_propose(candidacy):
            raise Problem("already")
        last_day = {"document_by": f"{body['document_by']:%d/%m/%Y}"} if "document_by" in body else {}
        form = ProposalForm(body | last_day, options=options_for(access, candidacy), day=access.day)
        require_valid(form)
        return propose_decision(candidacy=candidacy, **form.values(), **acting)

    return run_once(request, propose)


def _presided_item(request: ApiRequest, candidacy: Candidacy) -> AgendaItem:
    """Return the agenda item of a candidacy. The response is 403 unless the client presides over this item, as on the
    pages."""
    if candidacy.item is None:
        raise Http404
    require_president(request.access, candidacy.item)
    return candidacy.item


def _note_sheet(request: ApiRequest, candidacy: Candidacy, blind: bool) -> None:
    """Record in the audit event that the chair reads a candidate's sheet. A recused chair does not get the sheet's
    content, so the event then only states that a form was displayed."""
    if blind:
        request.access.note(events.FORM_SHOWN)
    elif candidacy.item:
        request.access.note(session=candidacy.item.session_id, number=candidacy.number)


@endpoint(
    Permission.COMMITTEE_CHAIR,
    model=Decision,
    get_event=events.SHEET_SHOWN,
    title=_("Combien de membres ont voté sur une décision proposée"),
    answers=CountOut,
)
def decision_votes(request: ApiRequest, decision: Decision) -> dict[str, Any]:
    """Return the votes on a proposed decision. The response is 404 once the votes have been counted."""
    access = request.access
    candidacy = candidacy_of(access, decision.candidacy_id)
    item = _presided_item(request, candidacy)
    if item.session.state != SessionState.OPEN or decision.outcome != Outcome.PROPOSED:
        raise Http404
    _note_sheet(request, candidacy, candidacy.pk in recused_from(access, item.pk))
    count = count_of(access, decision, item.session)
    votes = ("votes_for", "votes_against", "abstained")
    return {
        "number": candidacy.number,
        "decision": decision,
        "cast": count.cast,
        "expected": count.expected,
        **{name: getattr(count.votes, name) if count.complete else None for name in votes},
    }


@endpoint(
    Permission.COMMITTEE_CHAIR,
    model=Decision,
    post_event=events.DECISION_TAKEN,
    title=_("Compter les voix : la décision est adoptée ou rejetée définitivement"),
    answers=MadeOut,
    body=EmptyBody,
)
def decision_count(request: ApiRequest, decision: Decision) -> dict[str, Any]:
    _presided_item(request, candidacy_of(request.access, decision.candidacy_id))

    def count(**acting: Any) -> Decision:
        if decision.outcome != Outcome.PROPOSED:
            raise Problem("already")
        return count_votes(decision=decision, **acting)

    return run_once(request, count)
