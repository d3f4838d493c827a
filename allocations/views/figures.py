"""Page of the legal figures in force, past and future, each with its source."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done
from access.permissions import Permission
from allocations.actions.figures import set_figure
from allocations.forms.figures import FigureForm
from allocations.models import LegalFigure
from allocations.vocabulary import LEGAL_FIGURES
from audit import events


@door(Permission.LEGAL_FIGURES_KEEP, get_event=events.LEGAL_FIGURES_SHOWN, post_event=events.FORM_SUBMITTED)
def legal_figures(request: DoorRequest) -> HttpResponse:
    access = request.access
    form = FigureForm(request.POST or None, initial={"first_day": access.day})
    if form.is_valid() and done(form, set_figure, request, **form.cleaned_data):
        messages.success(request, _("Le chiffre est enregistré."))
        return redirect("legal_figures")
    rows = list(access.rows(LegalFigure).order_by("code", "-first_day"))
    in_force = {row.code for row in rows if row.first_day <= access.day <= (row.last_day or access.day)}
    missing = [LEGAL_FIGURES.label(code) for code in LEGAL_FIGURES.terms if code not in in_force]
    context = {"form": form, "rows": rows, "missing": missing, "day": access.day}
    return render(request, "allocations/legal_figures.html", context)
