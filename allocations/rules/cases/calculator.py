"""Applies the allocation rules to lines of JSON. The `kind` of a line says which rule to apply."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from allocations.rules import open_points
from allocations.rules.cases import clocks, eligibility, motives, quotas, scores
from allocations.rules.cases.fields import Fields, has_unpaired_surrogate, shorten
from allocations.rules.cases.rows import parse_row
from allocations.rules.results import CaseError, LawIsOpen, MissingFacts
from allocations.rules.rows import Row, Rows

ANSWER, MISSING, TO_BE_SETTLED = "answer", "missing", "to_be_settled"
LONGEST_ID, LONGEST_ERROR = 500, 2000
KINDS: dict[str, Callable[[Fields, Rows], dict[str, Any]]] = {
    "eligibility": eligibility.calculate,
    "clock": clocks.calculate,
    "score": scores.calculate,
    "quotas": quotas.calculate,
    "motive": motives.calculate,
}


class Calculator:
    """Answers lines of JSON in order. A line of the kind `rows` gives figures with dates, such as income ceilings,
    which also apply to later lines."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def answer_line(self, number: int, line: str) -> dict[str, Any]:
        """Return the answer to one line of JSON, or an error. Both contain the line's number, and its `id` if it has
        one."""
        head: dict[str, Any] = {"line": number}
        try:
            data = parse_json(line)
            if isinstance(data, dict) and is_id(data.get("id")):
                head["id"] = data["id"]
            return head | self._answer(Fields(data))
        except CaseError as error:
            return head | {"error": shorten(str(error), LONGEST_ERROR)}

    def _answer(self, fields: Fields) -> dict[str, Any]:
        if "id" in fields and not is_id(fields.value_of("id")):
            raise CaseError(f'"id" must be a string of at most {LONGEST_ID} characters, or an integer.')
        kind = fields.choice("kind", ["rows", *KINDS])
        given = [parse_row(row) for row in fields.objects("rows", "row", [])]
        if kind == "rows":
            fields.finish()
            self.rows += given
            return {"kind": kind, "result": ANSWER, "rows": len(given)}
        try:
            return {"kind": kind, "result": ANSWER} | KINDS[kind](fields, Rows([*self.rows, *given]))
        except MissingFacts as error:
            reasons = [f"The landlord or the file must supply: {name}." for name in error.names]
            return {"kind": kind, "result": MISSING, "missing": list(error.names), "reasons": reasons}
        except LawIsOpen as error:
            points = [{"code": code, "sentence": open_points.sentence(code)} for code in error.points]
            reasons = ["Nothing that depends on these points is calculated before a jurist settles them."]
            return {"kind": kind, "result": TO_BE_SETTLED, "to_be_settled": points, "reasons": reasons}


def is_id(value: Any) -> bool:
    if type(value) is str:
        return len(value) <= LONGEST_ID and not has_unpaired_surrogate(value)
    return type(value) is int


def parse_json(line: str) -> Any:
    """Parse JSON strictly. Raises CaseError for a repeated key, and for NaN or Infinity."""

    def without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        data = dict(pairs)
        if len(data) < len(pairs):
            ((name, _times),) = Counter(name for name, _ in pairs).most_common(1)
            raise CaseError(f'the key "{shorten(name)}" occurs twice in one object.')
        return data

    def no_number(text: str) -> Any:
        raise CaseError(f"{text} is not a number in JSON.")

    try:
        return json.loads(line, object_pairs_hook=without_duplicates, parse_constant=no_number)
    except json.JSONDecodeError as error:
        raise CaseError(f"not JSON: {error.msg} at character {error.pos + 1}.") from None
    except CaseError:
        raise
    except (ValueError, RecursionError):
        raise CaseError("not JSON that can be read: a number is too long, or objects are nested too deeply.") from None
