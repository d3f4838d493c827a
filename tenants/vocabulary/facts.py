"""The closed list of facts as it is shipped: codes, their words, and the lists that close their fields."""

import csv
from functools import cache
from pathlib import Path
from typing import Any

from tenants.vocabulary import ENTRY_LABELS, Vocabulary

_HERE = Path(__file__).parent
TITLES = Vocabulary("fact_words.csv", only="title")
THEMES = Vocabulary("fact_words.csv", only="theme")
FIELDS = Vocabulary("fact_words.csv", only="field")
# What an act of its own already says, with more care than a code can.
ELSEWHERE = frozenset({"discreet_mark"})
# Decided by a manager, told to the tenant before it holds.
PRECAUTIONS = frozenset({"visit_in_pairs"})


@cache
def lists() -> dict[str, Vocabulary]:
    """The list that closes each field of type `code`, by the field's name."""
    with (_HERE / "field_lists.csv").open(encoding="utf-8", newline="") as rows:
        names = dict.fromkeys(row["list"] for row in csv.DictReader(rows))
    return {**{name: Vocabulary("field_lists.csv", only=name) for name in names}, "entry_label": ENTRY_LABELS}


def shipped() -> list[dict[str, Any]]:
    """Each code as a row of its table."""
    with (_HERE / "facts.csv").open(encoding="utf-8", newline="") as rows:
        return [_row(row) for row in csv.DictReader(rows) if row["code"] not in ELSEWHERE]


def _row(row: dict[str, str]) -> dict[str, Any]:
    words = TITLES.terms[row["code"]]
    return {
        "code": row["code"],
        "compartment": row["compartment"],
        "theme": words.row["theme"],
        "title_fr": words.fr,
        "title_en": words.en,
        "sentence_fr": row["sentence_fr"],
        "sentence_en": row["sentence_en"],
        "fields": row["fields"],
        "writers": row["who_may_write"],
        "readers": row["who_may_read"],
        "life_months": int(row["life_months"]),
        "ends_by_its_date": words.row["ends"] == "until",
        "tenant_told": row["tenant_told"] == "yes",
        "precaution": row["code"] in PRECAUTIONS,
    }


@cache
def slot_types() -> dict[str, str]:
    """Every field there is, and its type: what a code of the landlord's own may be made of. A record is not offered."""
    with (_HERE / "facts.csv").open(encoding="utf-8", newline="") as rows:
        pairs = (pair.split(":") for row in csv.DictReader(rows) for pair in row["fields"].split(";"))
        return {name: kind for name, kind in pairs if kind != "contact"}


def terms() -> list[tuple[str, str]]:
    """(list, code) of everything a field of type `code` may say."""
    return [(name, code) for name, vocabulary in lists().items() for code in vocabulary.terms]
