"""The part of the home page with the number of questions about employees' access to data that a manager must answer."""

from typing import Any

from access.guard.context import AccessContext
from access.pages.panels import Panel
from access.permissions import Permission
from oversight.look_rules.waiting import answers_due


def questions_to_answer(access: AccessContext, subject: None) -> dict[str, Any]:
    return {"waiting": answers_due()}


PANELS = (Panel("today", 10, questions_to_answer, {"alerts": "oversight/answers_due.html"}, Permission.LOOKS_ANSWER),)
