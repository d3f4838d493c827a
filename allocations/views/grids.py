"""Pages of the points grid for the allocation manager: adopted versions, the draft, and its adoption."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done, row_or_404
from access.pages.read_back import ReadBack, is_confirmed, read_back
from access.permissions import Permission
from allocations.actions.grids import (
    adopt_grid,
    discard_draft,
    draft_grid,
    remove_line,
    set_band_width,
    set_line,
    set_rubric,
)
from allocations.forms.grids import DraftForm, LineForm, RubricForm, WidthForm
from allocations.grounds import ground_counts
from allocations.models import Grid, GridLine
from allocations.points_told import rubrics_of
from allocations.rules.bands import hiding
from allocations.scoring import grid_of
from audit import events


@door(Permission.GRID_READ, get_event=events.GRID_SHOWN)
def grids(request: DoorRequest) -> HttpResponse:
    """Display the grid in force, or the version in the URL parameter `version`, with the list of all versions."""
    access = request.access
    versions = list(access.rows(Grid).filter(adopted_on__isnull=False).order_by("-version"))
    wanted = request.GET.get("version", "")
    grid = next((row for row in versions if str(row.version) == wanted), None)
    grid = grid or next((row for row in versions if row.ended_on is None), None)
    context = {
        "grid": grid,
        "rubrics": rubrics_of(access, grid) if grid else [],
        "versions": versions,
        "draft": access.rows(Grid).filter(adopted_on__isnull=True).first(),
        "counts": ground_counts(),
    }
    return render(request, "allocations/grids.html", context)


@door(Permission.GRID_DRAFT, post_event=events.FORM_SUBMITTED)
def grid_draft(request: DoorRequest) -> HttpResponse:
    """Start, change or discard a draft grid: its rubrics, criteria and width of bands."""
    draft = request.access.rows(Grid).filter(adopted_on__isnull=True).first()
    return _start(request) if draft is None else _change(request, draft)


def _start(request: DoorRequest) -> HttpResponse:
    form = DraftForm(request.POST or None)
    if form.is_valid() and done(form, draft_grid, request, **form.cleaned_data):
        messages.success(request, _("Le projet est créé."))
        return redirect("grid_draft")
    return render(request, "allocations/grid_start.html", {"form": form})


def _change(request: DoorRequest, draft: Grid) -> HttpResponse:
    access, posted = request.access, request.POST
    act = "remove" if "remove" in posted else posted.get("act", "")
    rubrics = rubrics_of(access, draft)
    rubric_form = RubricForm(posted if act == "rubric" else None)
    line_form = LineForm(posted if act == "line" else None, rubrics=[row.rubric for row in rubrics])
    widths = posted if request.method == "POST" and act in ("width", "") else None
    width_form = WidthForm(widths, initial={"band_width": draft.band_width})
    errors = forms.Form({})
    if act == "remove":
        line = row_or_404(access.rows(GridLine).filter(grid=draft), posted["remove"])
        success = done(errors, remove_line, request, line=line)
    elif act == "discard":
        success = done(errors, discard_draft, request, grid=draft)
    elif act == "rubric":
        success = rubric_form.is_valid() and done(
            rubric_form, set_rubric, request, grid=draft, **rubric_form.cleaned_data
        )
    elif act == "line":
        success = line_form.is_valid() and done(line_form, set_line, request, grid=draft, **line_form.rule())
    else:
        success = width_form.is_valid() and done(
            width_form, set_band_width, request, grid=draft, **width_form.cleaned_data
        )
    if success:
        messages.success(request, _("Le projet est mis à jour."))
        return redirect("grids" if act == "discard" else "grid_draft")
    named = {"rubric_form": rubric_form, "line_form": line_form, "width_form": width_form, "errors": errors}
    context = {"draft": draft, "rubrics": rubrics, "hiding": hiding(grid_of(draft), access.day), **named}
    return render(request, "allocations/grid_draft.html", context)


@door(Permission.GRID_ADOPT, post_event=events.FORM_SUBMITTED)
def grid_adopt(request: DoorRequest) -> HttpResponse:
    """Adopt a draft grid that another person prepared. Asks for confirmation, because an adopted grid cannot change."""
    access = request.access
    draft = access.rows(Grid).filter(adopted_on__isnull=True).first()
    if draft is None:
        return redirect("grid_draft")
    form = forms.Form(request.POST if request.method == "POST" else None)
    lines = list(access.rows(GridLine).filter(grid=draft).order_by("code"))
    values = {"grid": draft.pk, "width": draft.band_width, "lines": [[line.code, line.points] for line in lines]}
    if request.method == "POST" and done(form, adopt_grid, request, grid=draft):
        if not is_confirmed(request, values):
            return read_back(request, _confirmation(draft, len(lines)), values)
        messages.success(request, _("La grille est adoptée. Les points sont recalculés cette nuit."))
        return redirect("grids")
    context = {"draft": draft, "rubrics": rubrics_of(access, draft), "form": form}
    return render(request, "allocations/grid_adopt.html", context)


def _confirmation(draft: Grid, lines: int) -> ReadBack:
    facts = [
        (_("Version"), draft.version),
        (_("Source"), f"{draft.get_source_kind_display()} {draft.source_number}"),
        (_("Date du texte, ou de sa version"), draft.source_date),
        (_("Largeur des tranches, en points"), draft.band_width),
        (_("Critères"), lines),
    ]
    undo = _("Une grille adoptée ne change plus. La grille en vigueur jusqu’ici prend fin aujourd’hui.")
    return ReadBack(_("Adopter la grille"), facts, _("Adopter"), undo=undo)
