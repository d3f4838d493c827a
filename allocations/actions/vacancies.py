"""Actions on vacancies: declare them, withdraw them, and orient them (choose the reserving body that designates the
candidates)."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing, change
from access.models import Person
from access.reach import today
from allocations.committee.shortlists import ask
from allocations.models import Contingent, Vacancy, VacancyState
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, record
from buildings.models import Unit, UnitTerms


@all_or_nothing()
def set_unit_terms(*, by: Person, unit: Unit, context: Context = NOWHERE, **values: Any) -> UnitTerms:
    """Enter or change the letting terms of a dwelling. `values` are the fields of `UnitTerms`."""
    terms = UnitTerms._default_manager.filter(unit=unit).first()
    if terms is None:
        terms = UnitTerms(unit=unit, building_id=unit.building_id, **values)
        terms.save(force_insert=True)
    else:
        change(terms, **values)
    record(events.UNIT_TERMS_SET, by=by, place=unit.building_id, context=context, unit=unit.pk)
    return terms


@all_or_nothing()
def declare_vacancy(*, by: Person, unit: Unit, available_on: date, context: Context = NOWHERE) -> Vacancy:
    """Declare that a dwelling is or will be vacant. The database requires its letting terms."""
    vacancy = Vacancy(
        unit=unit, building_id=unit.building_id, available_on=available_on, declared_on=today(), declared_by=by
    )
    vacancy.save(force_insert=True)
    record(events.VACANCY_DECLARED, by=by, place=unit.building_id, context=context, vacancy=vacancy.pk)
    return vacancy


@all_or_nothing()
def withdraw_vacancy(*, by: Person, vacancy: Vacancy, context: Context = NOWHERE) -> Vacancy:
    """End a vacancy without a lease, because the former tenant stays or the dwelling will not be let."""
    if vacancy.ended_on:
        raise ValidationError(_("Ce logement n’est déjà plus à attribuer."))
    change(vacancy, state=VacancyState.WITHDRAWN, ended_on=today())
    record(events.VACANCY_WITHDRAWN, by=by, place=vacancy.building_id, context=context, vacancy=vacancy.pk)
    return vacancy


@all_or_nothing()
def orient_vacancy(
    *,
    by: Person,
    vacancy: Vacancy,
    contingent: Contingent | None = None,
    reason: str = "",
    outside_flow: str = "",
    context: Context = NOWHERE,
) -> Vacancy:
    """Orient a vacancy: reserve it for a contingent (share of a reserving body), or exclude it from the yearly shares,
    with a reason. This can be repeated until a shortlist is drawn."""
    if vacancy.state not in (VacancyState.DECLARED, VacancyState.ORIENTED):
        raise ValidationError(_("Cette vacance n’en est pas à cette étape."))
    if (contingent is None) == (outside_flow == ""):
        raise ValidationError(_("Choisissez un réservataire, ou une raison hors du flux."))
    values = {"contingent": contingent, "orientation_reason": reason, "outside_flow": outside_flow}
    change(vacancy, state=VacancyState.ORIENTED, oriented_on=today(), oriented_by=by, **values)
    facts: dict[str, Any] = {
        "contingent": contingent.pk if contingent else None,
        "reason": Code(reason or outside_flow),
        "key_digest": Code(ask("SELECT allocations_draw_key(%s)", vacancy.pk)),
    }
    record(events.VACANCY_ORIENTED, by=by, place=vacancy.building_id, context=context, vacancy=vacancy.pk, **facts)
    return vacancy
