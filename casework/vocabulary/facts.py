"""The closed list of facts as shipped: codes, their words, and the lists of values that their fields accept."""

import csv
from functools import cache
from pathlib import Path
from typing import Any

from formats.vocabulary import Vocabulary
from ledger.vocabulary import ENTRY_LABELS

_HERE = Path(__file__).parent
TITLES = Vocabulary(_HERE / "fact_words.csv", only="title")
THEMES = Vocabulary(_HERE / "fact_words.csv", only="theme")
FIELDS = Vocabulary(_HERE / "fact_words.csv", only="field")
# Rows of facts.csv that are not fact codes. A discreet mark, which hides a household, has its own model instead.
ELSEWHERE = frozenset({"discreet_mark"})
# PRECAUTIONS lists the fact codes that only a manager may record, after the tenant has been informed.
PRECAUTIONS = frozenset({"visit_in_pairs"})
# The fact code that says how and when a tenant prefers to be contacted. The account page shows it, too.
CONTACT_PREFERENCE = "contact_preference"


@cache
def lists() -> dict[str, Vocabulary]:
    """Map the name of each fact field of type `code` to the vocabulary of its allowed values."""
    with (_HERE / "field_lists.csv").open(encoding="utf-8", newline="") as rows:
        names = dict.fromkeys(row["list"] for row in csv.DictReader(rows))
    return {**{name: Vocabulary(_HERE / "field_lists.csv", only=name) for name in names}, "entry_label": ENTRY_LABELS}


def shipped() -> list[dict[str, Any]]:
    """Return the fact codes that Loge ships with, each as a dict of the fields of FactCode."""
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
    """Map the names of the fields that a landlord's own fact code may have to their types.

    Fields of type `contact` are excluded, because they refer to a record about a person.
    """
    with (_HERE / "facts.csv").open(encoding="utf-8", newline="") as rows:
        pairs = (pair.split(":") for row in csv.DictReader(rows) for pair in row["fields"].split(";"))
        return {name: kind for name, kind in pairs if kind != "contact"}


def terms() -> list[tuple[str, str]]:
    """Return all allowed values of fact fields of type `code`, as pairs (name of the list, code)."""
    return [(name, code) for name, vocabulary in lists().items() for code in vocabulary.terms]
