"""What waits, for whom; what the trace says around a look; how often each rule was right. Of rules, never of people."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.utils.functional import Promise

from audit.events import KINDS
from audit.purposes import words_of
from tenants.models import LookQuestion
from tenants.models.look_question import QUIET_AFTER
from tenants.questions.rules import RULES, Rule

RIGHT = ("misuse", "mistake")
FEW = 5  # verdicts: of fewer, a share says more of somebody than of a rule


@dataclass(frozen=True)
class Around:
    """A line of the trace beside the one asked about. `same`: the same household, which stands nowhere here."""

    at: datetime
    kind: str
    purpose_code: str
    outcome: str
    place: str
    itself: bool
    same: bool

    @property
    def said(self) -> Promise | str:
        return KINDS[self.kind].sentence if self.kind in KINDS else self.kind

    @property
    def purpose(self) -> Promise | str:
        return words_of(self.purpose_code)


@dataclass(frozen=True)
class Precision:
    """`share`: in a hundred verdicts on a rule, those that found a look without a reason; None of few verdicts."""

    rule: Rule
    verdicts: int
    share: int | None


def lines_around(question: LookQuestion) -> list[Around]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM tenants_lines_around(%s)", [question.pk])
        return sorted((Around(*row) for row in cursor.fetchall()), key=lambda line: line.at)


def questions_due() -> int:
    """That wait for a verdict at the desk of the person asking."""
    return _number("SELECT tenants_questions_due()")


def answers_due() -> int:
    """That wait for what the person asking, a manager, knows."""
    return _number("SELECT tenants_answers_due()")


def _number(question: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return int(cursor.fetchone()[0])


def precision(questions: Iterable[LookQuestion], day: date) -> list[Precision]:
    """Of the verdicts of three months, as long as all of them are kept: later, only misuse would be left to count."""
    since = day - QUIET_AFTER
    judged = [one for one in questions if one.judged_on and one.judged_on >= since]
    all_of, right = Counter(one.rule for one in judged), Counter(one.rule for one in judged if one.verdict in RIGHT)
    return [Precision(rule, all_of[code], _share(right[code], all_of[code])) for code, rule in RULES.items()]


def _share(right: int, verdicts: int) -> int | None:
    return round(100 * right / verdicts) if verdicts >= FEW else None
