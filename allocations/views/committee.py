"""Pages for the members and the chair of the commission: sessions, recusals, numbered sheets, votes and minutes.

No page displays the name or number of an applicant before the session is closed.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done, result_of
from access.permissions import Permission
from allocations.actions.decisions import count_votes, propose_decision, recuse, vote
from allocations.actions.sessions import (
    carry_over,
    close_session,
    open_session,
    preside_item,
    sign_minutes,
    take_chair,
)
from allocations.committee.agenda import (
    NumberedSheet,
    agenda_of,
    blind_sheets,
    candidacy_of,
    count_of,
    fully_voted,
    lapsed_after,
    may_preside_item,
    may_take_chair,
    next_dwelling,
    own_seat,
    own_sessions_of,
    presides,
    quorum_of,
    record_sheets,
    recused_from,
    require_chair,
    require_president,
    seats_of,
    sheets_of,
)
from allocations.committee.proposals import may_propose, options_for
from allocations.committee.signing import minutes_of
from allocations.committee.wording import decision_text
from allocations.forms.committee import CarryOverForm, PresenceForm, ProposalForm, RecuseForm, VoteForm
from allocations.models import AgendaItem, Candidacy, Decision, Outcome, Session, SessionState
from audit import events

_DWELLING = ("unit__terms", "building__place__parent", "contingent")
_OF_ITEM = ("session", "presided_by", *(f"vacancy__{path}" for path in _DWELLING))
BEFORE_THE_END = (SessionState.CONVENED, SessionState.OPEN)


@door(Permission.COMMITTEE_SIT, get_event=events.SESSIONS_SHOWN)
def own_sessions(request: DoorRequest) -> HttpResponse:
    rows = own_sessions_of(request.access)
    request.access.note(count=len(rows))
    return render(request, "allocations/own_sessions.html", {"rows": rows})


@door(Permission.COMMITTEE_SIT, model=Session, get_event=events.SESSION_SHOWN)
def own_session(request: DoorRequest, session: Session) -> HttpResponse:
    access = request.access
    access.note(session=session.pk)
    seats, items = seats_of(access, session), agenda_of(access, session)
    seat = own_seat(access, seats)
    context = {
        "session": session,
        "seats": seats,
        "seat": seat,
        "quorum": quorum_of(access, session, seats),
        "items": items,
        "undecided": sum(item.sheets - item.decided for item in items),
        "may_take_chair": may_take_chair(session, seat, access.at),
    }
    return render(request, "allocations/own_session.html", context)


@door(Permission.COMMITTEE_CHAIR, model=Session, post_event=events.FORM_SUBMITTED)
def session_open(request: DoorRequest, session: Session) -> HttpResponse:
    """Open a session with the members who are present. The database checks the quorum and the number of candidates."""
    access = request.access
    require_chair(access, session)
    if session.state != SessionState.CONVENED:
        return redirect("own_session", pk=session.pk)
    seats = seats_of(access, session)
    form = PresenceForm(request.POST or None, seats=seats)
    if form.is_valid() and done(form, open_session, request, session=session, present=form.seats_present()):
        messages.success(request, _("La séance est ouverte."))
        return redirect("own_session", pk=session.pk)
    context = {"session": session, "form": form, "quorum": quorum_of(access, session, seats)}
    return render(request, "allocations/session_open.html", context)


@door(Permission.COMMITTEE_CHAIR, model=Session, post_event=events.FORM_SUBMITTED)
def session_preside(request: DoorRequest, session: Session) -> HttpResponse:
    """Make the current member chair the session in place of the absent chair. The database checks that the member's
    seat allows this and that the session's hour has come."""
    access = request.access
    seats = seats_of(access, session)
    if own_seat(access, seats).chairs:
        return redirect("own_session", pk=session.pk)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and done(form, take_chair, request, session=session):
        messages.success(request, _("Vous présidez la séance."))
        return redirect("own_session", pk=session.pk)
    chair = next((seat for seat in seats if seat.chairs), None)
    return render(request, "allocations/session_preside.html", {"session": session, "chair": chair, "form": form})


@door(Permission.COMMITTEE_CHAIR, model=AgendaItem, post_event=events.FORM_SUBMITTED, select_related=_OF_ITEM)
def item_preside(request: DoorRequest, item: AgendaItem) -> HttpResponse:
    """Let the current person preside over one dwelling of the agenda, because the chair is recused from it."""
    if request.method == "POST":
        try:
            preside_item(by=request.access.person, item=item, context=request.access.context)
            messages.success(request, _("Vous présidez ce logement."))
        except ValidationError as error:
            messages.error(request, error.messages[0])
    return redirect("item_sheets", pk=item.pk)


