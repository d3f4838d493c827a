"""Closed lists of codes with French and English labels, read from CSV files: entries, reasons, help codes and
others."""

from pathlib import Path

from formats.vocabulary import Vocabulary

_HERE = Path(__file__).parent

ENTRY_LABELS = Vocabulary(_HERE / "entry_labels.csv")
HELP_CODES = Vocabulary(_HERE / "help_codes.csv")
ON_THE_CARD = [term.code for term in HELP_CODES.terms.values() if "card" in term.row["shown_where"].split(";")]
IN_EVACUATION = [term.code for term in HELP_CODES.terms.values() if "evacuation" in term.row["shown_where"].split(";")]
REVERSALS = Vocabulary(_HERE / "reasons.csv", only="reversal")
ADJUSTMENTS = Vocabulary(_HERE / "reasons.csv", only="adjustment")
WRITE_OFF_REFUSALS = Vocabulary(_HERE / "reasons.csv", only="write_off_refusal")
