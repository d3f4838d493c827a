"""Questions about looks: the desk that judges them, the manager who is asked, the person concerned, and the rules."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from access.door import door
from access.look import DoorRequest
from access.permissions import Permission
from access.views.acting import done
from audit import events
from audit.events import KINDS
from desk.trace_lines import role_name
from tenants.actions.look_questions import answer_for_look, explain_look, judge_look, put_to_manager
from tenants.forms.look_questions import ExplanationForm, LookAnswerForm, LookVerdictForm
from tenants.models import LookQuestion
from tenants.questions.rules import RULES, sentence_of
from tenants.questions.waiting import lines_around, precision


class Asked:
    """A question as pages show it: the rule's sentence, what was looked at, when and where; nobody."""

    def __init__(self, question: LookQuestion, told: bool = True) -> None:
        self.question = question
        self.sentence: Promise | str = sentence_of(question.rule) if told else ""  # no column of it for managers
        self.rule = RULES.get(question.rule) if told else None

    @property
    def look(self) -> Promise | str:
        kind = KINDS.get(self.question.kind)
        return kind.sentence if kind else self.question.kind

    @property
    def role(self) -> Promise | str:
        return role_name(self.question.role)


@door(Permission.LOOKS_JUDGE, records=events.LIST_SHOWN)
def look_questions(request: DoorRequest) -> HttpResponse:
    """Those that wait first. Neither a name nor a number of anybody's stands here: each rule has its own."""
    look = request.look
    look.note(list="look_questions")
    rows = list(look.rows(LookQuestion).waiting_first())
    context = {
        "lines": [Asked(one) for one in rows],
        "waiting": sum(not one.verdict for one in rows),
        "rules": [one for one in precision(rows, look.day) if one.verdicts],
    }
    return render(request, "desk/look_questions.html", context)


@door(Permission.LOOKS_JUDGE, of=LookQuestion, records=events.LOOK_QUESTION_READ, writes=True, fresh=True)
def look_question(request: DoorRequest, question: LookQuestion) -> HttpResponse:
    """One look: why the rule spoke, what the trace says around it, what was said since; and the verdict."""
    look = request.look
    look.note(question=question.pk)
    asking = "ask" in request.POST
    form = LookVerdictForm(request.POST if request.method == "POST" and not asking else None)
    refused = forms.Form({} if asking else None)
    if asking and refused.is_valid() and done(refused, put_to_manager, request, question=question):
        messages.success(request, _("Question posée au responsable."))
        return redirect("look_question", pk=question.pk)
    if form.is_valid() and done(form, judge_look, request, question=question, **form.cleaned_data):
        messages.success(request, _("Verdict inscrit."))
        return redirect("look_questions")
    context = {
        "asked": Asked(question),
        "question": question,
        "around": lines_around(question),
        "form": form,
        "refused": refused,
        "reads_trace": look.holds(Permission.TRACE_READ),
    }
    return render(request, "desk/look_question.html", context)


@door(Permission.LOOKS_ANSWER, records=events.LIST_SHOWN)
def look_answers(request: DoorRequest) -> HttpResponse:
    request.look.note(list="look_answers")
    rows = request.look.rows(LookQuestion).order_by("answered_on", "asked_on", "id")
    return render(request, "desk/look_answers.html", {"lines": [Asked(one, told=False) for one in rows]})


@door(Permission.LOOKS_ANSWER, of=LookQuestion, records=events.FORM_SHOWN, writes=True)
def look_answer(request: DoorRequest, question: LookQuestion) -> HttpResponse:
    """What a manager knows of a colleague's look. Neither the rule nor the household is told here."""
    form = LookAnswerForm(request.POST or None)
    if form.is_valid() and done(form, answer_for_look, request, question=question, **form.cleaned_data):
        messages.success(request, _("Réponse transmise."))
        return redirect("look_answers")
    page = {"asked": Asked(question, told=False), "question": question, "form": form}
    return render(request, "desk/look_answer.html", page)


@door(Permission.OWN_LOOK_EXPLAIN, of=LookQuestion, records=events.FORM_SHOWN, writes=True)
def own_question(request: DoorRequest, question: LookQuestion) -> HttpResponse:
    """What is asked about one's own look, what others said of it, and what one says of it oneself."""
    form = ExplanationForm(request.POST or None)
    if form.is_valid() and done(form, explain_look, request, question=question, **form.cleaned_data):
        messages.success(request, _("Explication inscrite."))
        return redirect("own_question", pk=question.pk)
    page = {"asked": Asked(question), "question": question, "form": form}
    return render(request, "desk/own_question.html", page)


@door(Permission.RULES_READ, records=events.RULES_SHOWN)
def look_rules(request: DoorRequest) -> HttpResponse:
    """What is watched is told to those who are watched: every rule, and what keeps it silent."""
    return render(request, "desk/look_rules.html", {"rules": RULES.values()})
