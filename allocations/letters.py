"""The letters to an applicant: which application gets which letter, and the facts that the letter states.

A letter states only what is stored. If its facts do not exist, there is no letter. No letter says why somebody applies,
and each is the same for every nationality and state of health.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from access.guard.context import AccessContext
from allocations.models import Application, ClosingWarning, SupportingDocument
from allocations.points_told import PointsTold, score_without_grounds
from allocations.vocabulary import SUPPORTING_DOCUMENTS
from formats.language import in_french
from formats.months import months_after

# The reminder to renew is sent in the last two months of the term, as the list of due tasks asks for it.
REMINDER_MONTHS = 2

Facts = dict[str, Any]


@dataclass(frozen=True)
class RequestedDocument:
    """A document that the landlord waits for. Its label and what it proves come from the closed list."""

    kind: str
    due_on: date

    @property
    def label(self) -> str:
        return SUPPORTING_DOCUMENTS.label(self.kind)

    @property
    def proves(self) -> str:
        return SUPPORTING_DOCUMENTS.terms[self.kind].row["proves_fr" if in_french() else "proves_en"]


@dataclass(frozen=True)
class Letter:
    """`facts` returns the variables of the letter's text, or None if this application gets no such letter.

    `registered`: the letter is sent with proof of delivery.
    """

    code: str
    facts: Callable[[AccessContext, Application], Facts | None]
    registered: bool = False

    @property
    def template(self) -> str:
        return f"allocations/letters/{self.code}.html"


def _certificate(access: AccessContext, application: Application) -> Facts | None:
    return {"written_on": access.day} if application.number and application.is_open else None


def _documents(access: AccessContext, application: Application) -> Facts | None:
    rows = (
        access.rows(SupportingDocument).filter(application=application, seen_on__isnull=True).order_by("due_on", "kind")
    )
    documents = [RequestedDocument(row.kind, row.due_on) for row in rows]
    return {"written_on": access.day, "documents": documents} if documents and application.is_open else None


def _reminder(access: AccessContext, application: Application) -> Facts | None:
    soon = access.day <= application.renew_by <= months_after(access.day, REMINDER_MONTHS)
    return {"written_on": access.day} if soon and application.is_open else None


def _warning(access: AccessContext, application: Application) -> Facts | None:
    warning = access.rows(ClosingWarning).filter(application=application, withdrawn_on__isnull=True).first()
    return {"written_on": warning.sent_on, "warning": warning} if warning and application.is_open else None


def _closing(_access: AccessContext, application: Application) -> Facts | None:
    return None if application.is_open else {"written_on": application.closed_on}


def _points(access: AccessContext, application: Application) -> Facts | None:
    score = score_without_grounds(application)
    if score is None or not application.is_open:
        return None
    return {"written_on": access.day, "told": PointsTold.of(access, score)}


LETTERS = {
    letter.code: letter
    for letter in (
        Letter("certificate", _certificate),
        Letter("documents", _documents),
        Letter("reminder", _reminder),
        Letter("points", _points),
        Letter("warning", _warning, registered=True),
        Letter("closing", _closing),
    )
}
