"""Prepares the numbered sheet that the commission reads of a candidate, from the application that is open."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing
from access.guard.context import AccessContext
from access.models import Person
from allocations.assessment import Verdict, verdicts
from allocations.models import (
    Applicant,
    Candidacy,
    CandidacyState,
    HouseholdMember,
    MemberTie,
    ScoreBand,
    Sheet,
    SupportingDocument,
)
from allocations.rules.points import full_months
from allocations.vocabulary import COMPULSORY
from audit import events
from audit.record import NOWHERE, Context, record
from buildings.models import UnitTerms


@dataclass(frozen=True)
class Costs:
    """Monthly resources and estimated housing aid, in cents, or None where the effort rate is not to be computed."""

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


@all_or_nothing()
def prepare_sheet(
    *,
    by: Person,
    access: AccessContext,
    candidacy: Candidacy,
    costs: Costs,
    owner_suited: bool = False,
    context: Context = NOWHERE,
) -> Sheet:
    """Store the sheet of a designated candidate, in place of an earlier one. Raises ValidationError after the vacancy
    was put on an agenda."""
    if candidacy.state != CandidacyState.DESIGNATED or candidacy.application is None:
        raise ValidationError(_("Cette fiche est déjà inscrite à une séance : elle ne change plus."))
    application, day = candidacy.application, access.day
    terms = UnitTerms._default_manager.get(unit=candidacy.vacancy.unit_id)
    Sheet._default_manager.filter(candidacy=candidacy).delete()
    sheet = Sheet(
        candidacy=candidacy,
        prepared_on=day,
        prepared_by=by,
        waited_months=full_months(application.filed_on, day),
        priority=priority_recognised(application.pk),
        equipment_lacking=not set(application.equipment) <= set(terms.equipment),
        documents_to_come=documents_to_come(access, candidacy, day),
        owner_suited=owner_suited,
        **household_facts(access, candidacy),
        **income_facts(verdicts(access, application, terms.zone), terms.financing),
        **band_facts(access, candidacy),
        **costs.effort(terms),
    )
    sheet.save(force_insert=True)
    facts: dict[str, Any] = {"vacancy": candidacy.vacancy_id, "number": candidacy.number}
    record(events.SHEET_PREPARED, by=by, about=sheet.subject(), place=application.kept_at_id, context=context, **facts)
    return sheet


def priority_recognised(application: Any) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT allocations_prioritypriority_recognised(%s)", [application])
        return bool(cursor.fetchone()[0])


def household_facts(access: AccessContext, candidacy: Candidacy) -> dict[str, int]:
    applicants = access.rows(Applicant).filter(application=candidacy.application_id).count()
    ties = [row.tie for row in access.rows(HouseholdMember).filter(application=candidacy.application_id)]
    living = [tie for tie in ties if tie != MemberTie.EXPECTED_CHILD]
    return {"persons": applicants + len(living), "children": living.count(MemberTie.CHILD)}


def income_facts(results: list[Verdict], financing: str) -> dict[str, int | None]:
    """Return category, ceilings and the bracket of income. They are None where facts are missing or the law is open."""
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
    """Return the kinds of documents that are compulsory or were asked for, and that nobody has seen."""
    rows = list(access.rows(SupportingDocument).filter(application=candidacy.application_id))
    seen = {row.kind for row in rows if row.seen_on and (row.valid_until is None or row.valid_until >= day)}
    return sorted(({*COMPULSORY} | {row.kind for row in rows}) - seen)
