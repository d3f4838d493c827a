"""Pages of an application for the allocation officer: its priorities, and whether its income meets the ceilings."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done, row_or_404
from access.permissions import Permission
from allocations.actions.priorities import record_priority, refer_to_examiner, remove_priority
from allocations.assessment import Verdict, verdicts
from allocations.forms.priorities import PriorityForm
from allocations.grounds import priority_recognised
from allocations.models import Application, Ceiling, Grid, GroundCase, Priority, ScoreBand
from allocations.queries import open_occasions
from allocations.rules.open_points import OPEN_POINTS
from allocations.wording import BASES, category_text, missing_text, source_text
from audit import events
from audit.events import Code

ZONES = [code for code, _label in Ceiling._meta.get_field("zone").flatchoices]


@door(Permission.APPLICATION_CHANGE, model=Application, post_event=events.FORM_SUBMITTED)
def application_priorities(request: DoorRequest, application: Application) -> HttpResponse:
    """Record or remove a lawful priority that is not sensitive, or refer the application to the examiner of sensitive
    ones."""
    access, posted = request.access, request.POST
    priorities = list(access.rows(Priority).filter(application=application).order_by("recorded_on", "code"))
    removed, refers, errors = posted.get("remove"), "refer" in posted, forms.Form({})
    form = PriorityForm(None if removed or refers else posted or None)
    if removed:
        priority = row_or_404(priorities, removed)
        success, message = done(errors, remove_priority, request, priority=priority), _("La priorité est retirée.")
    elif refers:
        success = done(errors, refer_to_examiner, request, application=application)
        message = _("La demande est transmise à l’examinateur. Vous ne saurez pas ce qu’il répond.")
    else:
        success = form.is_valid() and done(form, record_priority, request, application=application, **form.cleaned_data)
        message = _("La priorité est enregistrée.")
    if success:
        messages.success(request, message)
        return redirect("application_priorities", pk=application.pk)
    referred = (
        access.rows(GroundCase)
        .filter(application=application)
        .order_by("-referred_on")
        .only("id", "application", "referred_on")
    )
    context = {"application": application, "priorities": priorities, "form": form, "errors": errors}
    return render(request, "allocations/application_priorities.html", {**context, "referred": referred})


@dataclass(frozen=True)
class Condition:
    """The eligibility for one kind of financing, as text."""

    verdict: Verdict

    @property
    def missing(self) -> list[str]:
        return [missing_text(name) for name in self.verdict.missing]

    @property
    def open_points(self) -> list[str]:
        return [OPEN_POINTS.label(code) for code in self.verdict.open_points]

    @property
    def ceiling_source(self) -> str:
        return source_text(self.verdict.answer.ceiling.source) if self.verdict.answer else ""

    @property
    def household(self) -> str:
        return category_text(self.verdict.answer.category) if self.verdict.answer else ""

    @property
    def basis(self) -> Any:
        return BASES[self.verdict.answer.income.basis] if self.verdict.answer else ""


@door(Permission.APPLICATION_VIEW, model=Application, get_event=events.APPLICATION_OPENED)
def application_conditions(request: DoorRequest, application: Application) -> HttpResponse:
    """Display category, ceiling and counted income for each financing in a zone, the band of points, and whether a
    priority is recognised.

    Points are hidden, because the officer could compute from them which sealed ground (sensitive priority) counts.
    """
    access = request.access
    occasion = open_occasions(access).filter(application=application).first()
    if occasion is None:
        raise Http404
    access.note(occasion=Code(occasion.reason))
    chosen = request.GET.get("zone", "")
    zone = chosen if chosen in ZONES else ZONES[0]
    conditions = [Condition(verdict) for verdict in verdicts(access, application, zone)]
    context = {
        "application": application,
        "zones": Ceiling._meta.get_field("zone").flatchoices,
        "zone": zone,
        "conditions": conditions,
        "answered": next((condition for condition in conditions if condition.verdict.answer), None),
        "band": access.rows(ScoreBand).filter(application=application).first(),
        "grid": access.rows(Grid).in_force().first(),
        "recognised": priority_recognised(application),
        "day": access.day,
    }
    return render(request, "allocations/application_conditions.html", context)
