"""Reads the fields of a JSON object strictly: unknown keys, wrong types and impossible values are errors."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeVar

from allocations.rules.results import CaseError

# Years outside this range are probably typing errors, and are rejected.
ACCEPTED_YEARS = range(1900, 2200)
LARGEST_CENTS = 10**12
LONGEST_TEXT = 500
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_TYPES = {
    bool: "a boolean",
    int: "an integer",
    float: "a decimal number",
    str: "a string",
    list: "a list",
    dict: "an object",
}

Value = TypeVar("Value")
Default = TypeVar("Default")


class _Absent(Enum):
    REQUIRED = "required"


REQUIRED = _Absent.REQUIRED


def type_of(value: Any) -> str:
    return "null" if value is None else _TYPES[type(value)]


def has_unpaired_surrogate(text: str) -> bool:
    """Whether a string has an unpaired surrogate, which JSON can escape but UTF-8 cannot encode."""
    return any("\ud800" <= character <= "\udfff" for character in text)


def shorten(text: str, most: int = 80) -> str:
    """Prepare a text from the input for an error message: shorten it, and escape unpaired surrogates."""
    short = text if len(text) <= most else f"{text[:most]}…"
    return short.encode("utf-8", "backslashreplace").decode() if has_unpaired_surrogate(short) else short


class Fields:
    """The fields of one JSON object. `finish` raises CaseError if a field was never read, which detects unknown
    keys."""

    def __init__(self, data: Any, path: str = "the case") -> None:
        if not isinstance(data, dict):
            raise CaseError(f"{path} must be an object, not {type_of(data)}.")
        self.path, self._data, self._unread = path, data, dict.fromkeys(data)

    def __contains__(self, name: str) -> bool:
        return name in self._data

    def name_of(self, name: str) -> str:
        return f'"{name}"' if self.path == "the case" else f'"{name}" of {self.path}'

    def value_of(self, name: str) -> Any:
        self._unread.pop(name, None)
        if name not in self._data:
            raise CaseError(f"{self.name_of(name)} is required.")
        return self._data[name]

    def _typed(self, name: str, kind: type[Value]) -> Value:
        value = self.value_of(name)
        if type(value) is not kind:
            raise CaseError(f"{self.name_of(name)} must be {_TYPES[kind]}, not {type_of(value)}.")
        return value

    def _or(self, name: str, default: Default | _Absent, parse: Callable[[], Value]) -> Value | Default:
        if name not in self._data and not isinstance(default, _Absent):
            return default
        return parse()

    def flag(self, name: str, default: Default | _Absent = REQUIRED) -> bool | Default:
        return self._or(name, default, lambda: self._typed(name, bool))

    def text(self, name: str, default: Default | _Absent = REQUIRED) -> str | Default:
        def parse() -> str:
            value = self._typed(name, str)
            if not value.strip() or len(value) > LONGEST_TEXT:
                raise CaseError(f"{self.name_of(name)} must have 1 to {LONGEST_TEXT} characters, not only spaces.")
            if has_unpaired_surrogate(value):
                raise CaseError(f"{self.name_of(name)} has half a character (an unpaired surrogate).")
            return value

        return self._or(name, default, parse)

    def choice(self, name: str, options: Iterable[str], default: Default | _Absent = REQUIRED) -> str | Default:
        def parse() -> str:
            value = self._typed(name, str)
            allowed = list(options)
            if value not in allowed:
                raise CaseError(f'{self.name_of(name)} must be one of {", ".join(allowed)}, not "{shorten(value)}".')
            return value

        return self._or(name, default, parse)

    def whole(self, name: str, low: int, high: int, default: Default | _Absent = REQUIRED) -> int | Default:
        def parse() -> int:
            value = self._typed(name, int)
            if not low <= value <= high:
                raise CaseError(f"{self.name_of(name)} must be between {low} and {high}, not {shorten(str(value))}.")
            return value

        return self._or(name, default, parse)

    def year(self, name: str, default: Default | _Absent = REQUIRED) -> int | Default:
        return self.whole(name, ACCEPTED_YEARS[0], ACCEPTED_YEARS[-1], default)

    def cents(self, name: str, default: Default | _Absent = REQUIRED) -> int | Default:
        return self.whole(name, 0, LARGEST_CENTS, default)

    def day(self, name: str, default: Default | _Absent = REQUIRED) -> date | Default:
        return self._or(name, default, lambda: self._day(name, self._typed(name, str)))

    def days(self, name: str, default: Default | _Absent = REQUIRED) -> list[date] | Default:
        return self._or(name, default, lambda: [self._day(name, value) for value in self.strings(name)])

    def _day(self, name: str, value: str) -> date:
        try:
            day = date.fromisoformat(value) if _DAY.fullmatch(value) else None
        except ValueError:
            day = None
        if day is None or day.year not in ACCEPTED_YEARS:
            raise CaseError(f'{self.name_of(name)} must be a day such as 2026-01-31, not "{shorten(value, 40)}".')
        return day

    def instant(self, name: str, default: Default | _Absent = REQUIRED) -> datetime | Default:
        """Read an instant with its UTC offset. Without an offset, the instant would be ambiguous when clocks are set
        back."""

        def parse() -> datetime:
            value = self._typed(name, str)
            try:
                instant = datetime.fromisoformat(value) if _INSTANT.fullmatch(value) else None
            except ValueError:
                instant = None
            if instant is None or instant.year not in ACCEPTED_YEARS:
                raise CaseError(
                    f"{self.name_of(name)} must be an instant with its offset, such as 2026-01-31T23:59:00+01:00 or"
                    f' 2026-01-31T22:59:00Z, not "{shorten(value, 40)}".'
                )
            return instant

        return self._or(name, default, parse)

    def items(self, name: str, default: Default | _Absent = REQUIRED, most: int = 100_000) -> list[Any] | Default:
        def parse() -> list[Any]:
            value = self._typed(name, list)
            if len(value) > most:
                raise CaseError(f"{self.name_of(name)} has {len(value)} items, at most {most}.")
            return value

        return self._or(name, default, parse)

    def objects(self, name: str, label: str, default: Default | _Absent = REQUIRED) -> "list[Fields] | Default":
        """Read a list of objects. `label` names each object in error messages: "person" gives "person 1"."""

        def parse() -> list[Fields]:
            return [Fields(item, f"{label} {number}") for number, item in enumerate(self.items(name), start=1)]

        return self._or(name, default, parse)

    def codes(self, name: str, options: Iterable[str]) -> list[str]:
        """Read codes of a closed list. The error message does not repeat the given text, which could be about a
        person."""
        codes, allowed = self.strings(name), list(options)
        if not set(codes) <= set(allowed):
            raise CaseError(f"{self.name_of(name)} must have only these codes: {', '.join(allowed)}.")
        return codes

    def strings(self, name: str, default: Default | _Absent = REQUIRED) -> list[str] | Default:
        def parse() -> list[str]:
            values = self._typed(name, list)
            for value in values:
                if type(value) is not str or not value:
                    raise CaseError(f"{self.name_of(name)} must be a list of strings, and has {type_of(value)}.")
            return values

        return self._or(name, default, parse)

    def object(self, name: str) -> "Fields":
        return Fields(self.value_of(name), f'"{name}"' if self.path == "the case" else f'"{name}" of {self.path}')

    def names(self) -> list[str]:
        """Return all keys of a JSON object, for objects that may have any key."""
        return list(self._data)

    def finish(self) -> None:
        if self._unread:
            plural, names = "s" if len(self._unread) > 1 else "", ", ".join(map(shorten, self._unread))
            raise CaseError(f"unknown key{plural} in {self.path}: {names}.")
