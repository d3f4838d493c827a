"""Why a category may not be written, and what to write instead, in French and English."""

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "categories.csv"
CODE = re.compile(r"\s*\[([a-z_]+)\]")
LANGUAGES = frozenset({"fr", "en"})


@dataclass(frozen=True, slots=True)
class Wording:
    why: str
    instead: str
    facts: tuple[str, ...]


@cache
def rows() -> dict[str, dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return {row["category"]: row for row in csv.DictReader(file)}


@cache
def wording(category: str, language: str) -> Wording:
    """A language that is not written here is answered in French, the language of the law."""
    spoken = language[:2].lower() if language[:2].lower() in LANGUAGES else "fr"
    row = rows()[category]
    instead = row[f"instead_{spoken}"]
    return Wording(row[f"why_{spoken}"], CODE.sub("", instead), tuple(CODE.findall(instead)))
