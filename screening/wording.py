"""Explains, in French and English, why a passage of a note may not be written and what to write instead.

Each category (health, religion...) has an explanation. Some words have a more precise explanation in
data/particulars.csv.
"""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from screening.words.spelling import stem

DATA = Path(__file__).parent / "data"
CODE = re.compile(r"\s*\[([a-z_]+)\]")
LANGUAGES = frozenset({"fr", "en"})


@dataclass(frozen=True, slots=True)
class Wording:
    why: str
    instead: str
    facts: tuple[str, ...]


def read_csv(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def categories() -> dict[str, dict[str, str]]:
    return {row["category"]: row for row in read_csv("categories.csv")}


@cache
def particulars() -> dict[tuple[str, str], str]:
    """Map (category, stem or verb) to the explanation of this word in data/particulars.csv.

    The value is the text in the column `words`, by which the function `written` finds the row again. If several rows
    explain a word, the first one counts.
    """
    words_by_key: dict[tuple[str, str], str] = {}
    for row in read_csv("particulars.csv"):
        for word in row["words"].split():
            for key in (stem(word), "~" + word, word.upper()):
                words_by_key.setdefault((row["category"], key), row["words"])
    return words_by_key


@cache
def written(category: str, words: str, language: str) -> Wording:
    """Return one explanation from the data files, in the given language.

    `words` is the text in the column `words` of data/particulars.csv. If it is empty, the general explanation of the
    category is returned.
    """
    rows = read_csv("particulars.csv") if words else list(categories().values())
    row = next(row for row in rows if row["category"] == category and row.get("words", "") == words)
    instead = row[f"instead_{language}"]
    return Wording(row[f"why_{language}"], CODE.sub("", instead), tuple(CODE.findall(instead)))


def wording(category: str, language: str, keys: Iterable[str] = ()) -> Wording:
    """Return the explanation why a passage may not be written. `keys` are the stems and verbs of the passage's words.

    The first key with an explanation of its own decides. If no key has one, return the general explanation of the
    category.
    """
    known = particulars()
    words = next((known[category, key] for key in keys if (category, key) in known), "")
    spoken = language[:2].lower()
    return written(category, words, spoken if spoken in LANGUAGES else "fr")
