"""Models of view questions (why did an employee open certain data?), word inspections, daily counts of the resident
cards that each role can open, and the register of personal data breaches.
"""

from oversight.models.board import BoardFigure, BoardKind
from oversight.models.breach import Breach
from oversight.models.exposure import ExposureDay
from oversight.models.inspection import CountedWord, Inspection
from oversight.models.look_question import LookQuestion

__all__ = ["BoardFigure", "BoardKind", "Breach", "CountedWord", "ExposureDay", "Inspection", "LookQuestion"]
