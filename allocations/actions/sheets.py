"""Action that prepares a candidate's numbered sheet, which the commission reads, from the open application."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing
from access.guard.context import AccessContext
from access.models import Person
from allocations.assessment import verdicts
from allocations.committee.sheet_facts import (
    Costs,
    band_facts,
    documents_to_come,
    household_facts,
    income_facts,
    priority_recognised,
)
from allocations.models import Candidacy, CandidacyState, Sheet
from allocations.rules.points import full_months
from audit import events
from audit.record import NOWHERE, Context, record
from buildings.models import UnitTerms


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
    """Store the sheet of a designated candidate, replacing an earlier one. Raises ValidationError if the vacancy is
    already on an agenda."""
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
