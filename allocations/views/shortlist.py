"""Pages of the shortlist: draw it, designate candidates, convene. They have neither names nor application numbers."""

from dataclasses import dataclass
from datetime import date

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from access.guard.context import AccessContext, DoorRequest
from access.guard.door import door
from access.pages.acting import done, row_or_404
from access.permissions import Permission
from allocations.actions.sessions import put_on_agenda
from allocations.actions.shortlist import designate, draw_shortlist, withdraw_candidate
from allocations.dwellings import (
    FOR_DISABLED_PEOPLE,
    MOST_COUNTED,
    equipment_of,
    is_reserved,
    owed_examinations,
    terms_of,
)
from allocations.forms.shortlist import ConveneForm
from allocations.models import (
    Candidacy,
    CandidacyState,
    FewReason,
    HolderKind,
    Session,
    SessionState,
    Sheet,
    Shortlist,
    ShortlistLine,
    Vacancy,
    VacancyState,
)
from allocations.vocabulary import EQUIPMENT
from audit import events
from buildings.models import Financing

_PLACED = ("unit__terms", "building__place__parent", "contingent")
OPEN_TO_CANDIDATES = (VacancyState.ORIENTED, VacancyState.SHORTLISTED)
# The law asks for three candidates for each dwelling (CCH, article R441-3).
LEAST_CANDIDATES = 3
# A shortlist has the best ranks, and further lines only if the commission owes them the first examination.
MOST_SHOWN = 50


@dataclass(frozen=True)
class Candidate:
    """A candidacy and the day on which its sheet was prepared, if it was."""

    row: Candidacy
    prepared_on: date | None

    @property
    def is_ready(self) -> bool:
        return self.row.state == CandidacyState.DESIGNATED and self.prepared_on is not None


@dataclass(frozen=True)
class Line:
    """A line of the shortlist, and the candidacy that it led to, if somebody designated it. `is_owed`: the commission
    owes it the first examination."""

    row: ShortlistLine
    candidacy: Candidacy | None
    is_owed: bool

    @property
    def equipment(self) -> list[str]:
        return [EQUIPMENT.label(code) for code in self.row.equipment]


def _candidates(access: AccessContext, vacancy: Vacancy) -> list[Candidate]:
    rows = list(access.rows(Candidacy).filter(vacancy=vacancy).select_related("contingent").order_by("number"))
    sheets = access.rows(Sheet).filter(candidacy__in=rows).only("candidacy_id", "prepared_on")
    prepared = {sheet.candidacy_id: sheet.prepared_on for sheet in sheets}
    return [Candidate(row, prepared.get(row.pk)) for row in rows]


def _lines(
    access: AccessContext, vacancy: Vacancy, drawn: Shortlist, candidates: list[Candidate], owed: set[int | None]
) -> list[Line]:
    """Return the lines of the current shortlist. Earlier candidacies of the vacancy had the ranks of earlier ones."""
    rows = access.rows(ShortlistLine).filter(vacancy=vacancy).defer("pseudonym").order_by("rank")
    current = {
        candidate.row.rank: candidate.row
        for candidate in candidates
        if vacancy.state != VacancyState.ORIENTED
        and candidate.row.designated_on >= drawn.run_on
        and (candidate.row.item_id is None or vacancy.state != VacancyState.SHORTLISTED)
    }
    return [Line(row, current.get(row.rank), row.rank in owed) for row in rows]


@door(Permission.SHORTLIST_VIEW, model=Vacancy, get_event=events.SHORTLIST_SHOWN, select_related=_PLACED)
def shortlist(request: DoorRequest, vacancy: Vacancy) -> HttpResponse:
    """Show the ranked lines and the rules that led to them, then the candidacies of the dwelling."""
    access, terms = request.access, terms_of(vacancy.unit)
    candidates = _candidates(access, vacancy)
    drawn = access.rows(Shortlist).filter(pk=vacancy.pk).select_related("grid").first()
    owed = owed_examinations().get(vacancy.pk, set())
    lines = _lines(access, vacancy, drawn, candidates, owed) if drawn else []
    if drawn and drawn.eligible and not lines:
        drawn = None  # The lines of an earlier shortlist were deleted when its candidates had all refused.
    if drawn:
        access.note(vacancy=vacancy.pk, eligible=drawn.eligible)
    else:
        access.note(events.CANDIDACIES_SHOWN, vacancy=vacancy.pk)
    context = {
        "vacancy": vacancy,
        "terms": terms,
        "equipment": equipment_of(terms),
        "adapted": terms is not None and not FOR_DISABLED_PEOPLE.isdisjoint(terms.equipment),
        "reserved": is_reserved(vacancy),
        "drawn": drawn,
        "lines": lines,
        "shown": sum(line.row.rank <= MOST_SHOWN for line in lines),
        "owed": bool(owed),
        "most_counted": MOST_COUNTED,
        "candidates": candidates,
        "designates": vacancy.state in OPEN_TO_CANDIDATES,
    }
    return render(request, "allocations/shortlist.html", context)


