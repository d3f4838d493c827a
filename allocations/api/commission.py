"""API endpoints for members of the commission: their sessions, recusals, numbered sheets and votes.

No endpoint returns the name or number of an applicant. Only the person who presides over a dwelling gets the ids of its
candidacies.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from access.api.endpoint import ApiRequest, endpoint
from access.api.problems import Problem
from access.api.serializer_fields import Code, Id, Strict, Word
from access.constraints import sentence_of
from access.permissions import Permission
from allocations.actions.decisions import recuse, vote
from allocations.api.candidacies import DecisionOut
from allocations.api.results import LetDwellingOut, MadeOut, SheetOut, require_valid, row_of, run_once
from allocations.committee.agenda import (
    agenda_of,
    blind_sheets,
    own_seat,
    own_sessions_of,
    presides,
    quorum_of,
    record_sheets,
    seats_of,
    sheets_of,
)
from allocations.forms.committee import RecuseForm
from allocations.models import (
    AgendaItem,
    CarryOver,
    Choice,
    FewReason,
    Outcome,
    SeatRelease,
    Session,
    SessionState,
    Voice,
)
from audit import events

MOST_VOTES = 20  # Highest number of votes in one request; a dwelling has at most ten candidates.
BEFORE_THE_END = (SessionState.CONVENED, SessionState.OPEN)
_OF_ITEM = ("session", "vacancy__unit__terms", "vacancy__building__place", "vacancy__contingent")

# --- Responses -------------------------------------------------------------------------------------------------------


class OwnSessionOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="session.id")
    held_at = serializers.DateTimeField(source="session.held_at")
    state = serializers.ChoiceField(choices=SessionState.choices, source="session.state")
    dwellings = serializers.IntegerField(source="session.dwellings")
    voice = serializers.ChoiceField(choices=Voice.choices, source="seat.voice")
    chairs = serializers.BooleanField(source="seat.chairs")


class SeatOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    person = serializers.CharField(source="person.name")
    voice = serializers.ChoiceField(choices=Voice.choices)
    chairs = serializers.BooleanField()
    casting = serializers.BooleanField()
    present = serializers.BooleanField(help_text=_("Connu une fois la séance ouverte."))
    elected = serializers.BooleanField(help_text=_("Préside en l’absence de la personne convoquée pour présider."))
    released = serializers.ChoiceField(choices=SeatRelease.choices, allow_blank=True)


class QuorumOut(serializers.Serializer[Any]):
    needed = serializers.IntegerField(allow_null=True)
    counted = serializers.IntegerField()
    reached = serializers.BooleanField()


class AgendaItemOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    dwelling = LetDwellingOut(source="vacancy")
    sheets = serializers.IntegerField()
    decided = serializers.IntegerField()
    all_recused = serializers.BooleanField()
    carried_reason = serializers.ChoiceField(choices=CarryOver.choices, allow_blank=True)


class SessionOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="session.id")
    held_at = serializers.DateTimeField(source="session.held_at")
    state = serializers.ChoiceField(choices=SessionState.choices, source="session.state")
    seat = serializers.UUIDField(source="seat.id")
    quorum = QuorumOut()
    seats = SeatOut(many=True)
    items = AgendaItemOut(many=True)


class ProposedOut(DecisionOut):
    """A proposed decision. `votes_for` and `votes_against` are null until the votes are counted."""

    id = serializers.UUIDField()
    figures = serializers.ListField(child=serializers.IntegerField())
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    votes_for = serializers.IntegerField(allow_null=True)
    votes_against = serializers.IntegerField(allow_null=True)
    by_casting = serializers.BooleanField()


class NumberedSheetOut(serializers.Serializer[Any]):
    candidacy = serializers.UUIDField(allow_null=True, help_text=_("Pour la personne qui préside seulement."))
    number = serializers.IntegerField()
    sheet = SheetOut()
    decision = ProposedOut(allow_null=True)
    rejected = DecisionOut(many=True)
    own_choice = serializers.ChoiceField(choices=Choice.choices, allow_blank=True)
    may_vote = serializers.BooleanField()


class BlindSheetOut(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    candidacy = serializers.UUIDField()
    decision = serializers.UUIDField(allow_null=True)


class ItemSheetsOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="item.id")
    session = serializers.UUIDField(source="item.session_id")
    dwelling = LetDwellingOut(source="item.vacancy")
    few_reason = serializers.ChoiceField(choices=FewReason.choices, allow_blank=True, source="item.few_reason")
    recused = serializers.IntegerField()
    sheets = NumberedSheetOut(many=True)
    blind = BlindSheetOut(
        many=True, help_text=_("Les fiches à décider dont la personne qui préside est récusée, sans leur contenu.")
    )


# --- Bodies ----------------------------------------------------------------------------------------------------------


class RecuseBody(Strict):
    """A recusal from one dwelling of the agenda, or from an application whose number the member knows. The request
    gives exactly one of the two."""

    item = Id(required=False)
    number = Word(
        max_length=40,
        required=False,
        help_text=_("Son numéro unique. La réponse ne dit pas si cette demande est candidate."),
    )


class VoteBody(Strict):
    decision = Id()
    choice = Code(choices=Choice.choices)


class VotesBody(Strict):
    votes = VoteBody(many=True, min_length=1, max_length=MOST_VOTES)  # type: ignore[call-arg]


# --- Sessions --------------------------------------------------------------------------------------------------------


@endpoint(
    Permission.COMMITTEE_SIT,
    get_event=events.SESSIONS_SHOWN,
    title=_("Les séances où je siège, jusqu’à la signature du procès-verbal"),
    answers=OwnSessionOut,
    many=True,
)
def own_sessions(request: ApiRequest) -> list[dict[str, Any]]:
    rows = own_sessions_of(request.access)
    request.access.note(count=len(rows))
    return [{"session": session, "seat": seat} for session, seat in rows]


@endpoint(
    Permission.COMMITTEE_SIT,
    model=Session,
    get_event=events.SESSION_SHOWN,
    title=_("Une séance où je siège : quorum, sièges, ordre du jour"),
    answers=SessionOut,
)
def own_session(request: ApiRequest, session: Session) -> dict[str, Any]:
    access = request.access
    access.note(session=session.pk)
    seats, items = seats_of(access, session), agenda_of(access, session)
    for item in items:
        # The number of recusals is hidden, since it would disclose whether a given application is a candidate.
        item.all_recused = item.sheets > 1 and item.recused == item.sheets
    quorum = quorum_of(access, session, seats)
    return {"session": session, "seat": own_seat(access, seats), "quorum": quorum, "seats": seats, "items": items}


@endpoint(
    Permission.COMMITTEE_SIT,
    model=Session,
    post_event=events.CANDIDATE_RECUSED,
    title=_("Me récuser d’un logement, ou de la demande d’une personne que je connais"),
    answers=MadeOut,
    body=RecuseBody,
)
def session_recuse(request: ApiRequest, session: Session) -> dict[str, Any]:
    """Recuse the current member. The response does not depend on whether the application is a candidate."""

    def recuse_once(**acting: Any) -> Session:
        if session.state not in BEFORE_THE_END:
            raise ValidationError(sentence_of("session_states_follow"))
        items = agenda_of(request.access, session)
        if "item" in request.body_data:
            row_of(items, "item", request.body_data["item"])
        form = RecuseForm({name: str(value) for name, value in request.body_data.items()}, items=items)
        require_valid(form)
        recuse(session=session, **form.values(), **acting)
        return session

    return run_once(request, recuse_once)


# --- Sheets and votes ------------------------------------------------------------------------------------------------


@endpoint(
    Permission.COMMITTEE_SIT,
    model=AgendaItem,
    get_event=events.SESSION_SHOWN,
    select_related=_OF_ITEM,
    title=_("Les fiches numérotées d’un logement, sans nom"),
    answers=ItemSheetsOut,
)
def item_sheets(request: ApiRequest, item: AgendaItem) -> dict[str, Any]:
    """Return the candidates' sheets for a dwelling, and record each as read. A member who has read a sheet can no
    longer be recused from it."""
    access = request.access
    access.note(session=item.session_id)
    table = sheets_of(access, item)
    chairs = presides(access, item, table.seat) and access.holds(Permission.COMMITTEE_CHAIR)
    names = ("number", "candidacy", "decision")
    is_open = item.session.state == SessionState.OPEN
    blind = [dict(zip(names, sheet, strict=True)) for sheet in blind_sheets(table)] if chairs and is_open else []
    record_sheets(access, table)
    return {
        "item": item,
        "recused": len(table.recused),
        "blind": blind,
        "sheets": [
            {
                "candidacy": sheet.candidacy.pk if chairs else None,
                "number": sheet.candidacy.number,
                "sheet": sheet.candidacy.sheet,
                "decision": sheet.decision,
                "rejected": sheet.rejected,
                "own_choice": sheet.own_choice,
                "may_vote": sheet.may_vote,
            }
            for sheet in table.sheets
        ],
    }


@endpoint(
    Permission.COMMITTEE_SIT,
    model=AgendaItem,
    post_event=events.VOTE_CAST,
    select_related=_OF_ITEM,
    title=_("Voter sur les propositions d’un logement : un vote ne change plus"),
    answers=MadeOut,
    body=VotesBody,
)
def decision_vote(request: ApiRequest, item: AgendaItem) -> dict[str, Any]:
    def cast(**acting: Any) -> AgendaItem:
        table = sheets_of(request.access, item)
        open_now = [sheet.decision for sheet in table.to_vote if sheet.decision]
        voted = {sheet.decision.pk for sheet in table.sheets if sheet.decision and sheet.own_choice}
        for ballot in request.body_data["votes"]:
            if ballot["decision"] in voted:
                raise Problem("already")
            decision = row_of(open_now, "votes", ballot["decision"])
            vote(decision=decision, seat=table.seat, choice=ballot["choice"], **acting)
        return item

    return run_once(request, cast)
