"""Fixed lists of codes with a label in each language, read from CSV files."""

import csv
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.utils.functional import lazy

from formats.language import in_french


@dataclass(frozen=True)
class Term:
    code: str
    fr: str
    en: str
    row: dict[str, str]


class Vocabulary:
    """A fixed list of codes with a label in each language."""

    def __init__(self, file: Path, only: str = "") -> None:
        """`only` is the name of the list to read, if the file has several lists."""
        self.file, self.only = file, only

    @cached_property
    def terms(self) -> dict[str, Term]:
        with self.file.open(encoding="utf-8", newline="") as rows:
            rows_of_list = (row for row in csv.DictReader(rows) if not self.only or row["list"] == self.only)
            return {row["code"]: Term(row["code"], row["fr"], row["en"], row) for row in rows_of_list}

    @property
    def choices(self) -> list[tuple[str, str]]:
        """(code, label) pairs. Labels are lazy: each reader sees them in their own language, and generated migrations
        contain the French labels."""
        return [(code, _said(self, code)) for code in self.terms]

    def label(self, code: str) -> str:
        """Return the label in the reader's language, or the code itself if it is unknown."""
        term = self.terms.get(code)
        if term is None:
            return code
        return term.fr if in_french() else term.en

    def where(self, **columns: str) -> list[Term]:
        return [
            term for term in self.terms.values() if all(term.row.get(key) == value for key, value in columns.items())
        ]


_said = lazy(Vocabulary.label, str)
