"""The page on which an employee saves the filter of a list of accounts under a name, and renames or deletes filters."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from access.guard.context import AccessContext, DoorRequest
from access.guard.door import door
from access.pages.acting import done, result_of, row_or_404
from access.permissions import Permission
from audit import events
from buildings.models import Address
from ledger.account_list import Criteria, criteria_of, filter_form, has_many_buildings
from ledger.actions.saved_filters import delete_filter, rename_filter, save_filter
from ledger.forms.filters import FilterNameForm
from ledger.models import AccountList, SavedFilter
from screening import Context
from tenants.models import Residence


@dataclass(frozen=True)
class Line:
    """A saved filter, the address of the filtered list, and the form with which it is renamed."""

    saved: SavedFilter
    url: str
    form: FilterNameForm


@door(Permission.ACCOUNTS_LIST, post_event=events.FORM_SUBMITTED)
@sensitive_variables("form", "lines", "context")
def saved_filters(request: DoorRequest, listed: str) -> HttpResponse:
    """Show the saved filters of a list, and a form that saves the filter in the query string under a name.

    The form sends the filter's values together with the name.
    """
    if listed not in AccountList.values:
        raise Http404
    chosen, access = AccountList(listed), request.access
    own = access.rows(SavedFilter).of(chosen)
    # Rows are locked before a change, so that the same change sent twice at once finds no row the second time.
    rows = list(own.select_for_update(of=("self",)) if request.method == "POST" else own)
    if "delete" in request.POST:
        delete_filter(by=access.person, saved=row_or_404(rows, request.POST["delete"]), context=access.context)
        messages.success(request, _("Le filtre est supprimé."))
        return redirect("saved_filters", listed=listed)
    is_saving = "save" in request.POST
    filters = filter_form(
        request.POST if is_saving else request.GET, access, chosen, is_wide=has_many_buildings(access)
    )
    criteria = criteria_of(filters)
    form = FilterNameForm(request.POST if is_saving else None)
    if form.is_valid() and filters.is_valid():
        content = {"listed": chosen, "criteria": criteria, "known": known_near(access, criteria.building)}
        if (saved := result_of(form, save_filter, request, **content, **form.cleaned_data)) is not None:
            messages.success(request, _("Le filtre est enregistré."))
            return redirect(f"{reverse(chosen.page)}?{saved.query}")
    renamed = row_or_404(rows, request.POST["rename"]) if "rename" in request.POST else None
    lines = [line_of(request, chosen, row, is_renamed=row == renamed) for row in rows]
    if any(rename(request, line) for line in lines):
        messages.success(request, _("Le filtre est renommé."))
        return redirect("saved_filters", listed=listed)
    context = {
        "listed": chosen,
        "list_url": reverse(chosen.page),
        "filters": filters,
        "form": form if is_saving or criteria != Criteria() else None,
        "lines": lines,
    }
    return render(request, "ledger/saved_filters.html", context)


def line_of(request: DoorRequest, listed: AccountList, row: SavedFilter, *, is_renamed: bool) -> Line:
    form = FilterNameForm(
        request.POST if is_renamed else None, initial={"name": row.name}, auto_id=f"filtre-{row.slot}-%s"
    )
    form.fields["name"].label, form.fields["name"].help_text = _("Nouveau nom"), ""
    return Line(row, f"{reverse(listed.page)}?{row.query}", form)


def rename(request: DoorRequest, line: Line) -> bool:
    """Rename the filter if the form of its line was sent and is valid. Returns whether it was renamed."""
    if not line.form.is_valid():
        return False
    known = known_near(request.access, line.saved.place_id)
    return done(line.form, rename_filter, request, saved=line.saved, known=known, **line.form.cleaned_data)


def known_near(access: AccessContext, building: UUID | None) -> Context:
    """Return which streets the name of a filter may contain, and which residents of the building it may not name.

    Residents whom the person may not see are left out.
    """
    if building is None:
        return Context()
    streets = access.rows(Address).filter(building=building)
    residents = access.rows(Residence).witnessed(None).living(access.day).filter(building=building)
    full_names = residents.values_list("tenant__last_name", "tenant__first_name")
    others = {name for last, first in full_names for name in (last, f"{first} {last}")}
    return Context(streets=frozenset(address.street for address in streets), others=frozenset(others))