@door(Permission.COMMITTEE_CHAIR, model=AgendaItem, post_event=events.FORM_SUBMITTED, select_related=_OF_ITEM)
def item_carry_over(request: DoorRequest, item: AgendaItem) -> HttpResponse:
    """Postpone a dwelling, with a coded reason, so that its candidates can be put on another session's agenda."""
    require_president(request.access, item)
    if item.session.state != SessionState.OPEN or item.carried_reason:
        return redirect("item_sheets", pk=item.pk)
    form = CarryOverForm(request.POST or None)
    if form.is_valid() and done(form, carry_over, request, item=item, **form.cleaned_data):
        messages.success(request, _("Le logement est reporté."))
        return redirect("own_session", pk=item.session_id)
    return render(request, "allocations/item_carry_over.html", {"item": item, "form": form})


@door(Permission.COMMITTEE_SIT, model=Session, post_event=events.FORM_SUBMITTED)
def session_recuse(request: DoorRequest, session: Session) -> HttpResponse:
    """Recuse the current member from a dwelling, or from an application by number. The message is the same for every
    number."""
    access = request.access
    if session.state not in BEFORE_THE_END:
        return redirect("own_session", pk=session.pk)
    items = agenda_of(access, session)
    form = RecuseForm(request.POST or None, items=items)
    if form.is_valid() and done(form, recuse, request, session=session, **form.values()):
        messages.success(request, form.success)
        return redirect("own_session", pk=session.pk)
    seat = own_seat(access, seats_of(access, session))
    return render(request, "allocations/session_recuse.html", {"session": session, "form": form, "seat": seat})


@door(Permission.COMMITTEE_SIT, model=AgendaItem, get_event=events.SESSION_SHOWN, select_related=_OF_ITEM)
def item_sheets(request: DoorRequest, item: AgendaItem) -> HttpResponse:
    return _sheets_page(request, item)


@door(
    Permission.COMMITTEE_SIT,
    model=AgendaItem,
    get_event=events.SESSION_SHOWN,
    post_event=events.FORM_SUBMITTED,
    select_related=_OF_ITEM,
)
def decision_vote(request: DoorRequest, item: AgendaItem) -> HttpResponse:
    """Vote on the proposed decisions of a dwelling. If the form has errors, display the sheets again."""
    if request.method != "POST":
        return redirect("item_sheets", pk=item.pk)
    form = VoteForm(request.POST, sheets=sheets_of(request.access, item).to_vote)
    seat = own_seat(request.access, seats_of(request.access, item.session))

    def cast(**actor: Any) -> None:
        for decision, choice in form.choices():
            vote(decision=decision, seat=seat, choice=choice, **actor)

    if form.is_valid() and done(form, cast, request):
        count = len(form.choices())
        words = ngettext("Votre vote est enregistré.", "Vos %(count)s votes sont enregistrés.", count)
        messages.success(request, words % {"count": count})
        return redirect("item_sheets", pk=item.pk)
    return _sheets_page(request, item, form)


def _sheets_page(request: DoorRequest, item: AgendaItem, form: VoteForm | None = None) -> HttpResponse:
    """Display the sheets side by side, and record each as read before the page is sent."""
    access = request.access
    access.note(session=item.session_id)
    table = sheets_of(access, item)
    form = form or VoteForm(None, sheets=table.to_vote)
    chairs = presides(access, item, table.seat) and access.holds(Permission.COMMITTEE_CHAIR)
    context = {
        "table": table,
        "item": item,
        "rows": [(sheet, form.field_of(sheet)) for sheet in table.sheets],
        "form": form,
        "chairs": chairs,
        "blind": blind_sheets(table) if chairs else [],
        "complete": fully_voted(access, table) if chairs else set(),
        "may_preside": may_preside_item(item, table),
        "undecided": item.session.state == SessionState.OPEN and not item.carried_reason,
        "following": next_dwelling(access, item),
    }
    response = render(request, "allocations/item_sheets.html", context)
    record_sheets(access, table)
    return response


