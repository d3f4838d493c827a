"""Pages on which the allocation manager convenes the commission and gives its seats. They show no candidate."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done, result_of
from access.permissions import Permission
from allocations.actions.sessions import convene_session, give_seat
from allocations.committee.agenda import dwellings_of, possible_members, quorum_of, seats_of, sessions_of
from allocations.forms.sessions import ConveneForm, SeatForm
from allocations.models import Session, SessionState
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
    """Show a session, its seats and its agenda. The form gives a seat until the session is open."""
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
