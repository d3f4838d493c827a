"""Closed lists: labels of entries, reasons of reversals and adjustments, refusals of write-offs."""

from pathlib import Path

from formats.vocabulary import Vocabulary

_HERE = Path(__file__).parent

ENTRY_LABELS = Vocabulary(_HERE / "entry_labels.csv")
REVERSALS = Vocabulary(_HERE / "reasons.csv", only="reversal")
ADJUSTMENTS = Vocabulary(_HERE / "reasons.csv", only="adjustment")
WRITE_OFF_REFUSALS = Vocabulary(_HERE / "reasons.csv", only="write_off_refusal")