@door(
    Permission.COMMITTEE_CHAIR,
    model=Candidacy,
    get_event=events.SHEET_SHOWN,
    post_event=events.FORM_SUBMITTED,
    select_related=("sheet", "item__session", *(f"vacancy__{path}" for path in _DWELLING)),
)
def decision_propose(request: DoorRequest, candidacy: Candidacy) -> HttpResponse:
    """Propose a decision for a sheet. A recused chair cannot read the sheet, and enters what other members propose."""
    access, item = request.access, candidacy.item
    if item is None:
        return redirect("own_sessions")
    require_president(access, item)
    if item.session.state != SessionState.OPEN or not may_propose(candidacy):
        return redirect("item_sheets", pk=item.pk)
    options = options_for(access, candidacy)
    form = ProposalForm(request.POST or None, options=options, day=access.day)
    if form.is_valid() and done(form, propose_decision, request, candidacy=candidacy, **form.values()):
        messages.success(request, _("La décision est proposée aux membres."))
        return redirect("item_sheets", pk=item.pk)
    row = None if options.blind else NumberedSheet(candidacy)
    _note_sheet(request, candidacy, options.blind)
    context = {"candidacy": candidacy, "item": item, "options": options, "row": row, "form": form}
    return render(request, "allocations/decision_propose.html", context)


@door(Permission.COMMITTEE_CHAIR, model=Decision, get_event=events.SHEET_SHOWN, post_event=events.FORM_SUBMITTED)
def decision_count(request: DoorRequest, decision: Decision) -> HttpResponse:
    """Display how many members have voted, or count the votes and adopt or reject the decision."""
    access = request.access
    candidacy = candidacy_of(access, decision.candidacy_id)
    assert candidacy.item_id and candidacy.item  # noqa: S101 (type checker)
    item, session = candidacy.item_id, candidacy.item.session
    require_president(access, candidacy.item)
    if session.state != SessionState.OPEN or decision.outcome != Outcome.PROPOSED:
        return redirect("item_sheets", pk=item)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (counted := result_of(form, count_votes, request, decision=decision)):
        adopted = counted.outcome == Outcome.ADOPTED
        messages.success(request, _("La décision est adoptée.") if adopted else _("La décision est rejetée."))
        if not adopted and decision.rank and lapsed_after(decision):
            messages.warning(
                request,
                _("Les propositions qui dépendaient de ce rang sont sans suite : proposez de nouveau ces fiches."),
            )
        return redirect("item_sheets", pk=item)
    _note_sheet(request, candidacy, candidacy.pk in recused_from(access, item))
    context = {
        "candidacy": candidacy,
        "decision": decision,
        "words": decision_text(decision),
        "count": count_of(access, decision, session),
        "form": form,
    }
    return render(request, "allocations/decision_count.html", context)


def _note_sheet(request: DoorRequest, candidacy: Candidacy, blind: bool) -> None:
    """Record in the audit event that the chair reads a candidate's sheet. A recused chair does not get the sheet's
    content, so the event then only states that a form was displayed."""
    if blind:
        request.access.note(events.FORM_SHOWN)
    elif candidacy.item:
        request.access.note(session=candidacy.item.session_id, number=candidacy.number)


@door(Permission.COMMITTEE_CHAIR, model=Session, post_event=events.FORM_SUBMITTED)
def session_close(request: DoorRequest, session: Session) -> HttpResponse:
    access = request.access
    require_chair(access, session)
    if session.state != SessionState.OPEN:
        return redirect("own_session", pk=session.pk)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and done(form, close_session, request, session=session):
        messages.success(request, _("La séance est close."))
        return redirect("own_session", pk=session.pk)
    waiting = [item for item in agenda_of(access, session) if item.decided < item.sheets]
    return render(request, "allocations/session_close.html", {"session": session, "waiting": waiting, "form": form})


@door(
    Permission.COMMITTEE_CHAIR,
    model=Session,
    get_event=events.MINUTES_SHOWN,
    post_event=events.FORM_SUBMITTED,
    reauthenticate=True,
)
def minutes_sign(request: DoorRequest, session: Session) -> HttpResponse:
    """Display the minutes with the names of the candidates, and sign the text of the minutes, which has no names."""
    access = request.access
    require_chair(access, session)
    if session.state != SessionState.CLOSED:
        return redirect("own_session", pk=session.pk)
    access.note(session=session.pk)
    minutes, form = minutes_of(access, session), forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and done(form, sign_minutes, request, session=session, minutes=minutes.text):
        messages.success(request, _("Le procès-verbal est signé, et son empreinte est dans la trace."))
        return redirect("own_sessions")
    return render(request, "allocations/minutes_sign.html", {"session": session, "minutes": minutes, "form": form})
