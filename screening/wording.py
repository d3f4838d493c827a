"""Explains in French and English why words of a note may not be written, and what to write instead.

Each category (health, religion...) has an explanation. Some words have a more precise explanation.
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
    """Map (category, stem or verb) to the first row of particulars.csv that explains this word.

    A row is represented by the text of its column `words`, which identifies the row in its category.
    """
    words_by_key: dict[tuple[str, str], str] = {}
    for row in read_csv("particulars.csv"):
        for word in row["words"].split():
            for key in (stem(word), "~" + word, word.upper()):
                words_by_key.setdefault((row["category"], key), row["words"])
    return words_by_key


@cache
def written(category: str, words: str, language: str) -> Wording:
    """The explanation in the row of particulars.csv whose column `words` has exactly the text `words`.

    If `words` is empty, return the general explanation of the category.
    """
    rows = read_csv("particulars.csv") if words else list(categories().values())
    row = next(row for row in rows if row["category"] == category and row.get("words", "") == words)
    instead = row[f"instead_{language}"]
    return Wording(row[f"why_{language}"], CODE.sub("", instead), tuple(CODE.findall(instead)))


def wording(category: str, language: str, keys: Iterable[str] = ()) -> Wording:
    """The explanation why a note with the words `keys` may not be written.

    The first word that has an explanation of its own decides. If no word has one, return that of the category.
    """
    known = particulars()
    words = next((known[category, key] for key in keys if (category, key) in known), "")
    spoken = language[:2].lower()
    return written(category, words, spoken if spoken in LANGUAGES else "fr")
