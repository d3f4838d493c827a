"""Queries that several pages of this app share."""

from django.utils.functional import Promise

from audit.events import KINDS
from oversight.audit_log.lines import role_name
from oversight.look_rules.rules import RULES, sentence_of
from oversight.models import LookQuestion


class QuestionSummary:
    """Return a view question as pages show it: what the rule finds unexplained, and the kind of data opened, without
    names.

    `with_rule` is False for managers: their database role cannot read which rule asked the question.
    """

    def __init__(self, question: LookQuestion, with_rule: bool = True) -> None:
        self.question = question
        self.sentence: Promise | str = sentence_of(question.rule) if with_rule else ""
        self.rule = RULES.get(question.rule) if with_rule else None

    @property
    def look(self) -> Promise | str:
        kind = KINDS.get(self.question.kind)
        return kind.sentence if kind else self.question.kind

    @property
    def role(self) -> Promise | str:
        return role_name(self.question.role)
