"""Calculates cases of the kind `eligibility`: whether a household's income is within a ceiling."""

from datetime import date
from typing import Any

from allocations.rules.cases.fields import Fields
from allocations.rules.ceilings import FINANCINGS
from allocations.rules.eligibility import LOWER_SHARE, UPPER_SHARE, Eligibility, EligibilityCase, eligibility
from allocations.rules.households import CUSTODIES, TIES, Person
from allocations.rules.incomes import BASES, PROOFS, TWELVE_MONTHS, Income, Share, share_proofs
from allocations.rules.results import CaseError
from allocations.rules.rows import Rows
from allocations.rules.zones import ZONES, zones_of

MOST_PERSONS = 30


def calculate(fields: Fields, rows: Rows) -> dict[str, Any]:
    shares = fields.flag("plus_shares", False)
    case = parse_case(fields)
    fields.finish()
    if shares and case.financing != "PLUS":
        raise CaseError("only a PLUS programme has plus_shares.")
    result = eligibility(case, rows)
    answer = describe(result, case)
    if shares:
        answer["plus_shares"] = {
            "at_most_60_percent": result.within(LOWER_SHARE),
            "at_most_120_percent": result.within(UPPER_SHARE),
        }
    return {"answer": answer, "reasons": result.reasons}


def describe(result: Eligibility, case: EligibilityCase) -> dict[str, Any]:
    return {
        "eligible": result.eligible,
        "category": result.category.number,
        "extra_persons": result.category.extra_persons,
        "persons": len(result.members),
        "special_case": result.category.special or None,
        "financing": case.financing,
        "zone": case.zones[0] if len(case.zones) == 1 else None,
        "ceiling_euros": result.ceiling.euros,
        "ceiling_source": result.ceiling.source,
        "income_cents": result.income.cents,
        "income_basis": result.income.basis,
        "income_year": result.income.year,
    }


def parse_case(fields: Fields, financing: str = "") -> EligibilityCase:
    """Read a case from a JSON object. The kind of financing is read from it only if `financing` is empty."""
    signing_date = fields.day("signing_date")
    persons = [read_person(person) for person in fields.objects("household", "person")]
    if not 1 <= len(persons) <= MOST_PERSONS:
        raise CaseError(f"a household has 1 to {MOST_PERSONS} persons, not {len(persons)}.")
    return EligibilityCase(
        signing_date=signing_date,
        financing=financing or fields.choice("financing", FINANCINGS),
        zones=read_zones(fields, signing_date),
        persons=tuple(persons),
        incomes=tuple(read_income(income, len(persons)) for income in fields.objects("incomes", "income", [])),
        assessed_for=fields.year("assessed_for", None),
        ehpad_spouse_cost_cents=fields.cents("ehpad_spouse_cost_cents", 0),
    )


def read_zones(fields: Fields, on: date) -> tuple[str, ...]:
    if ("zone" in fields) == ("commune" in fields):
        raise CaseError("give either zone or commune.")
    if "zone" in fields:
        return (fields.choice("zone", ZONES),)
    return zones_of(fields.text("commune"), on, fields.text("former_commune", ""))


def read_person(fields: Fields) -> Person:
    person = Person(
        tie=fields.choice("tie", TIES),
        birth_date=fields.day("birth_date", None),
        custody=fields.choice("custody", CUSTODIES, ""),
        dependant=fields.flag("dependant", None),
        on_tax_notice=fields.flag("on_tax_notice", None),
        cmi=fields.flag("cmi", False),
    )
    fields.finish()
    return person


def read_income(fields: Fields, persons: int) -> Income:
    """Read one income. On the basis of twelve months it is a net taxable income, otherwise a reference tax income."""
    basis = fields.choice("basis", BASES)
    cents = fields.cents("net_taxable_cents" if basis == TWELVE_MONTHS else "rfr_cents")
    income = Income(
        year=fields.year("year"),
        basis=basis,
        cents=cents,
        proof=fields.choice("proof", PROOFS, ""),
        persons=read_covered(fields, persons),
        share=read_share(fields, cents) if "share_only" in fields else None,
        net_taxable=basis == TWELVE_MONTHS,
    )
    fields.finish()
    return income


def read_covered(fields: Fields, persons: int) -> frozenset[int]:
    numbers = fields.items("persons", [])
    if any(type(number) is not int or not 1 <= number <= persons for number in numbers):
        raise CaseError(f"{fields.name_of('persons')} must be places in the household, from 1 to {persons}.")
    if "persons" in fields and (not numbers or len(set(numbers)) < len(numbers)):
        raise CaseError(f"{fields.name_of('persons')} must name each person once, and at least one.")
    return frozenset(numbers)


def read_share(income: Fields, cents: int) -> Share:
    fields = income.object("share_only")
    proofs = sorted({proof for accepted in share_proofs().values() for proof in accepted})
    share = Share(
        event=fields.choice("event", share_proofs()),
        proof=fields.choice("proof", [*proofs, "sworn_statement"], ""),
        share_cents=fields.whole("share_cents", 0, cents),
    )
    fields.finish()
    return share
