"""Actions that draft the points grid, adopt it with a second person, and enter income ceilings."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing, change
from access.models import Person
from access.reach import today
from allocations.models import Ceiling, Grid, GridLine, GridRubric
from allocations.vocabulary import FEATURES
from audit import events
from audit.record import NOWHERE, Context, record


@all_or_nothing()
def draft_grid(
    *, by: Person, band_width: int, source_kind: str, source_number: str, source_date: date, context: Context = NOWHERE
) -> Grid:
    """Draft the next version of the points grid: a copy of the grid in force, or an empty grid if there is none."""
    if Grid._default_manager.filter(adopted_on__isnull=True).exists():
        raise ValidationError(_("Un projet de grille est déjà en préparation."))
    latest = Grid._default_manager.aggregate(Max("version"))["version__max"] or 0
    source = {"source_kind": source_kind, "source_number": source_number, "source_date": source_date}
    grid = Grid(version=latest + 1, band_width=band_width, drafted_on=today(), drafted_by=by, **source)
    grid.save(force_insert=True)
    if before := Grid._default_manager.in_force().first():
        _copy_lines(before, grid)
    record(events.GRID_DRAFTED, by=by, context=context, grid=grid.version)
    return grid


def _copy_lines(before: Grid, grid: Grid) -> None:
    for rubric in GridRubric._default_manager.filter(grid=before):
        lines = list(GridLine._default_manager.filter(rubric=rubric))
        copied = GridRubric(grid=grid, code=rubric.code, mode=rubric.mode)
        copied.save(force_insert=True)
        for line in lines:
            line.pk, line.grid, line.rubric = GridLine().pk, grid, copied
            line._state.adding = True
            line.save(force_insert=True)


def _changed(by: Person, grid: Grid, context: Context) -> None:
    record(events.GRID_CHANGED, by=by, context=context, grid=grid.version)


@all_or_nothing()
def set_rubric(*, by: Person, grid: Grid, code: str, mode: str, context: Context = NOWHERE) -> GridRubric:
    rubric = GridRubric._default_manager.filter(grid=grid, code=code).first() or GridRubric(grid=grid, code=code)
    rubric.mode = mode
    rubric.save()
    _changed(by, grid, context)
    return rubric


@all_or_nothing()
def set_line(
    *, by: Person, grid: Grid, rubric: str, code: str, kind: str, points: int, context: Context = NOWHERE, **rule: Any
) -> GridLine:
    """Add a criterion to a draft grid, or replace the criterion that has the same code. `rule` has the fields that
    `kind` requires."""
    owner = GridRubric._default_manager.filter(grid=grid, code=rubric).first()
    if owner is None:
        raise ValidationError({"rubric": _("Ajoutez d’abord cette rubrique à la grille.")})
    GridLine._default_manager.filter(grid=grid, code=code).delete()
    term = FEATURES.terms.get(rule.get("feature", ""))
    sealed = term is not None and term.row["sealed"] == "yes"
    line = GridLine(grid=grid, rubric=owner, code=code, kind=kind, points=points, sealed=sealed, **rule)
    line.save(force_insert=True)
    _changed(by, grid, context)
    return line


@all_or_nothing()
def remove_line(*, by: Person, line: GridLine, context: Context = NOWHERE) -> None:
    grid = line.grid
    line.delete()
    _changed(by, grid, context)


@all_or_nothing()
def set_band_width(*, by: Person, grid: Grid, band_width: int, context: Context = NOWHERE) -> Grid:
    change(grid, band_width=band_width)
    _changed(by, grid, context)
    return grid


@all_or_nothing()
def discard_draft(*, by: Person, grid: Grid, context: Context = NOWHERE) -> None:
    if not grid.is_draft:
        raise ValidationError(_("Une grille adoptée ne change plus : préparez une nouvelle version."))
    version = grid.version
    GridRubric._default_manager.filter(grid=grid).delete()
    # Grid.delete() would also query the grid's scores, and the allocation manager may not read scores.
    Grid._default_manager.filter(pk=grid.pk)._raw_delete(grid._state.db)
    record(events.GRID_CHANGED, by=by, context=context, grid=version)


@all_or_nothing()
def adopt_grid(*, by: Person, grid: Grid, context: Context = NOWHERE) -> Grid:
    """Adopt a draft grid; the database requires that another person drafted it. The grid in force ends today."""
    Grid._default_manager.in_force().update(ended_on=today())
    change(grid, adopted_on=today(), adopted_by=by)
    record(events.GRID_ADOPTED, by=by, context=context, grid=grid.version)
    return grid


@all_or_nothing()
def set_ceiling(
    *,
    by: Person,
    year: int,
    zone: str,
    financing: str,
    category: str,
    euros: int,
    context: Context = NOWHERE,
    **source: Any,
) -> Ceiling:
    """Enter an income ceiling with its source, replacing an earlier one for the same year, zone, financing and
    category."""
    key = {"year": year, "zone": zone, "financing": financing, "category": category}
    Ceiling._default_manager.filter(**key).delete()
    ceiling = Ceiling(**key, euros=euros, entered_on=today(), entered_by=by, **source)
    ceiling.save(force_insert=True)
    record(events.CEILING_SET, by=by, context=context, year=year, value=euros)
    return ceiling
