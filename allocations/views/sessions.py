"""Pages on which the allocation manager convenes a session of the commission and assigns its seats. They display no
candidate."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done, result_of
from access.permissions import Permission
from allocations.actions.sessions import (
    cancel_session,
    convene_session,
    give_seat,
    release_seat,
    replace_member,
    take_off_agenda,
)
from allocations.committee.agenda import dwellings_of, possible_members, quorum_of, seats_of, sessions_of
from allocations.forms.sessions import ConveneForm, ReleaseForm, SeatForm
from allocations.models import AgendaItem, Seat, Session, SessionState
from audit import events


@door(Permission.SESSIONS_VIEW, get_event=events.SESSIONS_SHOWN)
def sessions(request: DoorRequest) -> HttpResponse:
    rows = sessions_of(request.access)
    request.access.note(count=len(rows))
    return render(request, "allocations/sessions.html", {"rows": rows})


@door(Permission.SESSION_CONVENE, post_event=events.FORM_SUBMITTED)
def session_convene(request: DoorRequest) -> HttpResponse:
    form = ConveneForm(request.POST or None, now=request.access.at)
    if form.is_valid() and (made := result_of(form, convene_session, request, held_at=form.held_at)):
        messages.success(request, _("La séance est convoquée. Donnez les sièges."))
        return redirect("session_seats", pk=made.pk)
    return render(request, "allocations/session_convene.html", {"form": form})


@door(
    Permission.SESSION_CONVENE,
    model=Session,
    get_event=events.SESSION_SHOWN,
    post_event=events.FORM_SUBMITTED,
)
def session_seats(request: DoorRequest, session: Session) -> HttpResponse:
    """Display a session with its seats and agenda. The form adds a seat, which is possible only before the session
    opens."""
    access = request.access
    access.note(session=session.pk)
    people, chairs = possible_members(access, session)
    form = SeatForm(request.POST or None, people=people, chairs=chairs)
    if form.is_valid() and done(form, give_seat, request, session=session, **form.values()):
        messages.success(request, _("Le siège est donné."))
        return redirect("session_seats", pk=session.pk)
    seats = seats_of(access, session)
    context = {
        "session": session,
        "seats": seats,
        "quorum": quorum_of(access, session, seats),
        "items": dwellings_of(access, session),
        "people": people,
        "form": form,
        "without_chair": not any(seat.chairs for seat in seats),
        "can_change": session.state == SessionState.CONVENED,
    }
    return render(request, "allocations/session_seats.html", context)


@door(Permission.SESSION_CONVENE, model=Session, get_event=events.SESSION_SHOWN, post_event=events.FORM_SUBMITTED)
def session_cancel(request: DoorRequest, session: Session) -> HttpResponse:
    """Cancel a session before it opens. The page says beforehand what becomes of its dwellings and seats."""
    access = request.access
    access.note(session=session.pk)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and done(form, cancel_session, request, session=session):
        messages.success(request, _("La séance est annulée."))
        return redirect("sessions")
    context = {
        "session": session,
        "items": dwellings_of(access, session),
        "seats": seats_of(access, session),
        "form": form,
        "can_change": session.state == SessionState.CONVENED,
    }
    return render(request, "allocations/session_cancel.html", context)


@door(Permission.SESSION_CONVENE, model=Seat, post_event=events.FORM_SUBMITTED, select_related=("session", "person"))
def seat_release(request: DoorRequest, seat: Seat) -> HttpResponse:
    """Release the seat of a member who cannot come, or give it to a substitute."""
    access, session = request.access, seat.session
    people, chairs = possible_members(access, session)
    form = ReleaseForm(request.POST or None, people=people, chairs=chairs, seat=seat)
    if form.is_valid() and done(form, replace_member if form.substitute else release_seat, request, **form.values()):
        messages.success(request, _("Le siège est remplacé.") if form.substitute else _("Le siège est retiré."))
        return redirect("session_seats", pk=session.pk)
    can_change = session.state == SessionState.CONVENED and not seat.released
    return render(request, "allocations/seat_release.html", {"seat": seat, "form": form, "can_change": can_change})


@door(
    Permission.SESSION_CONVENE,
    model=AgendaItem,
    post_event=events.FORM_SUBMITTED,
    select_related=("session", "vacancy__unit", "vacancy__building__place__parent"),
)
def agenda_remove(request: DoorRequest, item: AgendaItem) -> HttpResponse:
    """Remove a dwelling from the agenda before the session opens. An officer can put it on another agenda."""
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and done(form, take_off_agenda, request, item=item):
        messages.success(request, _("Le logement est retiré de l’ordre du jour."))
        return redirect("session_seats", pk=item.session_id)
    can_change = item.session.state == SessionState.CONVENED
    return render(request, "allocations/agenda_remove.html", {"item": item, "form": form, "can_change": can_change})
