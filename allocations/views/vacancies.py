"""Pages of dwellings to let: declared vacancies, dwellings that will be vacant, and letting terms. They display no
tenant's name."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done, result_of
from access.permissions import Permission
from allocations.actions.vacancies import declare_vacancy, set_unit_terms, withdraw_vacancy
from allocations.dwellings import (
    MOST_COUNTED,
    STEPS,
    equipment_of,
    free_from,
    is_to_fill,
    notices,
    owed_examinations,
    terms_of,
)
from allocations.forms.vacancies import DeclareForm, TermsForm
from allocations.forms.vacancy_list import notices_of, vacancy_list
from allocations.models import Vacancy
from audit import events
from buildings.models import Unit
from formats.spreadsheets import Cents, download, kind_of

A_PAGE = 60
_PLACED = ("unit__terms", "building__place__parent", "contingent")


@door(Permission.VACANCIES_VIEW, get_event=events.VACANCIES_SHOWN)
def vacancies(request: DoorRequest) -> HttpResponse:
    access = request.access
    listing, listed = vacancy_list(request)
    rows = list(listed)
    access.note(count=len(rows))
    keeps_terms = access.holds(Permission.TERMS_KEEP)
    fills = access.holds(Permission.SHORTLIST_VIEW)
    context = {
        "page_obj": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "to_fill": [row for row in rows if fills and is_to_fill(row)],
        "owed": owed_examinations() if fills else {},
        "most_counted": MOST_COUNTED,
        "notices": notices_of(listing, notices(access)),
        "keeps_terms": keeps_terms,
        "day": access.day,
        **listing.context(request),
    }
    return render(request, "allocations/vacancies.html", context)


@door(Permission.VACANCIES_VIEW, get_event=events.EXPORT_TAKEN, reauthenticate=True)
def vacancies_export(request: DoorRequest) -> HttpResponse:
    """Export all pages of the list of declared vacancies, with its filters and in its order."""
    access, kind = request.access, kind_of(request)
    listing, rows = vacancy_list(request)
    access.note(format=kind)
    if not listing.is_valid:
        return redirect(f"{reverse('vacancies')}?{request.GET.urlencode()}")
    header = [
        _("Résidence"),
        _("Bâtiment"),
        _("Escalier"),
        _("Étage"),
        _("Porte"),
        _("Type"),
        _("Financement"),
        _("Loyer"),
        _("Disponible"),
        _("État"),
        _("Réservataire"),
    ]
    cells = [_cells(row) for row in rows]
    access.note(count=len(cells))
    return download(kind, _("logements-vacants-%(day)s") % {"day": f"{access.day:%Y-%m-%d}"}, header, cells)


def _cells(row: Vacancy) -> list[object]:
    unit, place, terms = row.unit, row.building.place, terms_of(row.unit)
    return [
        place.parent.name if place.parent else "",
        place.name,
        unit.staircase,
        "" if unit.floor is None else str(unit.floor),
        unit.door,
        unit.type,
        terms.financing if terms else "",
        Cents(terms.rent_cents) if terms else None,
        row.available_on,
        row.get_state_display(),
        row.contingent.holder if row.contingent else _("hors du flux") if row.outside_flow else "",
    ]


@door(Permission.VACANCIES_VIEW, model=Vacancy, get_event=events.VACANCY_SHOWN, select_related=_PLACED)
def vacancy(request: DoorRequest, vacancy: Vacancy) -> HttpResponse:
    access = request.access
    access.note(vacancy=vacancy.pk)
    terms = terms_of(vacancy.unit)
    context = {
        "vacancy": vacancy,
        "terms": terms,
        "equipment": equipment_of(terms),
        "steps": STEPS,
        "orients": access.holds(Permission.VACANCY_ORIENT),
        "keeps_terms": access.holds(Permission.TERMS_KEEP),
        "declares": access.may(Permission.VACANCY_DECLARE, vacancy.building_id),
        "fills": vacancy.oriented_on is not None and access.may(Permission.SHORTLIST_VIEW, vacancy.building_id),
        "owed": vacancy.pk in owed_examinations(),
    }
    return render(request, "allocations/vacancy.html", context)


@door(
    Permission.VACANCY_DECLARE,
    model=Unit,
    post_event=events.FORM_SUBMITTED,
    select_related=("terms", "building__place__parent"),
)
def vacancy_declare(request: DoorRequest, unit: Unit) -> HttpResponse:
    """Declare a dwelling that is or will be vacant. The response is 404 if no tenant leaves the dwelling."""
    if open_vacancy := request.access.rows(Vacancy).open().filter(unit=unit).first():
        return redirect("vacancy", pk=open_vacancy.pk)
    day = free_from(unit)
    if day is None:
        raise Http404
    form = DeclareForm(request.POST or None, free_from=day)
    if form.is_valid() and (declared := result_of(form, declare_vacancy, request, unit=unit, **form.cleaned_data)):
        messages.success(request, _("Le logement vacant est déclaré."))
        return redirect("vacancy", pk=declared.pk)
    context = {"unit": unit, "terms": terms_of(unit), "form": form, "free_from": day}
    return render(request, "allocations/vacancy_declare.html", context)


@door(Permission.VACANCY_DECLARE, model=Vacancy, post_event=events.FORM_SUBMITTED, select_related=_PLACED)
def vacancy_withdraw(request: DoorRequest, vacancy: Vacancy) -> HttpResponse:
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and done(form, withdraw_vacancy, request, vacancy=vacancy):
        messages.success(request, _("Le logement n’est plus à attribuer."))
        return redirect("vacancies")
    context = {"vacancy": vacancy, "form": form, "is_manager": request.access.holds(Permission.VACANCY_ORIENT)}
    return render(request, "allocations/vacancy_withdraw.html", context)


@door(
    Permission.TERMS_KEEP,
    model=Unit,
    post_event=events.FORM_SUBMITTED,
    select_related=("terms", "building__place__parent"),
)
def unit_terms(request: DoorRequest, unit: Unit) -> HttpResponse:
    terms = terms_of(unit)
    initial = {name: getattr(terms, name) for name in TermsForm.base_fields} if terms else {}
    form = TermsForm(request.POST or None, initial=initial)
    if form.is_valid() and done(form, set_unit_terms, request, unit=unit, **form.cleaned_data):
        messages.success(request, _("Les conditions de location sont enregistrées."))
        return redirect("vacancies")
    return render(request, "allocations/unit_terms.html", {"unit": unit, "terms": terms, "form": form})
