"""Queries for a discrimination claim: the anonymous sheet, decisions and votes of one candidacy. The database checks
that a second person approved the request."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from allocations.committee.sheets import SheetInWords
from allocations.committee.wording import decision_text
from allocations.models import Choice, ClaimSource, Decision, Sheet, Voice


@dataclass(frozen=True)
class WaitingClaim:
    """A request to read a sheet, as displayed to the person who may approve it. `beginning` is the first eight
    characters of the sheet's reference."""

    claim: UUID
    beginning: str
    source: str
    asked_at: datetime
    asked_by: str

    @property
    def source_text(self) -> str:
        return str(ClaimSource(self.source).label)


@dataclass(frozen=True)
class VotedDecision:
    """A proposed decision and its outcome. `votes` has one pair for each vote: the member's right to sit, and the
    choice."""

    row: Decision
    votes: list[tuple[str, str]]

    @property
    def words(self) -> str:
        return decision_text(self.row)


@dataclass(frozen=True)
class OpenedSheet:
    """A candidate's sheet, opened because of a discrimination claim. `rank` is the candidate's rank in the shortlist,
    or None if a reserving body designated the candidate. `passed_over` is the number of better-ranked candidates who
    were not designated."""

    sheet: SheetInWords
    decisions: list[VotedDecision]
    recusals: int
    rank: int | None
    passed_over: int | None


def waiting_claims() -> list[WaitingClaim]:
    return [WaitingClaim(**row) for row in _rows("SELECT * FROM allocations_claims_to_agree()")]


def opened_sheet(claim: UUID) -> OpenedSheet | None:
    """Return the sheet that an approved request lets the current person read now, or None."""
    sheets = _rows("SELECT * FROM allocations_claim_sheet(%s)", claim)
    figures = _rows("SELECT * FROM allocations_claim_figures(%s)", claim)
    if not sheets or not figures:
        return None
    votes = _rows("SELECT * FROM allocations_claim_votes(%s)", claim)
    decisions = [
        VotedDecision(
            Decision(**row),
            [
                (str(Voice(vote["voice"]).label), str(Choice(vote["choice"]).label))
                for vote in votes
                if vote["decision"] == row["id"]
            ],
        )
        for row in _rows("SELECT * FROM allocations_claim_decisions(%s)", claim)
    ]
    return OpenedSheet(SheetInWords(Sheet(**sheets[0])), decisions, **figures[0])


def _rows(sql: str, *params: Any) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
