"""Counts for the whole landlord: sentences that the screening refused, refusals that their authors contested, and
refusals that two people overruled."""

from dataclasses import dataclass
from datetime import datetime

from audit import events
from audit.models import EventQuerySet

LET_PASS = ("allow_once", "allow_wording")


@dataclass(frozen=True)
class Refusals:
    refused: int
    contested: int
    let_pass: int

    @property
    def wrong(self) -> int:
        """Percentage of the screening's refusals that two people overruled."""
        return round(100 * self.let_pass / self.refused) if self.refused else 0


def refusals(rows: EventQuerySet, start: datetime) -> Refusals:
    since = rows.filter(at__gte=start)
    let_pass = since.filter(kind=events.CONTEST_DECIDED.code, facts__answer__in=LET_PASS)
    refused = since.filter(kind=events.SENTENCE_REFUSED.code)
    contested = since.filter(kind=events.REFUSAL_CONTESTED.code)
    return Refusals(refused.count(), contested.count(), let_pass.count())