@door(Permission.SHORTLIST_RUN, model=Vacancy, post_event=events.FORM_SUBMITTED)
def shortlist_draw(request: DoorRequest, vacancy: Vacancy) -> HttpResponse:
    if request.method == "POST":
        try:
            draw_shortlist(by=request.access.person, vacancy=vacancy, context=request.access.context)
            messages.success(request, _("La présélection est établie."))
        except ValidationError as error:
            messages.error(request, error.messages[0])
    return redirect("shortlist", pk=vacancy.pk)


@door(Permission.CANDIDATE_DESIGNATE, model=Vacancy, lookup="lines", post_event=events.FORM_SUBMITTED)
def candidate_designate(request: DoorRequest, vacancy: Vacancy) -> HttpResponse:
    """Designate the candidate of a line. The door fetches the vacancy, because a line's pseudonym is not readable."""
    access = request.access
    rows = access.rows(ShortlistLine).filter(vacancy=vacancy).defer("pseudonym")
    line = row_or_404(rows, str(request.resolver_match.kwargs["lines"]) if request.resolver_match else "")
    if request.method == "POST":
        try:
            candidacy = designate(by=access.person, line=line, context=access.context)
            words = {"rank": line.rank, "number": candidacy.number}
            messages.success(request, _("Le rang %(rank)d est désigné : fiche n° %(number)d.") % words)
        except ValidationError as error:
            messages.error(request, error.messages[0])
    return redirect(f"{reverse('shortlist', args=[vacancy.pk])}#rang-{line.rank}")


@door(
    Permission.CANDIDATE_DESIGNATE,
    model=Candidacy,
    post_event=events.FORM_SUBMITTED,
    select_related=("vacancy__unit", "vacancy__building__place__parent"),
)
def candidacy_withdraw(request: DoorRequest, candidacy: Candidacy) -> HttpResponse:
    form = forms.Form(request.POST)
    if request.method == "POST" and done(form, withdraw_candidate, request, candidacy=candidacy):
        messages.success(request, _("La candidature est retirée."))
        return redirect("shortlist", pk=candidacy.vacancy_id)
    return render(request, "allocations/candidacy_withdraw.html", {"candidacy": candidacy, "form": form})


def _few_reasons(access: AccessContext, vacancy: Vacancy) -> list[FewReason]:
    """Return the reasons for fewer than three candidates that may hold: the database checks them when the session
    opens. Whether a candidate is recognised under DALO is not known here."""
    kind, terms = vacancy.contingent.kind if vacancy.contingent else "", terms_of(vacancy.unit)
    drawn = access.rows(Shortlist).filter(pk=vacancy.pk).first()
    holds = {
        FewReason.TOO_FEW: drawn.eligible < LEAST_CANDIDATES if drawn else is_reserved(vacancy),
        FewReason.DALO: kind == HolderKind.STATE_PRIORITY,
        FewReason.VERY_SOCIAL: terms is not None and terms.financing == Financing.PLAI,
    }
    return [reason for reason in FewReason if holds[reason]]


@door(Permission.VACANCY_CONVENE, model=Vacancy, post_event=events.FORM_SUBMITTED, select_related=_PLACED)
def vacancy_convene(request: DoorRequest, vacancy: Vacancy) -> HttpResponse:
    """Put the dwelling on the agenda of a convened session. Only prepared sheets are presented."""
    access = request.access
    candidates = [each for each in _candidates(access, vacancy) if each.row.state == CandidacyState.DESIGNATED]
    ready = sum(candidate.is_ready for candidate in candidates)
    few = ready < LEAST_CANDIDATES
    reasons = _few_reasons(access, vacancy) if few else []
    sessions = list(access.rows(Session).filter(state=SessionState.CONVENED).order_by("held_at", "id"))
    possible = bool(vacancy.state == VacancyState.SHORTLISTED and ready and sessions and (reasons or not few))
    form = ConveneForm(request.POST or None, sessions=sessions, few_reasons=reasons)
    if possible and form.is_valid() and done(form, put_on_agenda, request, vacancy=vacancy, **form.values()):
        messages.success(request, _("Le logement est inscrit à la séance."))
        return redirect("shortlist", pk=vacancy.pk)
    context = {"vacancy": vacancy, "candidates": candidates, "ready": ready, "few": few, "reasons": reasons}
    context |= {"sessions": sessions, "possible": possible, "form": form}
    return render(request, "allocations/vacancy_convene.html", context)
