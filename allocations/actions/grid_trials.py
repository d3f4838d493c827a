"""Actions that request a trial of the draft points grid, and that compute the trial at night."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing
from access.models import Person
from access.reach import today
from allocations.models import Grid, GridLine, GridTrial, GridTrialCount
from allocations.rules.bands import compile_ranking_points
from allocations.rules.trials import count_moves, grid_digest, protect_counts, standing_of
from allocations.scoring import grid_of, read_features
from audit import events
from audit.record import NOWHERE, Context, record
from formats.bulk_copy import JOBS, loading


@all_or_nothing()
def ask_grid_trial(*, by: Person, grid: Grid, context: Context = NOWHERE) -> GridTrial:
    """Request a trial of a draft points grid. The server computes it at night, since the requester may not read
    applications."""
    if not grid.is_draft or not GridLine._default_manager.filter(grid=grid).exists():
        raise ValidationError(_("Seul un projet avec au moins un critère peut être essayé."))
    if not Grid._default_manager.in_force().exists():
        raise ValidationError(_("Aucune grille n’est en vigueur : il n’y a rien à comparer."))
    if GridTrial._default_manager.filter(draft=grid.pk, computed_on__isnull=True).exists():
        raise ValidationError(_("Un essai de ce projet est déjà demandé."))
    trial = GridTrial(draft=grid.pk, version=grid.version, asked_on=today())
    trial.save(force_insert=True)
    record(events.GRID_LAB_ASKED, by=by, context=context, grid=grid.version)
    return trial


def run_grid_trial(*, by: str) -> GridTrial | None:
    """Compute the requested trial of the current draft grid. Returns None if no trial is waiting or no grid is in
    force.

    The trial uses only features that officers may read, and stores only rounded counts (`allocations.rules.trials`).
    """
    with loading() as copying:
        grids = Grid._default_manager.using(JOBS)
        draft, in_force = grids.filter(adopted_on__isnull=True).first(), grids.in_force().first()
        waiting = GridTrial._default_manager.using(JOBS).filter(computed_on__isnull=True, draft=draft and draft.pk)
        trial: GridTrial | None = waiting.first()
        if draft is None or in_force is None or trial is None:
            return None
        (day,) = copying.ask("SELECT loge_today()")[0]
        tried = grid_of(draft, JOBS)
        before, after = compile_ranking_points(grid_of(in_force, JOBS), day), compile_ranking_points(tried, day)
        pool = []
        for features in read_features(copying.cursor, day):
            known = (features.declared, features.months, features.recognised)
            points = before(*known), after(*known)
            pool.append(standing_of(features.filed_on, features.months, features.declared, *points))
        for population, moves in protect_counts(count_moves(pool)).items():
            up, unchanged, down = moves or (None, None, None)
            row = GridTrialCount(trial=trial, population=population, moved_up=up, unchanged=unchanged, moved_down=down)
            row.save(using=JOBS, force_insert=True)
        trial.computed_on, trial.compared_with, trial.digest = day, in_force.version, grid_digest(tried)
        trial.save(using=JOBS, update_fields=["computed_on", "compared_with", "digest"])
        record(events.GRID_LAB_RUN, by=by, using=JOBS, grid=draft.version, applications=len(pool))
    return trial
