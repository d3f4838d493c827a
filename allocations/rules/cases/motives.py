"""Calculates cases of the kind `motive`: whether a motive of refusal may be used."""

from collections.abc import Callable
from datetime import date
from typing import Any

from allocations.rules import motives
from allocations.rules.cases.eligibility import parse_case
from allocations.rules.cases.fields import Fields, shorten
from allocations.rules.cases.grids import code_of
from allocations.rules.ceilings import FINANCINGS
from allocations.rules.eligibility import EligibilityCase, eligibility
from allocations.rules.motives import MOTIVES, DocumentRequest, Finding, HousingCosts
from allocations.rules.results import Attempts, CaseError, MissingFacts
from allocations.rules.rows import Rows
from buildings.vocabulary import EQUIPMENT

MOST_PERSONS, MOST_EUROS = 100, 10**7
COSTS = ("rent", "annexes", "charges", "energy", "water_and_heat", "housing_aid", "resources")
# Maps a refusal that is often requested, but that no lawful motive allows, to the explanation.
NEVER_A_MOTIVE = {
    "other": "the list of motives is closed.",
    "no_local_link": "the absence of a link with the commune is never a motive.",
    "local_link": "a link with the commune, or its absence, is never a motive.",
    "income_too_low": "no text sets a lowest income; effort_rate has its own condition.",
}


def calculate(fields: Fields, rows: Rows) -> dict[str, Any]:
    code = fields.text("motive")
    if code in NEVER_A_MOTIVE:
        raise CaseError(f'"{code}" is not a motive: {NEVER_A_MOTIVE[code]}')
    if code not in MOTIVES.terms:
        raise CaseError(f'"{shorten(code)}" is not a motive; the motives are {", ".join(MOTIVES.terms)}.')
    decision = motives.decision_of(code)
    if fields.choice("decision", ["d", "e"], decision) != decision:
        raise CaseError(f"{code} is a motive of decision {decision} only.")
    finding = READERS[code](fields, rows, fields.day("decided_on"))
    answer = {"motive": code, "decision": decision, "holds": finding.holds}
    return {"answer": answer, "reasons": [finding.explanation]}


def read_case(fields: Fields, financing: str = "") -> EligibilityCase:
    """Read the facts for an eligibility calculation, which are the JSON object "case" within the input `fields`."""
    nested = fields.object("case")
    case = parse_case(nested, financing)
    nested.finish()
    fields.finish()
    return case


def read_over_every_ceiling(fields: Fields, rows: Rows, _on: date) -> Finding:
    if "case" in fields:
        result = eligibility(read_case(fields, "PLS"), rows)
        return motives.over_ceilings(result.income.cents, {"PLS, the highest": result.ceiling.euros})
    income, given = fields.cents("income_cents"), fields.object("ceilings_euros")
    ceilings = {financing: given.whole(financing, 1, MOST_EUROS, None) for financing in FINANCINGS}
    given.finish()
    fields.finish()
    if ceilings["PLS"] is None:
        raise MissingFacts("ceiling PLS")
    return motives.over_ceilings(income, {of: euros for of, euros in ceilings.items() if euros is not None})


def read_over_this_ceiling(fields: Fields, rows: Rows, _on: date) -> Finding:
    """Read and evaluate the refusal motive "income above the ceiling".

    In a PLUS programme, some dwellings have 60 or 120 percent of the ceiling: `share_percent` is this percentage.
    """
    percent = fields.whole("share_percent", 60, 120, 100)
    if percent not in (60, 100, 120):
        raise CaseError(f'"share_percent" must be 60, 100 or 120, not {percent}.')
    if "case" in fields:
        case = read_case(fields)
        result = eligibility(case, rows)
        financing, income, ceiling = case.financing, result.income.cents, result.ceiling.euros
    else:
        financing, income = fields.choice("financing", FINANCINGS), fields.cents("income_cents")
        ceiling = fields.whole("ceiling_euros", 1, MOST_EUROS)
        fields.finish()
    if percent != 100 and financing != "PLUS":
        raise CaseError("only a PLUS programme has parts of 60 and 120 percent.")
    return motives.over_ceilings(income, {financing: ceiling}, percent)


