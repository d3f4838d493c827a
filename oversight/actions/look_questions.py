"""Questions about views. A nightly rule raises one, the employee explains the view, a manager may answer, and a
reviewer judges. All of them choose from codes; nobody types text.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import connections, transaction

from access.constraints import all_or_nothing, change, lock, sentence_of
from access.models import Person
from access.reach import today
from audit import events
from audit.events import Code, Kind
from audit.record import NOWHERE, Context, record
from oversight.look_rules.rules import RULES
from oversight.models import LookQuestion

LOGIN = "jobs"


def watch_day(*, by: str, day: date) -> int:
    """Apply all rules to one past day and return the number of new questions. A second run adds no duplicates."""
    with transaction.atomic(using=LOGIN), connections[LOGIN].cursor() as cursor:
        questions = 0
        for rule in RULES:
            cursor.execute("SELECT oversight_ask_about(%s, %s)", [rule, day])
            questions += cursor.fetchone()[0]
        record(events.LOOKS_WATCHED, by=by, using=LOGIN, day=day, questions=questions)
    return questions


@all_or_nothing()
def explain_look(*, by: Person, question: LookQuestion, explanation: str, context: Context = NOWHERE) -> LookQuestion:
    """Store an employee's explanation of their own view. It can be given only once."""
    lock(question)
    _require(question.person_id == by.pk and not question.verdict and not question.explanation)
    change(question, explanation=explanation, explained_on=today())
    return _recorded(events.LOOK_EXPLAINED, by, question, context, answer=Code(explanation))


@all_or_nothing()
def put_to_manager(*, by: Person, question: LookQuestion, context: Context = NOWHERE) -> LookQuestion:
    """Ask a manager of the employee, or of the place, whether they know a reason for the view."""
    lock(question)
    _require(question.person_id != by.pk and not question.verdict and not question.asked_on)
    change(question, asked_by=by, asked_on=today())
    return _recorded(events.LOOK_PUT_TO_MANAGER, by, question, context)


@all_or_nothing()
def answer_for_look(*, by: Person, question: LookQuestion, answer: str, context: Context = NOWHERE) -> LookQuestion:
    lock(question)
    _require(question.person_id != by.pk and not question.answer)
    change(question, answer=answer, answered_by=by, answered_on=today())
    return _recorded(events.LOOK_ANSWERED, by, question, context, answer=Code(answer))


@all_or_nothing()
def judge_look(*, by: Person, question: LookQuestion, verdict: str, context: Context = NOWHERE) -> LookQuestion:
    """Judge the view. The verdict also counts in the rule's precision. Loge takes no action if it was misuse."""
    lock(question)
    _require(question.person_id != by.pk and not question.verdict)
    change(question, verdict=verdict, judged_by=by, judged_on=today())
    return _recorded(events.LOOK_JUDGED, by, question, context, answer=Code(verdict))


def _require(free: bool) -> None:
    if not free:
        raise ValidationError(sentence_of("look_judged_by_another"))


def _recorded(kind: Kind, by: Person, question: LookQuestion, context: Context, **facts: Code) -> LookQuestion:
    record(kind, by=by, about=question.subject(), context=context, question=question.pk, **facts)
    return question
