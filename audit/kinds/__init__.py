"""What an audit event may be: its kind, the facts that the kind declares, and the outcome of the request.

`audit/events.py` lists all kinds.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise


class Outcome(StrEnum):
    """The outcome of the request that an event records. `shown`: data were displayed. `refused`: answered 403.
    `missing`: answered 404. `failed`: an exception was raised.

    A request that changes data first writes an event with `attempted`, and one with `changed` if it succeeds.
    """

    SHOWN = "shown"
    CHANGED = "changed"
    REFUSED = "refused"
    MISSING = "missing"
    ATTEMPTED = "attempted"
    FAILED = "failed"


class Code(str):
    """A fact that is a word from a closed list, not free text. `require_code` checks its length and characters."""


_CODE = re.compile(r"[A-Za-z0-9_.:\-]{1,64}")


def require_code(value: str) -> str:
    if not _CODE.fullmatch(value):
        raise TypeError("A code has 1 to 64 letters, digits, and _ . : -")
    return str(value)


@dataclass(frozen=True)
class Kind:
    code: str
    sentence: Promise | str
    facts: dict[str, type] = field(default_factory=dict)
    look: bool = False

    def encode(self, facts: dict[str, Any]) -> dict[str, str | int]:
        """Convert the facts of an event to JSON values. Facts that are None are left out. Raises TypeError for a fact
        that this kind of event does not declare, and for a value of the wrong type."""
        if KINDS.get(self.code) is not self:
            raise TypeError(f"{self.code} is not on the list of events")
        if unknown := facts.keys() - self.facts.keys():
            raise TypeError(f"{self.code} does not carry {', '.join(sorted(unknown))}")
        return {name: self.encode_fact(name, value) for name, value in facts.items() if value is not None}

    def encode_fact(self, name: str, value: Any) -> str | int:
        expected = self.facts[name]
        if expected is Code:
            return require_code(value)
        if not isinstance(value, expected) or isinstance(value, bool):
            raise TypeError(f"{self.code}.{name} is a {expected.__name__}, not {type(value).__name__}")
        if isinstance(value, date):
            return value.isoformat()
        return value if isinstance(value, int) else str(value)


KINDS: dict[str, Kind] = {}


def view_kind(code: str, sentence: Promise | str, **facts: type) -> Kind:
    return _declare(Kind(code, sentence, facts, look=True))


def change_kind(code: str, sentence: Promise | str, **facts: type) -> Kind:
    return _declare(Kind(code, sentence, facts))


def _declare(kind: Kind) -> Kind:
    if kind.code in KINDS:
        raise ValueError(f"{kind.code} is declared twice")
    KINDS[kind.code] = kind
    return kind
