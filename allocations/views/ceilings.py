"""Page of income ceilings: those that ship with Loge, and those that the landlord entered, with their sources."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done
from access.permissions import Permission
from allocations.actions.grids import set_ceiling
from allocations.forms.grids import CeilingForm
from allocations.models import Ceiling
from allocations.rules.rows import shipped
from allocations.wording import category_label, source_text, zone_label
from audit import events

COLUMNS = ("1", "2", "3", "4", "5", "6", "extra")


@dataclass(frozen=True)
class CeilingGroup:
    financing: str
    year: int
    zone: str
    source: str
    ours: bool


@dataclass(frozen=True)
class CeilingTable:
    """The ceilings for one financing, year and zone from one source. `euros` has one value for each of COLUMNS, or
    None."""

    group: CeilingGroup
    euros: list[int | None]

    @property
    def zone(self) -> str:
        return zone_label(self.group.zone)

    @property
    def cells(self) -> list[tuple[str, int | None]]:
        return [(category_label(code), euros) for code, euros in zip(COLUMNS, self.euros, strict=True)]


@door(Permission.LEGAL_FIGURES_KEEP, get_event=events.LEGAL_FIGURES_SHOWN, post_event=events.FORM_SUBMITTED)
def ceilings(request: DoorRequest) -> HttpResponse:
    access = request.access
    form = CeilingForm(request.POST or None, year=access.day.year)
    if form.is_valid() and done(form, set_ceiling, request, **form.cleaned_data):
        messages.success(request, _("Le plafond est enregistré."))
        return redirect("ceilings")
    tables = tables_of(list(access.rows(Ceiling)))
    known = {(table.group.financing, table.group.year) for table in tables}
    missing = [name for name in ("PLAI", "PLUS") if (name, access.day.year) not in known]
    context = {"form": form, "tables": tables, "missing": missing, "year": access.day.year}
    return render(request, "allocations/ceilings.html", context)


def tables_of(entered: list[Ceiling]) -> list[CeilingTable]:
    """Return the tables of ceilings, latest year first, both those that ship with Loge and those of the landlord."""
    groups: dict[CeilingGroup, dict[str, int]] = {}
    for key, (row, *_more) in shipped().items():
        if key[0] == "ceiling":
            _kind, financing, year, zone, category = key
            group = CeilingGroup(financing, int(year), zone, source_text(row.source), ours=False)
            groups.setdefault(group, {})[category] = row.values[0]
    for ceiling in entered:
        source = f"{ceiling.get_source_kind_display()} {ceiling.source_number}"
        group = CeilingGroup(ceiling.financing, ceiling.year, ceiling.zone, source, ours=True)
        groups.setdefault(group, {})[ceiling.category] = ceiling.euros
    order = sorted(groups, key=lambda group: (-group.year, group.financing, group.zone, group.ours, group.source))
    return [CeilingTable(group, [groups[group].get(category) for category in COLUMNS]) for group in order]
