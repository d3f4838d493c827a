"""Models of allocation: applications, priorities, grids and scores, vacancies, shortlists, sessions, offers."""

from allocations.models.application import Application, ClosingMotive, State
from allocations.models.candidacy import BEFORE_DECISION, TO_OFFER, UNDER_WAY, Candidacy, CandidacyState, Sheet
from allocations.models.claim import ClaimReading, ClaimSource
from allocations.models.contingent import (
    Contingent,
    Convention,
    FlowBase,
    FlowYear,
    HolderKind,
    Nominator,
)
from allocations.models.decision import CURRENT, Choice, Decision, DecisionKind, Outcome, Recusal, Vote
from allocations.models.document import SupportingDocument
from allocations.models.figure import LegalFigure, SourceKind
from allocations.models.grid import Ceiling, Grid, GridLine, GridRubric, RubricMode, RuleKind
from allocations.models.grid_trial import MOST_TRIALS, GridTrial, GridTrialCount, Population
from allocations.models.household import Applicant, Custody, HouseholdMember, MemberTie, Tie
from allocations.models.income import Basis, Income, IncomeProof
from allocations.models.occasion import ApplicationGroupPermission, ApplicationUserPermission, Occasion, OccasionReason
from allocations.models.offer import Answer, HandOver, Offer, OfferDelivery
from allocations.models.pool import PoolEntry, PoolLink, RankingKey, Shortlist, ShortlistLine
from allocations.models.priority import CaseAnswer, Ground, GroundCase, Priority
from allocations.models.registry import RegistryRow, RegistryRowKind, RegistryRun
from allocations.models.residence import FragileResidence, OwedExamination
from allocations.models.score import Score, ScoreBand
from allocations.models.session import (
    ENDED_SESSIONS,
    AgendaItem,
    CarryOver,
    FewReason,
    Seat,
    SeatRelease,
    Session,
    SessionState,
    Voice,
)
from allocations.models.vacancy import OrientationReason, OutsideFlow, Vacancy, VacancyState
from allocations.models.warning import ClosingWarning, Delivery

__all__ = [
    "BEFORE_DECISION",
    "CURRENT",
    "ENDED_SESSIONS",
    "MOST_TRIALS",
    "TO_OFFER",
    "UNDER_WAY",
    "AgendaItem",
    "Answer",
    "Applicant",
    "Application",
    "ApplicationGroupPermission",
    "ApplicationUserPermission",
    "Basis",
    "Candidacy",
    "CandidacyState",
    "CarryOver",
    "CaseAnswer",
    "Ceiling",
    "Choice",
    "ClaimReading",
    "ClaimSource",
    "ClosingMotive",
    "ClosingWarning",
    "Contingent",
    "Convention",
    "Custody",
    "Decision",
    "DecisionKind",
    "Delivery",
    "FewReason",
    "FlowBase",
    "FlowYear",
    "FragileResidence",
    "Grid",
    "GridLine",
    "GridRubric",
    "GridTrial",
    "GridTrialCount",
    "Ground",
    "GroundCase",
    "HandOver",
    "HolderKind",
    "HouseholdMember",
    "Income",
    "IncomeProof",
    "LegalFigure",
    "MemberTie",
    "Nominator",
    "Occasion",
    "OccasionReason",
    "Offer",
    "OfferDelivery",
    "OrientationReason",
    "Outcome",
    "OutsideFlow",
    "OwedExamination",
    "PoolEntry",
    "PoolLink",
    "Population",
    "Priority",
    "RankingKey",
    "Recusal",
    "RegistryRow",
    "RegistryRowKind",
    "RegistryRun",
    "RubricMode",
    "RuleKind",
    "Score",
    "ScoreBand",
    "Seat",
    "SeatRelease",
    "Session",
    "SessionState",
    "Sheet",
    "Shortlist",
    "ShortlistLine",
    "SourceKind",
    "State",
    "SupportingDocument",
    "Tie",
    "Vacancy",
    "VacancyState",
    "Voice",
    "Vote",
]
