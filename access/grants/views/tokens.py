"""Pages of machine tokens: list and request tokens, create a token after approval, and revoke a token."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.grants.actions.requests import ask
from access.grants.actions.tokens import make_token, revoke_token
from access.grants.forms.tokens import TokenForm
from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import AccessRequest, Assignment, Decision, MachineToken, Place
from access.pages.acting import done, run_or_add_errors
from access.permissions import Permission
from access.reach import tokens_to_make
from audit import events

PAGE = 50


@door(Permission.RIGHTS_READ, get_event=events.LIST_SHOWN)
def tokens(request: DoorRequest) -> HttpResponse:
    access = request.access
    page = Paginator(access.rows(MachineToken).order_by("-made_at"), PAGE).get_page(request.GET.get("page"))
    machines = [token.machine_id for token in page]
    assignments = {row.person_id: row for row in access.rows(Assignment).filter(person__in=machines)}
    access.note(list="machine_tokens", count=page.paginator.count)
    # Of the approved requests, `to_make` has those whose token this person may create. `waiting` has the others.
    approved = access.rows(AccessRequest).filter(decision=Decision.APPROVED, last_day__gte=access.day)
    approved = list(approved.exclude(permissions=[]).filter(person__token=None).order_by("asked_at"))
    mine = tokens_to_make()
    context = {
        "page_obj": page,
        "rows": [(token, assignments.get(token.machine_id)) for token in page],
        "day": access.day,
        "may_manage": access.holds(Permission.TOKENS_MANAGE),
        "to_make": [row for row in approved if row.pk in mine],
        "waiting": [row for row in approved if row.pk not in mine],
    }
    return render(request, "access/tokens.html", context)


@door(Permission.TOKENS_MANAGE, post_event=events.FORM_SUBMITTED)
def token_ask(request: DoorRequest) -> HttpResponse:
    form = TokenForm(request.POST or None, places=request.access.rows(Place), initial={"first_day": request.access.day})
    if form.is_valid() and done(form, ask, request, whose=form.machine(), terms=form.terms()):
        messages.success(
            request, _("Demande enregistrée. Une autre personne doit l’approuver, et une troisième créera le jeton.")
        )
        return redirect("requests")
    return render(request, "access/token_ask.html", {"form": form})


@door(
    Permission.TOKEN_MAKE,
    model=AccessRequest,
    post_event=events.FORM_SUBMITTED,
    reauthenticate=True,
)
def token_make(request: DoorRequest, access_request: AccessRequest) -> HttpResponse:
    """Create the token and show its secret, which is not stored and never shown again. Responds with status 201."""
    form = forms.Form(request.POST if request.method == "POST" else None)
    access, made = request.access, list[str]()

    def make() -> None:
        made.append(make_token(by=access.person, access_request=access_request, context=access.context)[1])

    if form.is_valid() and run_or_add_errors(form, make):
        return render(request, "access/token_made.html", {"asked": access_request, "secret": made[0]}, status=201)
    return render(request, "access/token_make.html", {"asked": access_request, "form": form})


@door(Permission.TOKENS_MANAGE, model=MachineToken, post_event=events.FORM_SUBMITTED)
def token_revoke(request: DoorRequest, token: MachineToken) -> HttpResponse:
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_valid() and done(form, revoke_token, request, token=token):
        messages.success(request, _("Le jeton est révoqué : il ne donne plus aucun accès."))
        return redirect("tokens")
    return render(request, "access/token_revoke.html", {"token": token, "form": form})
