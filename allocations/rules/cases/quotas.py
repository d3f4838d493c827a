"""Calculates cases of the kind `quotas`: the legal quotas on allocations."""

from typing import Any

from allocations.rules.cases.fields import Fields
from allocations.rules.cases.grids import code_of
from allocations.rules.quotas import PRIORITY, Allocation, DeclaredIncome, Quota, measure_quotas
from allocations.rules.results import CaseError
from allocations.rules.rows import Rows

MOST_AGE, MOST_UNITS = 130, 100_000
INCOME_FIELDS = ("commune", "epci", "consumption_units_permille", "ages")


def calculate(fields: Fields, rows: Rows) -> dict[str, Any]:
    given = fields.objects("allocations", "allocation")
    fields.finish()
    allocations = [read_allocation(number, item) for number, item in enumerate(given, start=1)]
    quotas = measure_quotas(allocations, rows)
    signed = [allocation for allocation in allocations if allocation.lease_signed_on is not None]
    reasons = [f"{len(signed)} of {len(allocations)} allocations were followed by a signed lease; only these count."]
    answer = {"signed_leases": len(signed), "quotas": [describe(quota, signed) for quota in quotas]}
    return {"answer": answer, "reasons": reasons + [reason(quota) for quota in quotas]}


def describe(quota: Quota, signed: list[Allocation]) -> dict[str, Any]:
    result: dict[str, Any] = {"quota": quota.code, "n": quota.count, "of": quota.total}
    if quota.code == PRIORITY:
        share = [allocation for allocation in signed if allocation.contingent == quota.contingent]
        dalo = sum(bool(allocation.dalo) for allocation in share)
        result |= {"contingent": quota.contingent, "dalo": dalo, "other_priority": quota.count - dalo}
    result["required_permille"] = quota.required
    if quota.rate is not None:
        result |= {
            "rate": f"{quota.rate.numerator}/{quota.rate.denominator}",
            "rate_permille": 1000 * quota.count // quota.total,
            "met": quota.met,
            "more_needed": quota.more_needed,
            "next_needed": quota.next_needed,
        }
    return result


def reason(quota: Quota) -> str:
    name = f"{quota.code} {quota.contingent}".strip()
    if quota.rate is None:
        return f"{name}: no allocation, so there is no rate."
    relation = "at least" if quota.met else "less than"
    return f"{name}: {quota.count} of {quota.total}, {relation} {quota.required} permille ({quota.source})."


def read_allocation(number: int, fields: Fields) -> Allocation:
    quartile = fields.whole("quartile", 1, 4, None)
    monthly = fields.cents("monthly_income_cents", None)
    if quartile is not None and monthly is not None:
        raise CaseError(f"{fields.path}: give either quartile or monthly_income_cents.")
    if monthly is None and (unused := [name for name in INCOME_FIELDS if name in fields]):
        raise CaseError(f"{fields.path}: {', '.join(unused)} without monthly_income_cents.")
    allocation = Allocation(
        number=number,
        lease_signed_on=fields.day("lease_signed_on", None),
        in_qpv=fields.flag("in_qpv", None),
        quartile=quartile,
        income=None if monthly is None else read_income(monthly, fields),
        contingent=code_of(fields, "contingent") if "contingent" in fields else "",
        dalo=fields.flag("dalo", None),
        priority=fields.flag("priority", None),
        rehoused=fields.flag("rehoused", False),
    )
    fields.finish()
    return allocation


def read_income(monthly_cents: int, fields: Fields) -> DeclaredIncome:
    ages = fields.items("ages", [])
    if "ages" in fields and not ages:
        raise CaseError(f"{fields.name_of('ages')} must name at least one person's age.")
    if any(type(age) is not int or not 0 <= age <= MOST_AGE for age in ages):
        raise CaseError(f"{fields.name_of('ages')} must be whole numbers from 0 to {MOST_AGE}.")
    epci = fields.text("epci", "")
    if epci and not (len(epci) == 9 and epci.isascii() and epci.isdigit()):
        raise CaseError(f"{fields.name_of('epci')} must be nine digits.")
    units = fields.whole("consumption_units_permille", 1, MOST_UNITS, None)
    if units is not None and ages:
        raise CaseError(f"{fields.path}: give either consumption_units_permille or ages.")
    return DeclaredIncome(monthly_cents, fields.text("commune", ""), epci, units, tuple(ages))
