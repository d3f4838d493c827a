"""Inventory of free texts, and word inspections: words are counted in the texts, and the lines that contain them are
read only after a second person has agreed.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from access.grants.duty_holders import steward_missing
from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done
from access.permissions import Permission
from audit import events
from audit.events import Code
from audit.models import Event
from audit.record import Subject
from casework.contests_due import contests_due
from oversight.actions.inspections import agree_to_reading, ask_to_read
from oversight.audit_log.screen_counts import refusals
from oversight.forms.words import WordsForm
from oversight.models import Inspection
from oversight.text_columns import SEALED_MODELS, TEXTS, lines_of, measures
from oversight.text_counts import erasures, refusals_by, start_of, with_agencies
from oversight.word_counts import count_words


@door(Permission.REGISTER_READ, get_event=events.REGISTER_SHOWN)
def texts(request: DoorRequest) -> HttpResponse:
    access = request.access
    access.note(scope=Code("texts"))
    inventory, rows = measures(), access.rows(Event)
    page = {
        "measures": inventory,
        "overdue": sum(measure.overdue for measure in inventory),
        "erasures": erasures(rows, access.day),
        "screened": refusals(rows, start_of(access.day)),
        "since": start_of(access.day).date(),
        "contests": contests_due(),
        "may_inspect": access.holds(Permission.TEXTS_INSPECT),
        "may_release": access.holds(Permission.COPY_RELEASE),
        **refusals_by(access.day, access.at),
    }
    return render(request, "oversight/texts.html", page)


@door(Permission.TEXTS_INSPECT, get_event=events.FORM_SHOWN, post_is_search=True, reauthenticate=True)
@sensitive_post_parameters()
@sensitive_variables("form", "words")
def inspection(request: DoorRequest) -> HttpResponse:
    """Count how often the typed words occur in users' texts. The form is sent by POST, so that no URL contains the
    words. The words are not stored."""
    form = WordsForm(request.POST or None)
    if not form.is_valid():
        return _form_page(request, form)
    words = form.cleaned_data["words"]
    try:
        counts = count_words(request.access.person, words)
    except ValidationError as error:
        form.add_error("words", error)
        request.access.note(events.LIMIT_REACHED)
        return _form_page(request, form)
    hits = [(count.word, TEXTS[count.source][0], count.lines) for count in counts]
    request.access.note(events.WORDS_COUNTED, words=len(words), count=sum(count.lines for count in counts))
    return _form_page(
        request, form, hits=hits, searched=len(words), sealed=any(c.source in SEALED_MODELS for c in counts)
    )


@door(Permission.TEXTS_INSPECT, post_event=events.FORM_SUBMITTED, reauthenticate=True)
@sensitive_post_parameters()
@sensitive_variables("form")
def inspection_ask(request: DoorRequest) -> HttpResponse:
    """Request to read the lines of text that contain the typed words. The database stores the ids of the lines found,
    but not the words."""
    form = WordsForm(request.POST or None)
    if form.is_valid() and done(form, ask_to_read, request, words=form.cleaned_data["words"]):
        messages.success(
            request,
            _(
                "La demande est transmise au responsable des données. S’il donne son accord, vous pourrez lire ces "
                "lignes."
            ),
        )
        return redirect("inspection")
    return _form_page(request, form)


def _form_page(request: DoorRequest, form: WordsForm, **results: Any) -> HttpResponse:
    own = list(request.access.rows(Inspection).in_force(request.access.day))
    page = {"form": form, "own": own, "steward_missing": steward_missing(), **results}
    return render(request, "oversight/inspection.html", page)


@door(Permission.TEXTS_INSPECT, model=Inspection, get_event=events.INSPECTED_LINES_READ, reauthenticate=True)
def inspection_lines(request: DoorRequest, inspection: Inspection) -> HttpResponse:
    """Show the lines of text that a word inspection found, once a second person has approved the inspection. The audit
    event of this page names the households concerned."""
    access = request.access
    lines = lines_of(inspection.pk)
    if lines:
        access.note(inspection=inspection.pk, count=len(lines))
    else:
        access.note(events.FORM_SHOWN)
    for line in lines:
        access.saw(Subject(line.about_kind, line.about))
    page = {"inspection": inspection, "lines": with_agencies(lines)}
    return render(request, "oversight/inspection_lines.html", page)


@door(Permission.READING_AGREE, get_event=events.LIST_SHOWN)
def inspections_agree(request: DoorRequest) -> HttpResponse:
    request.access.note(list=Code("inspections"))
    rows = list(request.access.rows(Inspection).in_force(request.access.day))
    return render(request, "oversight/inspections_agree.html", {"rows": rows})


@door(
    Permission.READING_AGREE,
    model=Inspection,
    post_event=events.FORM_SUBMITTED,
    reauthenticate=True,
)
def inspection_agree(request: DoorRequest, inspection: Inspection) -> HttpResponse:
    """Form in which a second person approves that the requester reads the lines found. It shows the number of lines,
    but not their text."""
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and done(form, agree_to_reading, request, inspection=inspection):
        messages.success(request, _("La lecture est accordée."))
        return redirect("inspections_agree")
    return render(request, "oversight/inspection_agree.html", {"inspection": inspection, "form": form})
