"""Why words may not be written, and what to write instead, in French and English.

A category has its wording; where it is too vague, the words found have one of their own.
"""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from privacy.screening.words import stem

DATA = Path(__file__).parent / "data"
CODE = re.compile(r"\s*\[([a-z_]+)\]")
LANGUAGES = frozenset({"fr", "en"})


@dataclass(frozen=True, slots=True)
class Wording:
    why: str
    instead: str
    facts: tuple[str, ...]


def read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def categories() -> dict[str, dict[str, str]]:
    return {row["category"]: row for row in read("categories.csv")}


@cache
def particulars() -> dict[tuple[str, str], dict[str, str]]:
    """The narrower wordings, by category and stem or verb; the first that names a word keeps it."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in read("particulars.csv"):
        for word in row["words"].split():
            for key in (stem(word), "~" + word, word.upper()):
                found.setdefault((row["category"], key), row)
    return found


def in_language(row: dict[str, str], language: str) -> Wording:
    """A language that is not written here is answered in French, the language of the law."""
    spoken = language[:2].lower() if language[:2].lower() in LANGUAGES else "fr"
    instead = row[f"instead_{spoken}"]
    return Wording(row[f"why_{spoken}"], CODE.sub("", instead), tuple(CODE.findall(instead)))


def wording(category: str, language: str, keys: Iterable[str] = ()) -> Wording:
    """The wording of the first word that has one of its own, else the category's."""
    known = particulars()
    row = next((known[category, key] for key in keys if (category, key) in known), None)
    return in_language(row or categories()[category], language)
