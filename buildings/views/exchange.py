"""Pages that export and import places (agencies, estates, buildings...) as CSV. A dry run shows the outcome of every
line. The import after the dry run adds either all lines or none."""

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from access.grants.forms.people import FileForm
from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import Level, Place
from access.pages.acting import rows_sent
from access.pages.dry_run import confirmed_rows, sign_rows
from access.permissions import Permission
from audit import events
from buildings.actions import bring_places, try_places
from buildings.exchange import ADDRESS, COLUMNS, as_csv
from buildings.models import Address

_SALT = "buildings.exchange"


@door(Permission.RIGHTS_READ, get_event=events.EXPORT_TAKEN, reauthenticate=True)
def places_export(request: DoorRequest) -> HttpResponse:
    places = list(request.access.rows(Place).select_related("parent").order_by("path"))
    addresses = request.access.rows(Address).filter(building__in=[place.pk for place in places]).order_by("-pk")
    body = as_csv(places, {address.building_id: address for address in addresses})
    request.access.note(format="csv", count=len(places))
    headers = {"Content-Disposition": f'attachment; filename="lieux-{request.access.day:%Y-%m-%d}.csv"'}
    return HttpResponse("\ufeff" + body, content_type="text/csv; charset=utf-8", headers=headers)


@door(Permission.PLACES_MANAGE, post_event=events.FORM_SUBMITTED, reauthenticate=True)
def places_exchange(request: DoorRequest) -> HttpResponse:
    if "confirmed" in request.POST:
        try:
            rows, added = confirmed_rows(request, signing.TimestampSigner(salt=_SALT))
            bring_places(by=request.access.person, rows=rows, added=added, context=request.access.context)
        except ValidationError as error:
            messages.error(request, error.message)
            return redirect("places_exchange")
        messages.success(request, ngettext("%(n)d lieu ajouté.", "%(n)d lieux ajoutés.", added) % {"n": added})
        return redirect("places")
    form = FileForm(request.POST or None, request.FILES or None)
    sent = rows_sent(form, COLUMNS, tuple(ADDRESS))
    if sent is None:
        words = {"columns": [*COLUMNS, *ADDRESS], "levels": Level.choices[1:]}
        return render(request, "buildings/exchange.html", {"form": form, **words})
    lines = try_places(by=request.access.person, rows=sent)
    added = sum(line.added for line in lines)
    context = {
        "lines": lines,
        "added": added,
        "refused": sum(bool(line.refused) for line in lines),
        "sealed": sign_rows(request, sent, added, signing.TimestampSigner(salt=_SALT)),
    }
    return render(request, "buildings/exchange_dry_run.html", context)
