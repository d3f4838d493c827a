"""Queries about shortlists: data required before one is drawn, its lines and candidacies, and the coming sessions of
the commission."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from access.guard.context import AccessContext
from access.reach import today
from allocations.assessment import landlord_rows
from allocations.dwellings import is_reserved, owed_examinations, terms_of
from allocations.models import (
    Candidacy,
    CandidacyState,
    Ceiling,
    FewReason,
    HolderKind,
    LegalFigure,
    Session,
    SessionState,
    Sheet,
    Shortlist,
    ShortlistLine,
    Vacancy,
    VacancyState,
)
from allocations.rules.ceilings import ceiling_of
from allocations.rules.households import Category
from allocations.rules.results import LawIsOpen, MissingFacts
from allocations.vocabulary import EQUIPMENT
from audit import events
from buildings.models import Financing, UnitTerms

OPEN_TO_CANDIDATES = (VacancyState.ORIENTED, VacancyState.SHORTLISTED)
# The law requires three candidates for each dwelling (CCH, article R441-3).
LEAST_CANDIDATES = 3
# A shortlist has the 50 best ranks, and lower ranks only if the law requires that they be examined first.
MOST_SHOWN = 50


def require_rooms_and_ceiling(vacancy: Vacancy) -> None:
    """Raise ValidationError naming the missing data (room count or income ceilings) without which a shortlist would be
    wrong."""
    if ask("SELECT allocations_rooms(%s)", vacancy.unit_id) is None:
        raise ValidationError(_("Le type de ce logement manque (T1, T2…) : le patrimoine l’enregistre."))
    terms, day = UnitTerms._default_manager.get(unit=vacancy.unit_id), today()
    rows = landlord_rows(Ceiling._default_manager.filter(year=day.year), LegalFigure._default_manager.in_force(day))
    try:
        ceiling_of(rows, terms.financing, (terms.zone,), Category(1), day)
    except MissingFacts as error:
        missing = _(
            "Les plafonds %(financing)s %(year)s de cette zone manquent : le responsable du peuplement les saisit."
        )
        raise ValidationError(missing % {"financing": terms.financing, "year": day.year}) from error
    except LawIsOpen:
        return


def ask(question: str, *params: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(question, list(params))
        return cursor.fetchone()[0]


@dataclass(frozen=True)
class Candidate:
    """A candidacy (application designated for a vacancy), and the day on which its sheet was prepared, or None."""

    row: Candidacy
    prepared_on: date | None

    @property
    def is_ready(self) -> bool:
        return self.row.state == CandidacyState.DESIGNATED and self.prepared_on is not None


@dataclass(frozen=True)
class Line:
    """A line of the shortlist. `candidacy` is None if the application was not designated as a candidate. `is_owed` is
    true if the law requires that the commission examine this application first."""

    row: ShortlistLine
    candidacy: Candidacy | None
    is_owed: bool

    @property
    def equipment(self) -> list[str]:
        return [EQUIPMENT.label(code) for code in self.row.equipment]

    @property
    def filed_in(self) -> str:
        """Return the month of filing, such as 2024-03. The exact day would help to identify the application."""
        return f"{self.row.filed_on:%Y-%m}"


def _candidates(access: AccessContext, vacancy: Vacancy) -> list[Candidate]:
    rows = list(access.rows(Candidacy).filter(vacancy=vacancy).select_related("contingent").order_by("number"))
    sheets = access.rows(Sheet).filter(candidacy__in=rows).only("candidacy_id", "prepared_on")
    prepared = {sheet.candidacy_id: sheet.prepared_on for sheet in sheets}
    return [Candidate(row, prepared.get(row.pk)) for row in rows]


def _lines(
    access: AccessContext, vacancy: Vacancy, drawn: Shortlist, candidates: list[Candidate], owed: set[int | None]
) -> list[Line]:
    """Return the lines of the current shortlist, each with its candidacy. Candidacies from earlier shortlists are
    ignored, because their ranks have another meaning."""
    rows = access.rows(ShortlistLine).filter(vacancy=vacancy).defer("pseudonym").order_by("rank")
    current = {
        candidate.row.rank: candidate.row
        for candidate in candidates
        if vacancy.state != VacancyState.ORIENTED
        and candidate.row.designated_on >= drawn.run_on
        and (candidate.row.item_id is None or vacancy.state != VacancyState.SHORTLISTED)
    }
    return [Line(row, current.get(row.rank), row.rank in owed) for row in rows]


@dataclass(frozen=True)
class ShortlistTable:
    """The data of the page that displays a vacancy's shortlist (the applications ranked for the dwelling).

    `drawn` is None if no shortlist was drawn yet, or if its lines were deleted after all candidates refused the
    dwelling. `owed` is true if the law requires that one of the applications be examined first.
    """

    drawn: Shortlist | None
    lines: list[Line]
    candidates: list[Candidate]
    owed: bool


def shortlist_of(access: AccessContext, vacancy: Vacancy) -> ShortlistTable:
    """Return the ranked lines and the candidacies of a vacancy, and add the vacancy to the audit event of the
    request."""
    candidates = _candidates(access, vacancy)
    drawn = access.rows(Shortlist).filter(pk=vacancy.pk).select_related("grid").first()
    owed = owed_examinations().get(vacancy.pk, set())
    lines = _lines(access, vacancy, drawn, candidates, owed) if drawn else []
    if drawn is None or (drawn.eligible and not lines):
        access.note(events.CANDIDACIES_SHOWN, vacancy=vacancy.pk)
        return ShortlistTable(None, lines, candidates, bool(owed))
    access.note(vacancy=vacancy.pk, eligible=drawn.eligible)
    return ShortlistTable(drawn, lines, candidates, bool(owed))


def _few_reasons(access: AccessContext, vacancy: Vacancy) -> list[FewReason]:
    """Return the reasons that may justify fewer than three candidates.

    A reason may prove wrong, because this function does not read whether a candidate has the DALO priority (enforceable
    right to housing). The database checks the chosen reason when the session opens.
    """
    kind, terms = vacancy.contingent.kind if vacancy.contingent else "", terms_of(vacancy.unit)
    drawn = access.rows(Shortlist).filter(pk=vacancy.pk).first()
    holds = {
        FewReason.TOO_FEW: drawn.eligible < LEAST_CANDIDATES if drawn else is_reserved(vacancy),
        FewReason.DALO: kind == HolderKind.STATE_PRIORITY,
        FewReason.VERY_SOCIAL: terms is not None and terms.financing == Financing.PLAI,
    }
    return [reason for reason in FewReason if holds[reason]]


@dataclass(frozen=True)
class Convening:
    """The data that decide whether a vacancy can be put on the agenda of a session. Only candidates with a prepared
    sheet are presented.

    `reasons` are the lawful reasons that may justify fewer than three candidates; the list is empty if no reason is
    needed.
    """

    vacancy: Vacancy
    candidates: list[Candidate]
    reasons: list[FewReason]
    sessions: list[Session]

    @property
    def ready(self) -> int:
        return sum(candidate.is_ready for candidate in self.candidates)

    @property
    def few(self) -> bool:
        return self.ready < LEAST_CANDIDATES

    @property
    def possible(self) -> bool:
        enough = bool(self.ready and (self.reasons or not self.few))
        return self.vacancy.state == VacancyState.SHORTLISTED and enough and bool(self.sessions)


def convening_of(access: AccessContext, vacancy: Vacancy) -> Convening:
    candidates = [each for each in _candidates(access, vacancy) if each.row.state == CandidacyState.DESIGNATED]
    few = sum(candidate.is_ready for candidate in candidates) < LEAST_CANDIDATES
    sessions = access.rows(Session).filter(state=SessionState.CONVENED).order_by("held_at", "id")
    return Convening(vacancy, candidates, _few_reasons(access, vacancy) if few else [], list(sessions))
