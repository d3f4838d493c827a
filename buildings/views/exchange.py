"""Export and import of places as CSV. A dry run shows every line first; the import is all or nothing."""

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.grants.actions.exchange import NotAsShown
from access.grants.forms.people import FileForm
from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import Level, Place
from access.pages.acting import rows_sent
from access.permissions import Permission
from audit import events
from buildings.actions import bring_places, try_places
from buildings.exchange import ADDRESS, COLUMNS, as_csv
from buildings.models import Address

# seconds; the page carries the file, signed, so that the server does not store it
_SALT, _VALID = "buildings.exchange", 3600


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
        return _apply(request)
    form = FileForm(request.POST or None, request.FILES or None)
    rows = rows_sent(form, COLUMNS, tuple(ADDRESS))
    if rows is None:
        words = {"columns": [*COLUMNS, *ADDRESS], "levels": Level.choices[1:]}
        return render(request, "buildings/exchange.html", {"form": form, **words})
    lines = try_places(by=request.access.person, rows=rows)
    added = sum(line.added for line in lines)
    sealed = signing.dumps([str(request.access.person.pk), added, rows], salt=_SALT, compress=True)
    refused = sum(bool(line.refused) for line in lines)
    context = {"lines": lines, "added": added, "refused": refused, "sealed": sealed}
    return render(request, "buildings/exchange_dry_run.html", context)


def _apply(request: DoorRequest) -> HttpResponse:
    try:
        owner, added, rows = signing.loads(request.POST["confirmed"], salt=_SALT, max_age=_VALID)
        if owner != str(request.access.person.pk):
            raise signing.BadSignature
        bring_places(by=request.access.person, rows=rows, added=added, context=request.access.context)
    except signing.BadSignature:
        messages.error(
            request, _("Cet essai est trop ancien : choisissez de nouveau le fichier. Rien n’est enregistré.")
        )
        return redirect("places_exchange")
    except NotAsShown:
        messages.error(
            request,
            _("Des données ont changé depuis l’essai : choisissez de nouveau le fichier. Rien n’est enregistré."),
        )
        return redirect("places_exchange")
    messages.success(request, ngettext("%(n)d lieu ajouté.", "%(n)d lieux ajoutés.", added) % {"n": added})
    return redirect("places")
