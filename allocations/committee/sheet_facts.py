"""Computes the facts of a candidate's numbered sheet from the open application."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db import connection

from access.guard.context import AccessContext
from allocations.assessment import Verdict
from allocations.models import Applicant, Candidacy, HouseholdMember, MemberTie, ScoreBand, SupportingDocument
from allocations.vocabulary import COMPULSORY
from buildings.models import UnitTerms


@dataclass(frozen=True)
class Costs:
    """A household's monthly resources and estimated housing aid, in cents.

    If the resources are unknown (None), `effort` returns None for all figures.
    """

    resources_cents: int | None = None
    aid_cents: int | None = None

    def effort(self, terms: UnitTerms) -> dict[str, int | None]:
        if self.resources_cents is None:
            return dict.fromkeys(("resources_cents", "aid_cents", "effort_permille", "residual_cents"))
        aid = self.aid_cents or 0
        net = max(0, terms.rent_cents + terms.charges_cents - aid)
        return {
            "resources_cents": self.resources_cents,
            "aid_cents": aid,
            "effort_permille": round(Fraction(1000 * net, self.resources_cents)),
            "residual_cents": self.resources_cents - net,
        }


def priority_recognised(application: Any) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT allocations_priority_recognised(%s)", [application])
        return bool(cursor.fetchone()[0])


def household_facts(access: AccessContext, candidacy: Candidacy) -> dict[str, int]:
    applicants = access.rows(Applicant).filter(application=candidacy.application_id).count()
    ties = [row.tie for row in access.rows(HouseholdMember).filter(application=candidacy.application_id)]
    living = [tie for tie in ties if tie != MemberTie.EXPECTED_CHILD]
    return {"persons": applicants + len(living), "children": living.count(MemberTie.CHILD)}


def income_facts(results: list[Verdict], financing: str) -> dict[str, int | None]:
    """Return category, ceilings and bracket of income, or None for each if data are missing or the law is unclear."""
    answers = {verdict.financing: verdict.answer for verdict in results if verdict.answer is not None}
    of_dwelling = answers.get(financing)
    if of_dwelling is None:
        return dict.fromkeys(("category", "income_bracket", "ceiling_euros", "highest_ceiling_euros"))
    highest = max(answer.ceiling.euros for answer in answers.values()) if len(answers) == len(results) else None
    return {
        "category": of_dwelling.category.persons,
        "income_bracket": int(of_dwelling.income.exact // (of_dwelling.ceiling.euros * 10)),
        "ceiling_euros": of_dwelling.ceiling.euros,
        "highest_ceiling_euros": highest,
    }


def band_facts(access: AccessContext, candidacy: Candidacy) -> dict[str, int | None]:
    band = access.rows(ScoreBand).filter(application=candidacy.application_id).first()
    return {"verified": band.verified, "declared": band.declared} if band else {"verified": None, "declared": None}


def documents_to_come(access: AccessContext, candidacy: Candidacy, day: date) -> list[str]:
    """Return the kinds of documents that are compulsory or were requested, and that no employee has seen."""
    rows = list(access.rows(SupportingDocument).filter(application=candidacy.application_id))
    checked = {row.kind for row in rows if row.seen_on and (row.valid_until is None or row.valid_until >= day)}
    return sorted(({*COMPULSORY} | {row.kind for row in rows}) - checked)
