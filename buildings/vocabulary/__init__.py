"""Closed lists of terms about dwellings, such as equipment, with French and English labels."""

from pathlib import Path

from formats.vocabulary import Vocabulary

_HERE = Path(__file__).parent

EQUIPMENT = Vocabulary(_HERE / "equipment.csv")
