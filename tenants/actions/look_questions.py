"""A question about a look: asked at night, explained, put to a manager, answered, judged. In codes alone."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import connections, transaction

from access.constraints import all_or_nothing, change, lock, sentence_of
from access.models import Person
from access.reach import today
from audit import events
from audit.events import Code, Kind
from audit.record import NOWHERE, Context, record
from tenants.models import LookQuestion
from tenants.questions.rules import RULES

LOGIN = "jobs"


def watch_day(*, by: str, day: date) -> int:
    """All rules on one day that is over; how many questions they asked. Once more, the same day asks nothing twice."""
    with transaction.atomic(using=LOGIN), connections[LOGIN].cursor() as cursor:
        asked = 0
        for rule in RULES:
            cursor.execute("SELECT tenants_ask_about(%s, %s)", [rule, day])
            asked += cursor.fetchone()[0]
        record(events.LOOKS_WATCHED, by=by, using=LOGIN, day=day, questions=asked)
    return asked


@all_or_nothing()
def explain_look(*, by: Person, question: LookQuestion, explanation: str, context: Context = NOWHERE) -> LookQuestion:
    """By the person whose look it is, once."""
    lock(question)
    _must(question.person_id == by.pk and not question.verdict and not question.explanation)
    change(question, explanation=explanation, explained_on=today())
    return _told(events.LOOK_EXPLAINED, by, question, context, answer=Code(explanation))


@all_or_nothing()
def put_to_manager(*, by: Person, question: LookQuestion, context: Context = NOWHERE) -> LookQuestion:
    """A manager of the person, or of the place, is asked whether they know of something that explains it."""
    lock(question)
    _must(question.person_id != by.pk and not question.verdict and not question.asked_on)
    change(question, asked_by=by, asked_on=today())
    return _told(events.LOOK_PUT_TO_MANAGER, by, question, context)


@all_or_nothing()
def answer_for_look(*, by: Person, question: LookQuestion, answer: str, context: Context = NOWHERE) -> LookQuestion:
    lock(question)
    _must(question.person_id != by.pk and not question.answer)
    change(question, answer=answer, answered_by=by, answered_on=today())
    return _told(events.LOOK_ANSWERED, by, question, context, answer=Code(answer))


@all_or_nothing()
def judge_look(*, by: Person, question: LookQuestion, verdict: str, context: Context = NOWHERE) -> LookQuestion:
    """The verdict is about the look and about the rule. What follows a misuse is people's affair, outside Loge."""
    lock(question)
    _must(question.person_id != by.pk and not question.verdict)
    change(question, verdict=verdict, judged_by=by, judged_on=today())
    return _told(events.LOOK_JUDGED, by, question, context, answer=Code(verdict))


def _must(free: bool) -> None:
    if not free:
        raise ValidationError(sentence_of("look_judged_by_another"))


def _told(kind: Kind, by: Person, question: LookQuestion, context: Context, **said: Code) -> LookQuestion:
    record(kind, by=by, about=question.subject(), context=context, question=question.pk, **said)
    return question
