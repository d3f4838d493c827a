"""Pages of a vacancy's shortlist: draw it, designate candidates, put the vacancy on an agenda. They display neither
names nor application numbers."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done, row_or_404
from access.permissions import Permission
from allocations.actions.sessions import put_on_agenda, take_off_agenda
from allocations.actions.shortlist import designate, draw_shortlist, withdraw_candidate
from allocations.committee.agenda import convened_item
from allocations.committee.shortlists import MOST_SHOWN, OPEN_TO_CANDIDATES, convening_of, shortlist_of
from allocations.dwellings import FOR_DISABLED_PEOPLE, MOST_COUNTED, equipment_of, is_reserved, terms_of
from allocations.forms.shortlist import ConveneForm
from allocations.models import Candidacy, ShortlistLine, Vacancy
from audit import events

_PLACED = ("unit__terms", "building__place__parent", "contingent")


@door(Permission.SHORTLIST_VIEW, model=Vacancy, get_event=events.SHORTLIST_SHOWN, select_related=_PLACED)
def shortlist(request: DoorRequest, vacancy: Vacancy) -> HttpResponse:
    """Display the shortlist (the applications ranked for the dwelling) with the rules of the ranking, then the
    candidates."""
    terms, table = terms_of(vacancy.unit), shortlist_of(request.access, vacancy)
    context = {
        "vacancy": vacancy,
        "terms": terms,
        "equipment": equipment_of(terms),
        "adapted": terms is not None and not FOR_DISABLED_PEOPLE.isdisjoint(terms.equipment),
        "reserved": is_reserved(vacancy),
        "drawn": table.drawn,
        "lines": table.lines,
        "shown": sum(line.row.rank <= MOST_SHOWN for line in table.lines),
        "owed": table.owed,
        "most_counted": MOST_COUNTED,
        "candidates": table.candidates,
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
    """Designate the candidate of a shortlist line. The decorator loads the vacancy instead of the line, because the
    line contains a pseudonym that nobody may read."""
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
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and done(form, withdraw_candidate, request, candidacy=candidacy):
        messages.success(request, _("La candidature est retirée."))
        return redirect("shortlist", pk=candidacy.vacancy_id)
    return render(request, "allocations/candidacy_withdraw.html", {"candidacy": candidacy, "form": form})


@door(Permission.VACANCY_CONVENE, model=Vacancy, post_event=events.FORM_SUBMITTED, select_related=_PLACED)
def vacancy_convene(request: DoorRequest, vacancy: Vacancy) -> HttpResponse:
    """Put a vacant dwelling on the agenda of a session of the allocation commission, or remove it from the agenda.

    Removal is possible only before the session opens. The commission examines only candidates with a prepared sheet.
    """
    access = request.access
    item = convened_item(access, vacancy)
    # Only the button `take_off` removes the dwelling, so that sending the form that adds it twice does not remove it.
    if item and (request.method != "POST" or "take_off" in request.POST):
        off = forms.Form(request.POST if request.method == "POST" else None)
        if request.method == "POST" and done(off, take_off_agenda, request, item=item):
            messages.success(request, _("Le logement est retiré de l’ordre du jour."))
            return redirect("shortlist", pk=vacancy.pk)
        page = {"vacancy": vacancy, "item": item, "own": item.added_by_id == access.person.pk, "form": off}
        return render(request, "allocations/vacancy_take_off.html", page)
    convening = convening_of(access, vacancy)
    form = ConveneForm(request.POST or None, sessions=convening.sessions, few_reasons=convening.reasons)
    if convening.possible and form.is_valid() and done(form, put_on_agenda, request, vacancy=vacancy, **form.values()):
        messages.success(request, _("Le logement est inscrit à la séance."))
        return redirect("shortlist", pk=vacancy.pk)
    names = ("candidates", "ready", "few", "reasons", "sessions", "possible")
    context = {"vacancy": vacancy, "form": form} | {name: getattr(convening, name) for name in names}
    return render(request, "allocations/vacancy_convene.html", context)
