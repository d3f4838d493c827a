"""Models of allocation: applications and what belongs to them, occasions, priorities, the points grid and scores."""

from allocations.models.application import Application, ClosingMotive, State
from allocations.models.contingent import (
    Contingent,
    Convention,
    FlowBase,
    FlowYear,
    HolderKind,
    Nominator,
)
from allocations.models.document import SupportingDocument
from allocations.models.figure import LegalFigure, SourceKind
from allocations.models.grid import Ceiling, Grid, GridLine, GridRubric, RubricMode, RuleKind
from allocations.models.household import Applicant, Custody, HouseholdMember, MemberTie, Tie
from allocations.models.income import Basis, Income, IncomeProof
from allocations.models.occasion import ApplicationGroupPermission, ApplicationUserPermission, Occasion, OccasionReason
from allocations.models.priority import CaseAnswer, Ground, GroundCase, Priority
from allocations.models.score import Score, ScoreBand
from allocations.models.vacancy import OrientationReason, OutsideFlow, Vacancy, VacancyState
from allocations.models.warning import ClosingWarning, Delivery

__all__ = [
    "Applicant",
    "Application",
    "ApplicationGroupPermission",
    "ApplicationUserPermission",
    "Basis",
    "CaseAnswer",
    "Ceiling",
    "ClosingMotive",
    "ClosingWarning",
    "Contingent",
    "Convention",
    "Custody",
    "Delivery",
    "FlowBase",
    "FlowYear",
    "Grid",
    "GridLine",
    "GridRubric",
    "Ground",
    "GroundCase",
    "HolderKind",
    "HouseholdMember",
    "Income",
    "IncomeProof",
    "LegalFigure",
    "MemberTie",
    "Nominator",
    "Occasion",
    "OccasionReason",
    "OrientationReason",
    "OutsideFlow",
    "Priority",
    "RubricMode",
    "RuleKind",
    "Score",
    "ScoreBand",
    "SourceKind",
    "State",
    "SupportingDocument",
    "Tie",
    "Vacancy",
    "VacancyState",
]
