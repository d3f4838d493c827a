"""Pages that export and import assignments as CSV.

A dry run shows what the import would do with each line. The import stores all lines or none.
"""

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from access.grants.actions.exchange import ask_from_file, try_file
from access.grants.exchange import COLUMNS, NEWCOMER, as_csv, people_csv
from access.grants.forms.people import FileForm
from access.grants.reasons import StartReason
from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import Assignment, Person
from access.pages.acting import rows_sent
from access.pages.dry_run import confirmed_rows, sign_rows
from access.permissions import Permission
from access.roles import ROLES
from audit import events

_SALT = "access.exchange"


@door(Permission.RIGHTS_READ, get_event=events.EXPORT_TAKEN, reauthenticate=True)
def assignments_export(request: DoorRequest) -> HttpResponse:
    # The export leaves out machine clients, because machine clients need a token, which an import cannot create.
    rows = request.access.rows(Assignment).filter(person__is_machine=False)
    rows = rows.select_related("person__employed_at", "place__parent")
    rows = rows.order_by("person__email", "first_day", "place__code", "role")
    return _file(request, "affectations", as_csv(rows), len(rows))


@door(Permission.RIGHTS_READ, get_event=events.EXPORT_TAKEN, reauthenticate=True)
def people_export(request: DoorRequest) -> HttpResponse:
    rows = request.access.rows(Person).filter(is_machine=False).select_related("employed_at").order_by("email")
    return _file(request, "personnes", people_csv(rows), len(rows))


def _file(request: DoorRequest, name: str, body: str, lines: int) -> HttpResponse:
    request.access.note(format="csv", count=lines)
    headers = {"Content-Disposition": f'attachment; filename="{name}-{request.access.day:%Y-%m-%d}.csv"'}
    return HttpResponse("\ufeff" + body, content_type="text/csv; charset=utf-8", headers=headers)


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
