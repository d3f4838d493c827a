"""The officer's inventory of texts, and an inspector's words counted in them; their lines are read by two alone."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from access.charges import steward_missing
from access.door import door
from access.look import DoorRequest
from access.permissions import Permission
from access.views.acting import done
from audit import events
from audit.events import Code
from audit.models import Event
from audit.record import Subject
from desk.forms.words import WordsForm
from desk.texts import erasures, refusals_by, start_of, with_agencies
from desk.trace_words import refusals
from tenants.actions.inspections import agree_to_reading, ask_to_read
from tenants.contests_due import contests_due
from tenants.models import Inspection
from tenants.texts import SEALED_MODELS, TEXTS, lines_of, measures
from tenants.word_counts import count_words


@door(Permission.REGISTER_READ, records=events.REGISTER_SHOWN)
def texts(request: DoorRequest) -> HttpResponse:
    look = request.look
    look.note(scope=Code("texts"))
    found, rows = measures(), look.rows(Event)
    page = {
        "measures": found,
        "overdue": sum(one.overdue for one in found),
        "erasures": erasures(rows, look.day),
        "screened": refusals(rows, start_of(look.day)),
        "since": start_of(look.day).date(),
        "contests": contests_due(),
        "may_inspect": look.holds(Permission.TEXTS_INSPECT),
        "may_release": look.holds(Permission.COPY_RELEASE),
        **refusals_by(look.day, look.at),
    }
    return render(request, "desk/texts.html", page)


@door(Permission.TEXTS_INSPECT, records=events.FORM_SHOWN, searches=True, fresh=True)
@sensitive_post_parameters()
@sensitive_variables("form", "words")
def inspection(request: DoorRequest) -> HttpResponse:
    """The words come by POST and go with the page."""
    form = WordsForm(request.POST or None)
    if not form.is_valid():
        return _asked(request, form)
    words = form.said
    try:
        counts = count_words(request.look.person, words)
    except ValidationError as error:
        form.add_error("words", error)
        request.look.note(events.LIMIT_REACHED)
        return _asked(request, form)
    hits = [(count.word, TEXTS[count.source][0], count.lines) for count in counts]
    request.look.note(events.WORDS_COUNTED, words=len(words), count=sum(count.lines for count in counts))
    return _asked(request, form, hits=hits, searched=len(words), sealed=any(c.source in SEALED_MODELS for c in counts))


@door(Permission.TEXTS_INSPECT, records=events.FORM_SHOWN, writes=True, fresh=True)
@sensitive_post_parameters()
@sensitive_variables("form")
def inspection_ask(request: DoorRequest) -> HttpResponse:
    """Found once more by the database itself, which keeps the keys of the lines and not a word."""
    form = WordsForm(request.POST or None)
    if form.is_valid() and done(form, ask_to_read, request, words=form.said):
        messages.success(request, _("Demande transmise au responsable des données : à deux, vous lirez ces lignes."))
        return redirect("inspection")
    return _asked(request, form)


def _asked(request: DoorRequest, form: WordsForm, **found: Any) -> HttpResponse:
    own = list(request.look.rows(Inspection).in_force(request.look.day))
    page = {"form": form, "own": own, "steward_missing": steward_missing(), **found}
    return render(request, "desk/inspection.html", page)


@door(Permission.TEXTS_INSPECT, of=Inspection, records=events.INSPECTED_LINES_READ, fresh=True)
def inspection_lines(request: DoorRequest, inspection: Inspection) -> HttpResponse:
    """The lines, once somebody else has agreed. Whose they are is noted, as when an account is opened."""
    look = request.look
    lines = lines_of(inspection.pk)
    if lines:
        look.note(inspection=inspection.pk, count=len(lines))
    else:
        look.note(events.FORM_SHOWN)
    for line in lines:
        look.saw(Subject(line.about_kind, line.about))
    page = {"inspection": inspection, "lines": with_agencies(lines)}
    return render(request, "desk/inspection_lines.html", page)


@door(Permission.READING_AGREE, records=events.LIST_SHOWN)
def inspections_agree(request: DoorRequest) -> HttpResponse:
    request.look.note(list=Code("inspections"))
    rows = list(request.look.rows(Inspection).in_force(request.look.day))
    return render(request, "desk/inspections_agree.html", {"rows": rows})


@door(Permission.READING_AGREE, of=Inspection, records=events.FORM_SHOWN, writes=True, fresh=True)
def inspection_agree(request: DoorRequest, inspection: Inspection) -> HttpResponse:
    """The second of two, who is told how many lines, and reads none."""
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and done(form, agree_to_reading, request, inspection=inspection):
        messages.success(request, _("Lecture accordée."))
        return redirect("inspections_agree")
    return render(request, "desk/inspection_agree.html", {"inspection": inspection, "form": form})
