"""Counts the view questions (why did an employee open data?) that wait for a verdict or an answer. Finds the audit
events around the opening of data, and computes how many questions of each rule were justified.

The figures are about rules, never about people.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.utils.functional import Promise

from audit.events import KINDS
from audit.purposes import words_of
from oversight.look_rules.rules import RULES, Rule
from oversight.models import LookQuestion
from oversight.models.look_question import QUIET_AFTER

RIGHT = ("misuse", "mistake")
# Minimum number of verdicts for publishing the precision of a rule. With fewer, one verdict could be deduced.
FEW = 5


@dataclass(frozen=True)
class Around:
    """An audit event recorded near the event that a view question is about (the questioned event). `itself` is True for
    the questioned event. `same` is True if the event is about the same person or account, which is not named."""

    at: datetime
    kind: str
    purpose_code: str
    outcome: str
    place: str
    itself: bool
    same: bool

    @property
    def description(self) -> Promise | str:
        return KINDS[self.kind].sentence if self.kind in KINDS else self.kind

    @property
    def purpose(self) -> Promise | str:
        return words_of(self.purpose_code)


@dataclass(frozen=True)
class Precision:
    """The precision of a rule. `share` is the percentage of its questions whose verdict was misuse or a mistake.

    `share` is None if the rule has fewer than `FEW` verdicts.
    """

    rule: Rule
    verdicts: int
    share: int | None


def lines_around(question: LookQuestion) -> list[Around]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM oversight_events_around(%s)", [question.pk])
        return sorted((Around(*row) for row in cursor.fetchall()), key=lambda line: line.at)


def questions_due() -> int:
    """Return the number of view questions (why did an employee open data?) that wait for the current person's
    verdict."""
    return _number("SELECT oversight_questions_due()")


def answers_due() -> int:
    """Return the number of view questions (why did an employee open data?) that the current person must answer as a
    manager of the employee."""
    return _number("SELECT oversight_answers_due()")


def _number(question: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return int(cursor.fetchone()[0])


def precision(questions: Iterable[LookQuestion], day: date) -> list[Precision]:
    """Return the precision of each rule: the share of its questions that were justified.

    Only questions judged in the last three months are counted. Among those judged earlier, only misuse is still stored,
    so that counting them would make the precision too high.
    """
    since = day - QUIET_AFTER
    judged = [question for question in questions if question.judged_on and question.judged_on >= since]
    verdicts = Counter(question.rule for question in judged)
    right = Counter(question.rule for question in judged if question.verdict in RIGHT)
    return [
        Precision(rule, verdicts[code], round(100 * right[code] / verdicts[code]) if verdicts[code] >= FEW else None)
        for code, rule in RULES.items()
    ]
