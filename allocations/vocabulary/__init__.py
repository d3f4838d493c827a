"""Closed lists of codes with French and English labels: documents, equipment, housing, priorities, grid features."""

from pathlib import Path

from buildings.vocabulary import EQUIPMENT as EQUIPMENT
from formats.vocabulary import Vocabulary

_HERE = Path(__file__).parent

SUPPORTING_DOCUMENTS = Vocabulary(_HERE / "supporting_documents.csv")
CURRENT_HOUSING = Vocabulary(_HERE / "field_lists.csv", only="current_housing")
# Lawful priorities (CCH, article L441-1). Sealed priorities are sensitive, and only one examiner reads them.
GROUNDS = Vocabulary(_HERE / "priorities.csv")
SEALED_GROUNDS = [term.code for term in GROUNDS.where(sealed="yes")]
OPEN_PRIORITIES = [term.code for term in GROUNDS.where(sealed="no")]
PRIORITY_PROOFS = Vocabulary(_HERE / "field_lists.csv", only="priority_proof")
RUBRICS = Vocabulary(_HERE / "field_lists.csv", only="rubric")
FEATURES = Vocabulary(_HERE / "features.csv")
LEGAL_FIGURES = Vocabulary(_HERE / "legal_figures.csv")
# An application is complete only with all COMPULSORY documents. Other documents are requested from some households.
COMPULSORY = tuple(term.code for term in SUPPORTING_DOCUMENTS.where(level="compulsory"))
