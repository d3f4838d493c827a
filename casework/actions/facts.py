"""Records, withdraws and replaces facts. Facts are never edited.

Also records that a tenant contests a fact, and the answer.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing
from access.models import Person
from access.reach import today
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, Subject, record
from buildings.models import Unit
from casework.facts import ends_on, stored
from casework.models import AccountFact, CardFact, DwellingFact, Fact, FactCode, FactScope
from tenants.models import Account, LeaseUnit, Residence

MODELS: dict[str, type[Fact]] = {
    FactScope.CARD: CardFact,
    FactScope.DWELLING: DwellingFact,
    FactScope.ACCOUNT: AccountFact,
}
Of = Residence | Unit | Account


@all_or_nothing()
def record_fact(
    *,
    by: Person | str,
    of: Of,
    code: FactCode,
    values: Mapping[str, Any],
    told_on: date | None = None,
    replaces: Fact | None = None,
    context: Context = NOWHERE,
) -> Fact:
    """Record a fact about a residence, a dwelling or an account.

    `values` maps names of fields to dates, numbers, codes or ids. A fact given as `replaces` is withdrawn.
    """
    day, model = today(), MODELS[code.compartment]
    if code.precaution and (told_on is None or told_on > day):
        raise ValidationError(
            {
                "told_on": _(
                    "Une consigne doit d’abord être communiquée au locataire : indiquez le jour où vous l’avez informé."
                )
            }
        )
    fact = model(code=code, building_id=of.building_id, fields=stored(code, values), **_of(model, of, day))
    fact.ends_on, fact.told_on, fact.written_on = ends_on(code, values, day), told_on, day
    fact.written_by, fact.written_at = by if isinstance(by, Person) else None, timezone.now()
    if replaces is not None:
        fact.replaces = replaces.pk
        _take_back(by, replaces, day)
    fact.save(force_insert=True)
    kind = events.FACT_REPLACED if replaces else events.FACT_RECORDED
    about, place = _about(of), of.building_id
    record(kind, by=by, about=about, place=place, context=context, fact=Code(code.pk), until=fact.ends_on)
    if replaces is not None:
        _answered("replaced", by, replaces, of, context)
    return fact


@all_or_nothing()
def withdraw_fact(*, by: Person | str, fact: Fact, of: Of, context: Context = NOWHERE) -> Fact:
    """Withdraw a fact. Pages no longer show it, and the nightly job erases it."""
    _take_back(by, fact, today())
    record(
        events.FACT_WITHDRAWN,
        by=by,
        about=_about(of),
        place=of.building_id,
        context=context,
        fact=Code(fact.code_id),
    )
    _answered("withdrawn", by, fact, of, context)
    return fact


@all_or_nothing()
def keep_fact(*, by: Person, fact: Fact, of: Of, context: Context = NOWHERE) -> Fact:
    """Keep a fact that the tenant contests: record who decided that it stays unchanged until its last day."""
    if not fact.is_challenged:
        raise ValidationError(_("Ce fait n’attend pas de réponse."))
    _answered("kept", by, fact, of, context)
    fact.kept_on, fact.kept_by = today(), by
    fact.save(update_fields=["kept_on", "kept_by"])
    return fact


@all_or_nothing()
def contest_fact(*, by: Person | str, fact: Fact, of: Of, context: Context = NOWHERE) -> Fact:
    """Record that the tenant contests the fact.

    Pages show the fact as contested until an employee answers by keeping, withdrawing or replacing it.
    """
    if not fact.code.tenant_told:
        raise ValidationError(_("Ce fait ne peut pas être contesté ici."))
    fact.contested_on = today()
    fact.save(update_fields=["contested_on"])
    record(
        events.FACT_CONTESTED,
        by=by,
        about=_about(of),
        place=of.building_id,
        context=context,
        fact=Code(fact.code_id),
    )
    return fact


def _answered(answer: str, by: Person | str, fact: Fact, of: Of, context: Context) -> None:
    """If the tenant contests the fact, write an audit event with the answer to the tenant. Otherwise write nothing.

    `answer` is "kept", "withdrawn" or "replaced".
    """
    if fact.is_challenged:
        facts = {"fact": Code(fact.code_id), "answer": Code(answer)}
        about, place = _about(of), of.building_id
        record(events.CHALLENGE_DECIDED, by=by, about=about, place=place, context=context, **facts)


def _of(model: type[Fact], of: Of, day: date) -> dict[str, Any]:
    if model is not DwellingFact:
        return {model.on: of}
    letting = LeaseUnit._default_manager.in_force(day).filter(unit=of.pk).first()
    return {"unit": of, "lease_id": letting.lease_id if letting else None}


def _about(of: Of) -> Subject:
    return of.subject() or Subject("unit", of.pk)


def _take_back(by: Person | str, fact: Fact, day: date) -> None:
    fact.withdrawn_on = day
    fact.withdrawn_by = by if isinstance(by, Person) else None
    fact.save(update_fields=["withdrawn_on", "withdrawn_by"])
