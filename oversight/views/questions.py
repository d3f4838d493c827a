"""Pages about view questions, which ask why an employee opened certain data. There are pages for the reviewer who gives
the verdict, for the manager who is asked, for the employee concerned, and the list of rules.
"""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done
from access.permissions import Permission
from audit import events
from oversight.actions.look_questions import answer_for_look, explain_look, judge_look, put_to_manager
from oversight.forms.look_questions import ExplanationForm, LookAnswerForm, LookVerdictForm
from oversight.look_rules.rules import RULES
from oversight.look_rules.waiting import lines_around, precision
from oversight.models import LookQuestion
from oversight.queries import QuestionSummary


@door(Permission.LOOKS_JUDGE, get_event=events.LIST_SHOWN)
def look_questions(request: DoorRequest) -> HttpResponse:
    """List of view questions (why did an employee open certain data?), those without a verdict first. The list names
    nobody. Its figures are about rules, never about people."""
    access = request.access
    access.note(list="look_questions")
    rows = list(access.rows(LookQuestion).waiting_first())
    context = {
        "lines": [QuestionSummary(question) for question in rows],
        "waiting": sum(not question.verdict for question in rows),
        "rules": [figures for figures in precision(rows, access.day) if figures.verdicts],
    }
    return render(request, "oversight/look_questions.html", context)


@door(
    Permission.LOOKS_JUDGE,
    model=LookQuestion,
    get_event=events.LOOK_QUESTION_READ,
    post_event=events.LOOK_QUESTION_READ,
    reauthenticate=True,
)
def look_question(request: DoorRequest, question: LookQuestion) -> HttpResponse:
    """Page on which the reviewer gives a verdict on a view question (why did an employee open certain data?).

    It shows which nightly rule asked and why, the audit events around the opening, and the answers so far.
    """
    access = request.access
    access.note(question=question.pk)
    asking = "ask" in request.POST
    form = LookVerdictForm(request.POST if request.method == "POST" and not asking else None)
    refused = forms.Form({} if asking else None)
    if asking and refused.is_valid() and done(refused, put_to_manager, request, question=question):
        messages.success(request, _("La question est posée au responsable."))
        return redirect("look_question", pk=question.pk)
    if form.is_valid() and done(form, judge_look, request, question=question, **form.cleaned_data):
        messages.success(request, _("L’avis est enregistré."))
        return redirect("look_questions")
    context = {
        "asked": QuestionSummary(question),
        "question": question,
        "around": lines_around(question),
        "form": form,
        "refused": refused,
        "reads_audit_log": access.holds(Permission.TRACE_READ),
    }
    return render(request, "oversight/look_question.html", context)


@door(Permission.LOOKS_ANSWER, get_event=events.LIST_SHOWN)
def look_answers(request: DoorRequest) -> HttpResponse:
    request.access.note(list="look_answers")
    rows = request.access.rows(LookQuestion).order_by("answered_on", "asked_on", "id")
    return render(
        request,
        "oversight/look_answers.html",
        {"lines": [QuestionSummary(question, with_rule=False) for question in rows]},
    )


@door(Permission.LOOKS_ANSWER, model=LookQuestion, post_event=events.FORM_SUBMITTED)
def look_answer(request: DoorRequest, question: LookQuestion) -> HttpResponse:
    """Form in which a manager answers why an employee opened data. It shows neither the rule nor the household."""
    form = LookAnswerForm(request.POST or None)
    if form.is_valid() and done(form, answer_for_look, request, question=question, **form.cleaned_data):
        messages.success(request, _("La réponse est transmise."))
        return redirect("look_answers")
    page = {"asked": QuestionSummary(question, with_rule=False), "question": question, "form": form}
    return render(request, "oversight/look_answer.html", page)


@door(Permission.OWN_LOOK_EXPLAIN, model=LookQuestion, post_event=events.FORM_SUBMITTED)
def own_question(request: DoorRequest, question: LookQuestion) -> HttpResponse:
    """Page of a view question about data that the current person opened, with the answers so far and a form for the
    person's explanation."""
    form = ExplanationForm(request.POST or None)
    if form.is_valid() and done(form, explain_look, request, question=question, **form.cleaned_data):
        messages.success(request, _("L’explication est enregistrée."))
        return redirect("own_question", pk=question.pk)
    page = {"asked": QuestionSummary(question), "question": question, "form": form}
    return render(request, "oversight/own_question.html", page)


@door(Permission.RULES_READ, get_event=events.RULES_SHOWN)
def look_rules(request: DoorRequest) -> HttpResponse:
    """Page of all rules about unexplained openings of data, with their exceptions, for the employees concerned."""
    return render(request, "oversight/look_rules.html", {"rules": RULES.values()})
