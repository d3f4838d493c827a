"""Models of housing applications: the application, its people, income, supporting documents, warnings and occasions."""

from allocations.models.application import Application, ClosingMotive, State
from allocations.models.document import SupportingDocument
from allocations.models.figure import LegalFigure, SourceKind
from allocations.models.household import Applicant, Custody, HouseholdMember, MemberTie, Tie
from allocations.models.income import Basis, Income, IncomeProof
from allocations.models.occasion import ApplicationGroupPermission, ApplicationUserPermission, Occasion, OccasionReason
from allocations.models.warning import ClosingWarning, Delivery

__all__ = [
    "Applicant",
    "Application",
    "ApplicationGroupPermission",
    "ApplicationUserPermission",
    "Basis",
    "ClosingMotive",
    "ClosingWarning",
    "Custody",
    "Delivery",
    "HouseholdMember",
    "Income",
    "IncomeProof",
    "LegalFigure",
    "MemberTie",
    "Occasion",
    "OccasionReason",
    "SourceKind",
    "State",
    "SupportingDocument",
    "Tie",
]
