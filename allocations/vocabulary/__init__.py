"""Closed lists of codes with French and English labels: supporting documents, equipment, current housing."""

from pathlib import Path

from formats.vocabulary import Vocabulary

_HERE = Path(__file__).parent

SUPPORTING_DOCUMENTS = Vocabulary(_HERE / "supporting_documents.csv")
EQUIPMENT = Vocabulary(_HERE / "field_lists.csv", only="equipment")
CURRENT_HOUSING = Vocabulary(_HERE / "field_lists.csv", only="current_housing")
LEGAL_FIGURES = Vocabulary(_HERE / "legal_figures.csv")
# A complete application has every document of this level. Others are asked for where the household needs them.
COMPULSORY = tuple(term.code for term in SUPPORTING_DOCUMENTS.where(level="compulsory"))
