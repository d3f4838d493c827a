"""Columns, filters and order of the list of declared vacancies, which names no tenant."""

from typing import Any

from django import forms
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from access.guard.context import DoorRequest
from access.models import Place
from access.pages.fields import DayField, PlaceField
from access.pages.lists import ListForm, Listing, at_place, between, by_place, listing_of
from access.pages.sorting import Column, by_label
from allocations.dwellings import Notice, vacancies_of
from allocations.models import VacancyState
from allocations.models.vacancy import ENDED

OPEN_STATES = [(state.value, state.label) for state in VacancyState if state not in ENDED]
# STEPS numbers the states in the order of the allocation procedure, so that vacancies can be sorted in this order.
STEPS = {state: f"{number:02}" for number, (state, _label) in enumerate(OPEN_STATES)}
COLUMNS = (
    Column(
        "logement",
        _("Logement"),
        lambda _access: [
            *by_place("building__place"),
            F("unit__staircase").asc(),
            F("unit__floor").asc(nulls_last=True),
            F("unit__door").asc(),
        ],
    ),
    Column("loyer", _("Type et loyer"), lambda _access: [F("unit__terms__rent_cents").asc(nulls_last=True)]),
    Column("disponible", _("Disponible"), lambda _access: [F("available_on").asc()]),
    Column("etat", _("État"), lambda _access: [by_label("state", STEPS), F("available_on").asc()]),
    Column("reservataire", _("Réservataire"), lambda _access: [F("contingent__holder").asc(nulls_last=True)]),
)


class VacancyFilter(ListForm):
    CODES = {"lieu": "place", "etat": "status", "du": "days", "au": "days"}

    lieu = PlaceField(label=_("Lieu, et ceux qui en dépendent"), required=False)
    etat = forms.ChoiceField(label=_("État"), required=False, choices=[("", _("tous")), *OPEN_STATES])
    du = DayField(label=_("Disponible depuis le"), required=False)
    au = DayField(label=_("Disponible jusqu’au"), required=False)

    def __init__(self, data: Any, places: Any) -> None:
        super().__init__(data)
        self.offer_places("lieu", places)

    def clean(self) -> dict[str, Any]:
        self.check_days("du", "au")
        return self.cleaned_data


def vacancy_list(request: DoorRequest) -> tuple[Listing, Any]:
    """Return the filters and order of the list, and its vacancies."""
    access = request.access
    listing = listing_of(request, VacancyFilter(request.GET, access.rows(Place)), COLUMNS, "disponible")
    criteria = listing.form.criteria
    rows = at_place(vacancies_of(access).open(), criteria.get("lieu"), "building__place")
    if state := criteria.get("etat"):
        rows = rows.filter(state=state)
    return listing, listing.sort(between(rows, "available_on", criteria.get("du"), criteria.get("au")), access)


def notices_of(listing: Listing, notices: list[Notice]) -> list[Notice]:
    """Return the dwellings at the chosen place that are not declared vacant yet. Other filters do not apply to them."""
    place = listing.form.criteria.get("lieu")
    return [notice for notice in notices if not place or notice.unit.building.place.path.startswith(place.path)]
