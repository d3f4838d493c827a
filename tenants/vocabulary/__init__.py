"""Closed lists of codes with French and English labels, read from CSV files: entries, reasons, help codes and
others."""

import csv
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.utils.functional import lazy

from formats.language import in_french

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Term:
    code: str
    fr: str
    en: str
    row: dict[str, str]


class Vocabulary:
    """A list of codes with a wording in each language."""

    def __init__(self, file: str, only: str = "") -> None:
        """`only` selects the rows of one list, in files that hold several lists."""
        self.file, self.only = file, only

    @cached_property
    def terms(self) -> dict[str, Term]:
        with (_HERE / self.file).open(encoding="utf-8", newline="") as rows:
            rows_of_list = (row for row in csv.DictReader(rows) if not self.only or row["list"] == self.only)
            return {row["code"]: Term(row["code"], row["fr"], row["en"], row) for row in rows_of_list}

    @property
    def choices(self) -> list[tuple[str, str]]:
        """(code, label) pairs. Labels are lazy: in the language of the reader, and in French in migrations."""
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

ENTRY_LABELS = Vocabulary("entry_labels.csv")
HELP_CODES = Vocabulary("help_codes.csv")
ON_THE_CARD = [term.code for term in HELP_CODES.terms.values() if "card" in term.row["shown_where"].split(";")]
IN_EVACUATION = [term.code for term in HELP_CODES.terms.values() if "evacuation" in term.row["shown_where"].split(";")]
REVERSALS = Vocabulary("reasons.csv", only="reversal")
ADJUSTMENTS = Vocabulary("reasons.csv", only="adjustment")
WRITE_OFF_REFUSALS = Vocabulary("reasons.csv", only="write_off_refusal")
NOTE_EXCEPTIONS = Vocabulary("reasons.csv", only="note_exception")
INHERITED_GROUNDS = Vocabulary("reasons.csv", only="inherited_ground")
DEFERRAL_GROUNDS = Vocabulary("reasons.csv", only="deferral_ground")
NAME_REASONS = Vocabulary("reasons.csv", only="name_reason")
NAME_WEIGHED = Vocabulary("reasons.csv", only="name_weighed")
CASE_REASONS = Vocabulary("reasons.csv", only="case_reason")
CASE_MEASURES = Vocabulary("reasons.csv", only="case_measure")
LOOK_EXPLANATIONS = Vocabulary("reasons.csv", only="look_explanation")
LOOK_ANSWERS = Vocabulary("reasons.csv", only="look_answer")
LOOK_VERDICTS = Vocabulary("reasons.csv", only="look_verdict")
EXTENSIONS = Vocabulary("reasons.csv", only="extension")
CONTEST_OUTCOMES = Vocabulary("reasons.csv", only="screen_contest_outcome")
CONTEST_ADVICE = Vocabulary("reasons.csv", only="contest_advice")
