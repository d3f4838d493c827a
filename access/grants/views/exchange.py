"""Exports of people, assignments and access requests, and the import of assignments.

A dry run shows what the import would do with each line. The import stores all lines or none.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.grants.actions.exchange import ask_from_file, try_file
from access.grants.exchange import (
    ASSIGNMENT_HEADER,
    COLUMNS,
    NEWCOMER,
    PEOPLE_HEADER,
    assignment_cells,
    person_cells,
)
from access.grants.forms.people import FileForm
from access.grants.lists import assignment_list, decided_requests, people_list
from access.grants.reasons import StartReason
from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import AccessRequest
from access.pages.acting import rows_sent
from access.pages.dry_run import confirmed_rows, sign_rows
from access.pages.lists import Listing
from access.permissions import Permission
from access.roles import ROLES
from audit import events
from formats.spreadsheets import download, kind_of

_SALT = "access.exchange"


@door(Permission.RIGHTS_READ, get_event=events.EXPORT_TAKEN, reauthenticate=True)
def assignments_export(request: DoorRequest) -> HttpResponse:
    """Export all pages of the list of assignments, with its filters and in its order.

    Machine clients are left out, because they need a token, which an import of the file cannot create.
    """
    listing, rows = assignment_list(request)
    rows = rows.filter(person__is_machine=False).select_related("person__employed_at", "place__parent")
    return _file(request, listing, ("assignments", "affectations"), ASSIGNMENT_HEADER, map(assignment_cells, rows))


@door(Permission.RIGHTS_READ, get_event=events.EXPORT_TAKEN, reauthenticate=True)
def people_export(request: DoorRequest) -> HttpResponse:
    """Export all pages of the list of people, with its filters and in its order. Machine clients are left out."""
    listing, rows = people_list(request)
    cells = map(person_cells, rows.filter(is_machine=False))
    return _file(request, listing, ("people", "personnes"), PEOPLE_HEADER, cells)


@door(Permission.RIGHTS_READ, get_event=events.EXPORT_TAKEN, reauthenticate=True)
def requests_export(request: DoorRequest) -> HttpResponse:
    """Export all pages of the list of decided access requests, with its filters and in its order."""
    listing, rows = decided_requests(request)
    header = [
        _("Personne"),
        _("Rôle"),
        _("Lieu"),
        _("Code du lieu"),
        _("Premier jour"),
        _("Dernier jour"),
        _("Motif"),
        _("Demandée le"),
        _("Demandée par"),
        _("Décision"),
        _("Décidée le"),
        _("Décidée par"),
        _("Motif du refus"),
    ]
    return _file(request, listing, ("requests", "demandes-acces"), header, map(_request_cells, rows))


def _request_cells(row: AccessRequest) -> list[object]:
    decided = (localtime(row.decided_at).date(), row.decided_by.name) if row.decided_at and row.decided_by else ()
    return [
        row.whose or _("nom effacé"),
        row.role_name,
        row.place.name,
        row.place.code,
        row.first_day,
        row.last_day,
        row.get_reason_display(),
        localtime(row.asked_at).date(),
        row.asked_by.name,
        row.decision_text,
        *(decided or (None, "")),
        row.get_refusal_display() if row.refusal else "",
    ]


def _file(
    request: DoorRequest, listing: Listing, names: tuple[str, str], header: Sequence[str], rows: Iterable[list[Any]]
) -> HttpResponse:
    """Return a list as a file to download. If a filter is invalid, redirect to the list, which shows the error.

    `names` has the name of the list's URL, and the beginning of the file's name.
    """
    kind, (page, name) = kind_of(request), names
    request.access.note(format=kind)
    if not listing.is_valid:
        return redirect(f"{reverse(page)}?{request.GET.urlencode()}")
    cells = list(rows)
    request.access.note(count=len(cells))
    return download(kind, f"{name}-{request.access.day:%Y-%m-%d}", header, cells)


@door(Permission.ASSIGNMENTS_MANAGE, post_event=events.FORM_SUBMITTED, reauthenticate=True)
def exchange(request: DoorRequest) -> HttpResponse:
    if "confirmed" in request.POST:
        try:
            rows, count = confirmed_rows(request, signing.TimestampSigner(salt=_SALT))
            batch = ask_from_file(by=request.access.person, rows=rows, expected=count, context=request.access.context)
        except ValidationError as error:
            messages.error(request, error.message)
            return redirect("exchange")
        message = ngettext("%(n)d accès demandé.", "%(n)d accès demandés.", count) % {"n": count}
        messages.success(request, message)
        return redirect("request_batch", batch=batch)
    form = FileForm(request.POST or None, request.FILES or None)
    sent = rows_sent(form, COLUMNS, NEWCOMER)
    if sent is None:
        words = {"columns": [*COLUMNS, *NEWCOMER], "roles": ROLES.values(), "reasons": StartReason.choices}
        return render(request, "access/exchange.html", {"form": form, **words})
    lines = try_file(by=request.access.person, rows=sent)
    count = sum(line.is_request for line in lines)
    context = {
        "lines": lines,
        "asked": count,
        "refused": sum(bool(line.refused) for line in lines),
        "sealed": sign_rows(request, sent, count, signing.TimestampSigner(salt=_SALT)),
    }
    return render(request, "access/exchange_dry_run.html", context)