def read_no_right_of_residence(fields: Fields, _rows: Rows, on: date) -> Finding:
    checked_on, valid_until = fields.day("checked_on", None), fields.day("valid_until", None)
    has_right = fields.flag("has_right", None)
    fields.finish()
    if has_right is False and valid_until is not None:
        raise CaseError("valid_until is the end of a right, and has_right is false.")
    if checked_on is not None and has_right is None:
        raise MissingFacts("has_right, the result of the check")
    return motives.no_right_of_residence(checked_on, bool(has_right), valid_until, on)


def read_paper_missing(fields: Fields, _rows: Rows, on: date) -> Finding:
    days = {name: fields.day(name, None) for name in ("requested_on", "answer_by", "received_on")}
    request = DocumentRequest(code_of(fields, "document"), **days)
    fields.finish()
    return motives.paper_missing(request, on)


def read_wrong_size(code: str) -> Callable[[Fields, Rows, date], Finding]:
    def find(fields: Fields, rows: Rows, on: date) -> Finding:
        rooms, persons = fields.whole("rooms", 1, 20), fields.whole("persons", 1, MOST_PERSONS)
        fields.finish()
        return motives.wrong_size(code, rooms, persons, on, rows)

    return find


def read_not_accessible(fields: Fields, _rows: Rows, _on: date) -> Finding:
    needs, equipment = (fields.codes(name, EQUIPMENT.terms) for name in ("needs", "equipment"))
    fields.finish()
    return motives.not_accessible(needs, equipment)


def read_effort_rate(fields: Fields, rows: Rows, on: date) -> Finding:
    amounts = {name: fields.cents(f"{name}_cents", None) for name in COSTS}
    persons = fields.whole("persons", 1, MOST_PERSONS)
    units = fields.whole("consumption_units_permille", 1, 100_000, None)
    dalo, others = fields.flag("dalo"), fields.strings("other_motives", [])
    fields.finish()
    for other in others:
        if other not in MOTIVES.terms or other == "effort_rate":
            raise CaseError(f'"{other}" in "other_motives" is not another motive.')
    if missing := [f"{name}_cents" for name, amount in amounts.items() if amount is None]:
        attempts = Attempts()
        attempts.add(names=missing)
        attempts.run(motives.effort_limits, on, rows)
        attempts.raise_collected()
    costs = HousingCosts(
        persons=persons,
        consumption_units_permille=units,
        **{name: amount for name, amount in amounts.items() if amount is not None},
    )
    return motives.effort_rate(costs, dalo, others, on, rows)


def read_owner_suited(fields: Fields, _rows: Rows, _on: date) -> Finding:
    owns, order = fields.flag("owns_suited_dwelling", None), fields.flag("protection_order", None)
    fields.finish()
    if owns is None:
        raise MissingFacts("owns_suited_dwelling")
    if owns and order is None:
        raise MissingFacts("protection_order")
    return motives.owner_suited(owns, bool(order))


def read_fragile_residence(fields: Fields, rows: Rows, on: date) -> Finding:
    residence, promised = fields.text("residence"), fields.flag("first_suited_vacancy_promised")
    fields.finish()
    return motives.fragile_residence(residence, promised, on, rows)


def read_other_ranked_before(fields: Fields, _rows: Rows, _on: date) -> Finding:
    number, ranks = fields.text("number"), dict[str, int | None]()
    for item in fields.objects("ranks", "candidate"):
        candidate = item.text("number")
        if candidate in ranks:
            raise CaseError(f"the candidate {candidate} occurs twice.")
        ranks[candidate] = item.whole("rank", 1, 10_000, None)
        item.finish()
    fields.finish()
    return motives.other_ranked_before(number, ranks)


def read_not_applicable_now(fields: Fields, _rows: Rows, on: date) -> Finding:
    state, since = fields.choice("state", ["active", "struck_off", "withdrawn"]), fields.day("since", None)
    fields.finish()
    return motives.not_applicable_now(state, since, on)


READERS: dict[str, Callable[[Fields, Rows, date], Finding]] = {
    "over_every_ceiling": read_over_every_ceiling,
    "no_right_of_residence": read_no_right_of_residence,
    "over_this_ceiling": read_over_this_ceiling,
    "paper_missing": read_paper_missing,
    "too_small": read_wrong_size("too_small"),
    "too_large": read_wrong_size("too_large"),
    "not_accessible": read_not_accessible,
    "effort_rate": read_effort_rate,
    "owner_suited": read_owner_suited,
    "fragile_residence": read_fragile_residence,
    "other_ranked_before": read_other_ranked_before,
    "not_applicable_now": read_not_applicable_now,
}
