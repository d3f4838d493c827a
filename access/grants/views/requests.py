"""Pages of access requests: the list, forms to submit and decide one, and the requests of an imported file."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from allauth.account.forms import ResetPasswordForm
from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.grants.actions.requests import approve, approve_all, ask, refuse, refuse_all, withdraw
from access.grants.forms.assignments import first_values
from access.grants.forms.requests import NewcomerForm, RefusalForm, RequestForm
from access.grants.forms.several import DecisionForm
from access.grants.lists import decided_requests
from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import AccessRequest, Person, Place
from access.pages.acting import MOST_TICKED, days_from_link, done, from_link, ticked_rows
from access.permissions import Permission
from access.reach import tokens_to_make
from audit import events

PAGE = 50


@door(Permission.REQUESTS_READ, get_event=events.LIST_SHOWN)
def requests(request: DoorRequest) -> HttpResponse:
    """List the open access requests, oldest first, then the decided ones, which can be filtered and sorted.

    Each of the two lists has its own pages.
    """
    open_requests = request.access.rows(AccessRequest).open_at(request.access.at).order_by("asked_at", "pk")
    waiting = Paginator(open_requests, PAGE).get_page(request.GET.get("attente"))
    listing, others = decided_requests(request)
    page = Paginator(others, PAGE).get_page(request.GET.get("page"))
    request.access.note(list="access_requests", count=waiting.paginator.count + page.paginator.count)
    may = _may(request)
    tickable = list(waiting)[:MOST_TICKED] if may["may_decide"] else []
    context = {
        "waiting": waiting,
        "tickable": tickable,
        "page_obj": page,
        "tokens_to_make": len(tokens_to_make()),
        **may,
        **listing.context(request),
    }
    return render(request, "access/requests.html", context)


@door(Permission.REQUESTS_READ, model=AccessRequest, get_event=events.RIGHTS_READ)
def access_request(request: DoorRequest, access_request: AccessRequest) -> HttpResponse:
    """Show one access request with the buttons that this person may use.

    The actions behind the buttons check the permissions again.
    """
    request.access.note(question="request", day=request.access.day)
    me = request.access.person.pk
    is_open = access_request.is_open(request.access.at)
    involved = (access_request.asked_by_id, access_request.person_id)
    may = _may(request)
    context = {
        "asked": access_request,
        "is_open": is_open,
        "may_withdraw": is_open and access_request.asked_by_id == me,
        "may_approve": is_open and may["may_decide"] and me not in involved,
        **may,
    }
    return render(request, "access/request.html", context)


@door(Permission.ACCESS_ASK, post_event=events.FORM_SUBMITTED)
def request_new(request: DoorRequest) -> HttpResponse:
    person, place = from_link(request, Person, "personne"), from_link(request, Place, "lieu")
    first = {**first_values(person, place, *days_from_link(request)), "role": request.GET.get("role", "")}
    people = request.access.rows(Person).exclude(pk=request.access.person.pk)
    form = RequestForm(request.POST or None, people=people, places=request.access.rows(Place), initial=first)
    if form.is_valid() and done(form, ask, request, whose=form.cleaned_data["person"], terms=form.terms()):
        return _asked(request)
    return render(request, "access/request_new.html", {"form": form})


@door(Permission.ACCESS_ASK, post_event=events.FORM_SUBMITTED)
def request_newcomer(request: DoorRequest) -> HttpResponse:
    form = NewcomerForm(
        request.POST or None, places=request.access.rows(Place), initial={"first_day": request.access.day}
    )
    if form.is_valid() and done(form, ask, request, whose=form.newcomer(), terms=form.terms()):
        return _asked(request)
    return render(request, "access/request_newcomer.html", {"form": form})


def _asked(request: DoorRequest) -> HttpResponse:
    messages.success(
        request, _("La demande est enregistrée. L’accès ne sera ouvert qu’après l’approbation d’une autre personne.")
    )
    return redirect("requests")


@door(
    Permission.ACCESS_DECIDE,
    model=AccessRequest,
    post_event=events.FORM_SUBMITTED,
    reauthenticate=True,
)
def request_approve(request: DoorRequest, access_request: AccessRequest) -> HttpResponse:
    form = forms.Form(request.POST if request.method == "POST" else None)
    newcomers = _newcomers([access_request])
    if form.is_valid() and done(form, approve, request, access_request=access_request):
        _send_keys(request, newcomers)
        messages.success(
            request, _("La demande est approuvée. L’accès commence et prend fin automatiquement aux dates choisies.")
        )
        return redirect("requests")
    return _act(request, access_request, form, _("Approuver"))


def _newcomers(rows: list[AccessRequest]) -> list[str]:
    """Return the email addresses of the new people among the requests.

    Must be called before the decision, which erases the email addresses from the requests.
    """
    return [row.email for row in rows if row.is_new and not row.is_for_machine]


def _send_keys(request: DoorRequest, emails: list[str]) -> None:
    """Email a password link to each new person, after the transaction of the `@door` decorator is committed.

    An email sent before a rollback could not be recalled. Also, the database role of the transaction may not read
    allauth's table of email addresses.
    """
    for email in emails:
        transaction.on_commit(partial(send_key, request, email), robust=True)


def send_key(request: DoorRequest, email: str) -> None:
    """Email the link for choosing a password to the new person only.

    If the person who made the access request got the link, that person could sign in as the new person.
    """
    form = ResetPasswordForm({"email": email})
    if form.is_valid():
        form.save(request)


@door(Permission.ACCESS_DECIDE, model=AccessRequest, post_event=events.FORM_SUBMITTED)
def request_refuse(request: DoorRequest, access_request: AccessRequest) -> HttpResponse:
    form = RefusalForm(request.POST or None)
    if form.is_valid() and done(form, refuse, request, access_request=access_request, **form.cleaned_data):
        messages.success(request, _("La demande est refusée, et le motif est enregistré."))
        return redirect("requests")
    return _act(request, access_request, form, _("Refuser"))


@door(Permission.ACCESS_ASK, model=AccessRequest, post_event=events.FORM_SUBMITTED)
def request_withdraw(request: DoorRequest, access_request: AccessRequest) -> HttpResponse:
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_valid() and done(form, withdraw, request, access_request=access_request):
        messages.success(request, _("La demande est retirée."))
        return redirect("requests")
    return _act(request, access_request, form, _("Retirer"))


@door(Permission.ACCESS_DECIDE, get_event=events.LIST_SHOWN, post_event=events.FORM_SUBMITTED, reauthenticate=True)
def requests_decide(request: DoorRequest) -> HttpResponse:
    """Approve or refuse the access requests that were ticked in the list."""
    rows = ticked_rows(request, request.access.rows(AccessRequest).order_by("asked_at"))
    request.access.note(list="access_requests", count=len(rows))
    if not rows:
        return redirect("requests")
    form = DecisionForm(request.POST or None)
    newcomers = _newcomers(rows)
    act: Callable[..., None] = approve_all
    if form.is_valid() and form.cleaned_data["decision"] == "refuse":
        act = partial(refuse_all, reason=form.cleaned_data["reason"])
    if form.is_valid() and done(form, act, request, access_requests=rows):
        if act is approve_all:
            _send_keys(request, newcomers)
            message = ngettext("%(n)d demande approuvée.", "%(n)d demandes approuvées.", len(rows))
        else:
            message = ngettext("%(n)d demande refusée.", "%(n)d demandes refusées.", len(rows))
        messages.success(request, message % {"n": len(rows)})
        return redirect("requests")
    return render(request, "access/requests_decide.html", {"rows": rows, "form": form})


@door(Permission.REQUESTS_READ, get_event=events.LIST_SHOWN)
def request_batch(request: DoorRequest, batch: UUID) -> HttpResponse:
    rows = _batch(request, batch)
    request.access.note(list="access_requests", count=len(rows))
    return render(request, "access/request_batch.html", _of_file(request, rows, batch))


@door(Permission.ACCESS_DECIDE, post_event=events.FORM_SUBMITTED, reauthenticate=True)
def request_batch_approve(request: DoorRequest, batch: UUID) -> HttpResponse:
    rows = _batch(request, batch)
    waiting = [row for row in rows if row.is_open(request.access.at)]
    form = forms.Form(request.POST if request.method == "POST" else None)
    newcomers = _newcomers(waiting)
    if form.is_valid() and done(form, approve_all, request, access_requests=waiting):
        _send_keys(request, newcomers)
        message = ngettext("%(n)d accès donné.", "%(n)d accès donnés.", len(waiting)) % {"n": len(waiting)}
        messages.success(request, message)
        return redirect("request_batch", batch=batch)
    return render(request, "access/request_batch.html", {**_of_file(request, rows, batch), "form": form})


def _batch(request: DoorRequest, batch: UUID) -> list[AccessRequest]:
    rows = list(request.access.rows(AccessRequest).filter(batch=batch).order_by("person__name", "place__name"))
    if not rows:
        raise Http404
    return rows


def _of_file(request: DoorRequest, rows: list[AccessRequest], batch: UUID) -> dict[str, Any]:
    waiting = sum(row.is_open(request.access.at) for row in rows)
    own = rows[0].asked_by_id == request.access.person.pk
    decides = waiting and not own and request.access.holds(Permission.ACCESS_DECIDE)
    return {"rows": rows, "batch": batch, "asker": rows[0].asked_by, "waiting": waiting, "own": own, "decides": decides}


def _may(request: DoorRequest) -> dict[str, bool]:
    holds = request.access.holds
    return {
        "may_ask": holds(Permission.ACCESS_ASK),
        "may_decide": holds(Permission.ACCESS_DECIDE),
        "may_read_rights": holds(Permission.RIGHTS_READ),
    }


def _act(request: DoorRequest, access_request: AccessRequest, form: Any, act: str) -> HttpResponse:
    return render(request, "access/request_act.html", {"asked": access_request, "form": form, "act": act})
