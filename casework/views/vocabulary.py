"""Pages of the closed list of fact codes: the list with retired codes, and the form that adds a landlord's own code."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done
from access.permissions import Permission
from audit import events
from audit.events import Code
from casework import screening_results
from casework.actions.vocabulary import add_code, retire_code
from casework.forms.vocabulary import LONGEST_WORDS, CodeForm
from casework.models import FactCode, FactScope
from privacy.screened import categories, find_disclosures


@dataclass(frozen=True)
class Scope:
    label: str
    codes: list[FactCode]


@door(Permission.VOCABULARY_KEEP, post_event=events.FORM_SUBMITTED)
def vocabulary(request: DoorRequest) -> HttpResponse:
    rows = request.access.rows(FactCode)
    if wanted := request.POST.get("retire"):
        code = next((row for row in rows.filter(retired_on__isnull=True) if row.pk == wanted), None)
        if code is None or code.is_needed:
            raise Http404
        retire_code(by=request.access.person, code=code, context=request.access.context)
        messages.success(
            request,
            _("Le code est retiré. Les faits déjà enregistrés avec ce code restent valables jusqu’à leur date de fin."),
        )
        return redirect("vocabulary")
    scopes = [Scope(str(scope.label), list(rows.of(scope))) for scope in FactScope]
    return render(request, "casework/vocabulary.html", {"scopes": scopes})


@door(Permission.VOCABULARY_KEEP, post_event=events.FORM_SUBMITTED)
@sensitive_variables("findings", "form")
def vocabulary_add(request: DoorRequest) -> HttpResponse:
    form = CodeForm(request.POST or None)
    findings = find_disclosures(form.words(), longest=LONGEST_WORDS) if form.is_bound else []
    if findings:
        request.access.note(events.SENTENCE_REFUSED, count=len(findings), categories=Code(categories(findings)))
    elif form.is_valid() and done(form, add_code, request, **form.made()):
        messages.success(request, _("Le code est ajouté."))
        return redirect("vocabulary")
    refusals: dict[str, Any] = {"refusals": screening_results.refusals(findings, {}, {})}
    return render(request, "casework/vocabulary_add.html", {"form": form, **refusals})
