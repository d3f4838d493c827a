"""View questions: why did an employee open certain data? A nightly rule asks, the employee explains, a manager may
answer, and a reviewer gives the verdict. All of them choose from codes; nobody types text."""

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
    """Apply all rules about openings of data to one past day, and return the number of new view questions. A second run
    on this day adds no duplicates."""
    with transaction.atomic(using=LOGIN), connections[LOGIN].cursor() as cursor:
        questions = 0
        for rule in RULES:
            cursor.execute("SELECT oversight_ask_about(%s, %s)", [rule, day])
            questions += cursor.fetchone()[0]
        record(events.LOOKS_WATCHED, by=by, using=LOGIN, day=day, questions=questions)
    return questions


@all_or_nothing()
def explain_look(*, by: Person, question: LookQuestion, explanation: str, context: Context = NOWHERE) -> LookQuestion:
    """Store the explanation of an employee who is asked why they opened data. The employee can explain only once."""
    lock(question)
    _require(question.person_id == by.pk and not question.verdict and not question.explanation)
    change(question, explanation=explanation, explained_on=today())
    return _recorded(events.LOOK_EXPLAINED, by, question, context, answer=Code(explanation))


@all_or_nothing()
def put_to_manager(*, by: Person, question: LookQuestion, context: Context = NOWHERE) -> LookQuestion:
    """Ask managers why an employee may have opened certain data. These are the managers of the employee, and those of
    the place to which the data belong."""
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
    """Store a reviewer's verdict on why the employee opened the data. The verdict counts in the statistics of the rule.

    Loge does nothing else after a verdict of misuse: the landlord decides what to do.
    """
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
