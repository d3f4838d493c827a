"""Page where a manager requests a trial of the draft points grid, and reads the counts of the last trial."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.guard.context import AccessContext, DoorRequest
from access.guard.door import door
from access.pages.acting import done
from access.permissions import Permission
from allocations.actions.grid_trials import ask_grid_trial
from allocations.models import MOST_TRIALS, Grid, GridTrial, GridTrialCount
from allocations.rules.trials import BY_HOUSEHOLD, BY_INCOME, BY_WAITING, TABLES, grid_digest
from allocations.scoring import grid_of
from audit import events

TITLES = {
    BY_INCOME: gettext_lazy("Par revenu"),
    BY_HOUSEHOLD: gettext_lazy("Par foyer"),
    BY_WAITING: gettext_lazy("Par ancienneté de la demande"),
}


@dataclass(frozen=True)
class CountTable:
    title: str | Promise
    rows: list[GridTrialCount]


@door(Permission.GRID_DRAFT, get_event=events.GRID_LAB_SHOWN, post_event=events.FORM_SUBMITTED)
def grid_trial(request: DoorRequest) -> HttpResponse:
    """Request a trial of the draft grid, which the server computes at night, or display the last computed trial."""
    access = request.access
    draft = access.rows(Grid).filter(adopted_on__isnull=True).first()
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and draft and done(form, ask_grid_trial, request, grid=draft):
        messages.success(request, _("L’essai est demandé. Il est calculé cette nuit."))
        return redirect("grid_trial")
    trials = access.rows(GridTrial).order_by("-asked_on")
    computed = trials.filter(computed_on__isnull=False).first()
    context = {
        "draft": draft,
        "form": form,
        "waiting": draft and trials.filter(computed_on__isnull=True, draft=draft.pk).first(),
        "trial": computed,
        "outdated": computed and outdated_reason(access, computed, draft),
        "tables": count_tables(access, computed) if computed else [],
        "most": MOST_TRIALS,
    }
    return render(request, "allocations/grid_trial.html", context)


def outdated_reason(access: AccessContext, trial: GridTrial, draft: Grid | None) -> str:
    """Return why the counts of a trial no longer apply, or "" if they do."""
    if access.rows(Grid).filter(pk=trial.draft, adopted_on__isnull=False).exists():
        return _("Ce projet a été adopté depuis cet essai.")
    if draft is None or draft.pk != trial.draft:
        return _("Ce projet a été abandonné depuis cet essai.")
    if grid_digest(grid_of(draft)) != trial.digest:
        return _("Ce projet a changé depuis cet essai.")
    if not access.rows(Grid).in_force().filter(version=trial.compared_with).exists():
        return _("La grille en vigueur a changé depuis cet essai.")
    return ""


def count_tables(access: AccessContext, trial: GridTrial) -> list[CountTable]:
    counts = {row.population: row for row in access.rows(GridTrialCount).filter(trial=trial)}
    return [
        CountTable(TITLES.get(table, ""), [counts[population] for population in table if population in counts])
        for table in TABLES
    ]
