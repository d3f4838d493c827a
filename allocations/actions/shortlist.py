"""Actions that draw a shortlist for a vacancy and designate candidates: from the shortlist, or by number and name for a
reserving body."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from access.constraints import all_or_nothing, change
from access.models import Person
from allocations.committee.shortlists import OPEN_TO_CANDIDATES, ask, require_rooms_and_ceiling
from allocations.models import (
    Candidacy,
    CandidacyState,
    Grid,
    Shortlist,
    ShortlistLine,
    Vacancy,
    VacancyState,
)
from allocations.models.vacancy import TELLS_OUTCOME
from allocations.queries import as_disclosed
from audit import events
from audit.events import Outcome
from audit.record import NOWHERE, Context, Subject, record, record_view
from formats.folding import folded


@all_or_nothing()
def draw_shortlist(*, by: Person, vacancy: Vacancy, context: Context = NOWHERE) -> Shortlist:
    """Rank the applications that suit a vacancy. The shortlist can be drawn again until a candidate is designated."""
    if vacancy.state != VacancyState.ORIENTED:
        raise ValidationError(_("Cette vacance n’en est pas à cette étape."))
    grid = Grid._default_manager.in_force().first()
    if grid is None:
        raise ValidationError(_("Aucune grille de cotation n’est en vigueur : le responsable du peuplement l’adopte."))
    require_rooms_and_ceiling(vacancy)
    drawn = ask("SELECT allocations_draw_shortlist(%s)", vacancy.pk)
    if drawn is None:
        raise ValidationError(_("Un réservataire désigne les candidats de ce logement, par leur numéro et leur nom."))
    shortlist: Shortlist = Shortlist._default_manager.get(pk=vacancy.pk)
    facts: dict[str, Any] = {"vacancy": vacancy.pk, "grid": grid.version, "eligible": shortlist.eligible}
    record(events.SHORTLIST_RUN, by=by, place=vacancy.building_id, context=context, **facts)
    return shortlist


@all_or_nothing()
def designate(*, by: Person, line: ShortlistLine, context: Context = NOWHERE) -> Candidacy:
    """Designate the application on a line of the shortlist as a candidate. The applicant's name is not read."""
    candidacy = ask("SELECT allocations_designate(%s)", line.pk)
    if candidacy is None:
        raise ValidationError(_("Cette demande n’est plus active, ou le logement n’en est plus à cette étape."))
    return _designated(by, candidacy, context)


def _designated(by: Person, candidacy_id: UUID, context: Context) -> Candidacy:
    # The query leaves out the `unread` columns, because people of reserving bodies (nominators) may not read them.
    unread = ("application", "state", *(f"vacancy__{name}" for name in TELLS_OUTCOME))
    candidacy: Candidacy = Candidacy._default_manager.select_related("vacancy").defer(*unread).get(pk=candidacy_id)
    facts: dict[str, Any] = {"vacancy": candidacy.vacancy_id, "number": candidacy.number, "rank": candidacy.rank}
    about, place = candidacy.subject(), candidacy.vacancy.building_id
    record(events.CANDIDATE_DESIGNATED, by=by, about=about, place=place, context=context, **facts)
    return candidacy


@sensitive_variables("last_name")
@all_or_nothing()
def nominate(*, by: Person, vacancy: Vacancy, number: str, last_name: str, context: Context = NOWHERE) -> Candidacy:
    """Designate a candidate of a reserving body by application number and name. The ValidationError does not reveal
    which of the two is wrong.

    The vacancy must be open to candidates both in its real state and in the state disclosed to the reserving body. The
    two differ between a session's decision and the signing of the minutes.
    """
    as_disclosed([vacancy])
    attempted = ask("SELECT allocations_attempted_application(%s)", number)
    about = Subject("application", attempted) if attempted else None
    tried = record_view(events.IDENTITY_TRIED, Outcome.ATTEMPTED, by=by, about=about, context=context)
    candidacy = None
    if vacancy.state in OPEN_TO_CANDIDATES:
        candidacy = ask("SELECT allocations_nominate(%s, %s, %s, %s)", vacancy.pk, number, folded(last_name), tried)
    if candidacy is None:
        record_view(events.IDENTITY_MISSED, Outcome.ATTEMPTED, by=by, about=about, context=context)
        unknown = _("Aucune demande active n’a ce numéro et ce nom. Vous avez cinq essais par numéro et par jour.")
        raise ValidationError(unknown, code="no_application")
    record(events.IDENTITY_CHECKED, by=by, about=about, place=vacancy.building_id, context=context)
    return _designated(by, candidacy, context)


@all_or_nothing()
def withdraw_candidate(*, by: Person, candidacy: Candidacy, context: Context = NOWHERE) -> Candidacy:
    """Withdraw a candidacy before it is presented: the candidate declined, or was designated by mistake."""
    if candidacy.state != CandidacyState.DESIGNATED:
        raise ValidationError(_("Cette candidature a déjà été présentée ou retirée."))
    change(candidacy, state=CandidacyState.WITHDRAWN)
    about, place = candidacy.subject(), candidacy.vacancy.building_id
    record(events.CANDIDATE_WITHDRAWN, by=by, about=about, place=place, context=context, vacancy=candidacy.vacancy_id)
    return candidacy
