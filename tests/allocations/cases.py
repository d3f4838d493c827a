"""Builds input cases for the command `allocation_calculate`, and calculates them in this process."""

import json

from allocations.rules.cases.calculator import Calculator


def calculate(**case):
    """Return the result of one legal calculation. Its input is passed as a line of JSON, as in the command
    `allocation_calculate`."""
    return Calculator().answer_line(1, json.dumps(case))


def answer(**case):
    result = calculate(**case)
    assert result.get("result") == "answer", result
    return result["answer"]


def missing(**case):
    result = calculate(**case)
    assert result.get("result") == "missing" and "answer" not in result, result
    return result["missing"]


def open_points(**case):
    """Calculate a case that depends on unsettled questions of law (open points), and return the codes of these points.

    The result must contain neither a number nor an answer.
    """
    result = calculate(**case)
    assert set(result) == {"line", "kind", "result", "to_be_settled", "reasons"}, result
    assert result["result"] == "to_be_settled"
    return [point["code"] for point in result["to_be_settled"]]


def error(**case):
    result = calculate(**case)
    assert set(result) == {"line", "error"}, result
    return result["error"]


def person(tie="principal", birth_date="1980-06-15", **facts):
    return {"tie": tie, "birth_date": birth_date, **facts}


def child(custody="full", birth_date="2018-03-01", **facts):
    return person("child", birth_date, custody=custody, **facts)


def n2(euros, year=2024, **facts):
    return {"year": year, "basis": "n2", "rfr_cents": euros * 100, "proof": "tax_notice", **facts}


def n1(euros, year=2025, proof="tax_notice", **facts):
    return {"year": year, "basis": "n1", "rfr_cents": euros * 100, "proof": proof, **facts}


def twelve_months(euros, year=2026, proof="payslips", **facts):
    return {"year": year, "basis": "twelve_months", "net_taxable_cents": euros * 100, "proof": proof, **facts}


def eligibility_case(*household, incomes=None, **facts):
    """Build a case of eligibility for a dwelling in Paris with PLUS financing, whose lease is signed in 2026.

    By default the household is one person with an income of 20,000 euros.
    """
    case = {"kind": "eligibility", "signing_date": "2026-11-30", "financing": "PLUS"}
    if "commune" not in facts:
        case["zone"] = "paris"
    case["household"] = list(household) or [person()]
    case["incomes"] = [n2(20_000)] if incomes is None else incomes
    return case | facts


def ceiling_row(financing, category, euros, zone="paris", year=2026):
    return {
        "row": "ceiling",
        "financing": financing,
        "year": year,
        "zone": zone,
        "category": category,
        "euros": euros,
        "source": "invented",
    }


def parameter(name, value, **facts):
    return {
        "row": "parameter",
        "name": name,
        "value": value,
        "source": "rules of procedure",
        "valid_from": "2020-01-01",
        **facts,
    }
