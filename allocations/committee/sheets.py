"""Queries about a candidate's anonymous sheet, and about the refusal motives whose conditions the candidate meets."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from access.guard.context import AccessContext
from allocations.models import Candidacy, Sheet
from allocations.rules.motives import MOTIVES, decision_of
from allocations.vocabulary import SUPPORTING_DOCUMENTS
from allocations.wording import bracket_text, motive_figures_text, percent_text


@dataclass(frozen=True)
class SheetInWords:
    """A candidate's anonymous sheet as text. The officer who prepares the sheet and the commission read the same
    text."""

    row: Sheet

    @property
    def bracket(self) -> str:
        return "" if self.row.income_bracket is None else bracket_text(self.row.income_bracket)

    @property
    def effort(self) -> str:
        return "" if self.row.effort_permille is None else percent_text(self.row.effort_permille)

    @property
    def documents(self) -> list[str]:
        return [SUPPORTING_DOCUMENTS.label(code) for code in self.row.documents_to_come]


def sheet_of(access: AccessContext, candidacy: Candidacy) -> SheetInWords | None:
    """Return the sheet of a candidacy, or None if nobody has prepared it."""
    row = access.rows(Sheet).filter(candidacy=candidacy).first()
    return SheetInWords(row) if row else None


@dataclass(frozen=True)
class MotiveThatHolds:
    """A refusal motive whose condition is met today. `kind` is "d" (non-allocation) or "e" (inadmissibility)."""

    code: str
    figures: list[int]

    @property
    def kind(self) -> str:
        return decision_of(self.code)

    @property
    def label(self) -> str:
        return MOTIVES.label(self.code)

    @property
    def explanation(self) -> str:
        return motive_figures_text(self.code, self.figures)


def motives_that_hold(candidacy_id: UUID) -> list[MotiveThatHolds]:
    """Return the refusal motives whose conditions the database finds met, for a candidacy that the current person may
    read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT motive, figures FROM allocations_motives_that_hold(%s)", [candidacy_id])
        return [MotiveThatHolds(*row) for row in cursor.fetchall()]
