"""API endpoints for dwellings to let: list open vacancies, declare and withdraw one, and set letting terms. No endpoint
returns a tenant's name."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from access.api.endpoint import ApiRequest, endpoint, page
from access.api.paging import ListQuery, Page
from access.api.problems import Problem
from access.api.serializer_fields import Code, Day, Flag, Strict, Whole
from access.constraints import sentence_of
from access.permissions import Permission
from allocations.actions.vacancies import declare_vacancy, set_unit_terms, withdraw_vacancy
from allocations.api.results import MOST_CENTS, ContingentOut, EmptyBody, MadeOut, TermsOut, run_once
from allocations.dwellings import Notice, free_from, terms_of, vacancies_of
from allocations.dwellings import notices as notices_of
from allocations.forms.vacancies import available_on_error
from allocations.models import OrientationReason, OutsideFlow, Vacancy, VacancyState
from audit import events
from buildings.api import BuildingOut, DoorOut
from buildings.models import Financing, Unit, Zone
from buildings.vocabulary import EQUIPMENT

# --- Responses -------------------------------------------------------------------------------------------------------


class VacancyOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="vacancy.id")
    building = BuildingOut(source="vacancy.building")
    unit = DoorOut(source="vacancy.unit")
    terms = TermsOut(allow_null=True)
    available_on = serializers.DateField(source="vacancy.available_on")
    declared_on = serializers.DateField(source="vacancy.declared_on")
    state = serializers.ChoiceField(choices=VacancyState.choices, source="vacancy.state")
    contingent = ContingentOut(source="vacancy.contingent", allow_null=True)
    orientation_reason = serializers.ChoiceField(
        choices=OrientationReason.choices, allow_blank=True, source="vacancy.orientation_reason"
    )
    outside_flow = serializers.ChoiceField(choices=OutsideFlow.choices, allow_blank=True, source="vacancy.outside_flow")
    oriented_on = serializers.DateField(source="vacancy.oriented_on", allow_null=True)


# --- Queries and bodies ----------------------------------------------------------------------------------------------


class NoticeOut(serializers.Serializer[Any]):
    building = BuildingOut(source="unit.building")
    unit = DoorOut()
    terms = TermsOut(allow_null=True)
    free_from = serializers.DateField()


class VacanciesQuery(ListQuery):
    orders = {"available_on": ("available_on", "id")}


class DeclareBody(Strict):
    available_on = Day(help_text=_("Le jour où un nouveau locataire peut entrer, travaux compris."))


class TermsBody(Strict):
    """The letting terms of a dwelling. As on the page, an optional field that is left out is reset to its default."""

    financing = Code(choices=Financing.choices)
    zone = Code(choices=Zone.choices)
    rent_cents = Whole(min_value=0, max_value=MOST_CENTS, help_text=_("Loyer mensuel hors charges, en centimes."))
    charges_cents = Whole(min_value=0, max_value=MOST_CENTS, help_text=_("Provision pour charges, en centimes."))
    qpv = Flag(default=False)
    qpv_on = Day(help_text=_("Le jour de la liste officielle que vous avez lue."))
    equipment = serializers.ListField(
        child=Code(choices=EQUIPMENT.choices), default=list, max_length=len(EQUIPMENT.terms)
    )
    first_letting = Flag(default=False)


# --- Endpoints -------------------------------------------------------------------------------------------------------


@endpoint(
    Permission.VACANCIES_VIEW,
    get_event=events.VACANCIES_SHOWN,
    title=_("Logements vacants à attribuer"),
    answers=VacancyOut,
    query=VacanciesQuery,
)
def vacancies(request: ApiRequest) -> Page:
    listed = page(request, vacancies_of(request.access).open())
    request.access.note(count=len(listed.items))
    return Page([with_terms(vacancy) for vacancy in listed.items], listed.next)


@endpoint(
    Permission.VACANCIES_VIEW,
    model=Vacancy,
    get_event=events.VACANCY_SHOWN,
    title=_("Un logement vacant"),
    answers=VacancyOut,
)
def vacancy(request: ApiRequest, vacancy: Vacancy) -> dict[str, Any]:
    request.access.note(vacancy=vacancy.pk)
    return with_terms(vacancies_of(request.access).get(pk=vacancy.pk))


def with_terms(vacancy: Vacancy) -> dict[str, Any]:
    return {"vacancy": vacancy, "terms": terms_of(vacancy.unit)}


@endpoint(
    Permission.VACANCY_DECLARE,
    model=Unit,
    post_event=events.VACANCY_DECLARED,
    title=_("Déclarer vacant un logement qui est ou sera libre"),
    answers=MadeOut,
    body=DeclareBody,
    status=201,
)
def vacancy_declare(request: ApiRequest, unit: Unit) -> dict[str, Any]:
    """Declare a dwelling that is or will be vacant. The response is 404 if no tenant leaves the dwelling."""

    def declare(*, available_on: date, **acting: Any) -> Vacancy:
        if request.access.rows(Vacancy).open().filter(unit=unit).exists():
            raise ValidationError(sentence_of("vacancy_one_open_a_unit"), code="already")
        day = free_from(unit)
        if day is None:
            raise Http404
        if error := available_on_error(available_on, day):
            raise ValidationError({"available_on": error})
        return declare_vacancy(unit=unit, available_on=available_on, **acting)

    return run_once(request, declare, **request.body_data)


@endpoint(
    Permission.VACANCIES_VIEW,
    get_event=events.VACANCIES_SHOWN,
    title=_("Logements libres ou bientôt libres, sans vacance déclarée"),
    answers=NoticeOut,
    many=True,
)
def notices(request: ApiRequest) -> list[Notice]:
    """Return at most 200 dwellings that are or will be vacant, without their departing tenants."""
    return notices_of(request.access)


@endpoint(
    Permission.VACANCY_DECLARE,
    model=Vacancy,
    post_event=events.VACANCY_WITHDRAWN,
    title=_("Retirer un logement vacant : il n’est plus à attribuer"),
    answers=MadeOut,
    body=EmptyBody,
)
def vacancy_withdraw(request: ApiRequest, vacancy: Vacancy) -> dict[str, Any]:
    def withdraw(**acting: Any) -> Vacancy:
        if not vacancy.is_open:
            raise Problem("already")
        return withdraw_vacancy(vacancy=vacancy, **acting)

    return run_once(request, withdraw)


@endpoint(
    Permission.TERMS_KEEP,
    model=Unit,
    post_event=events.UNIT_TERMS_SET,
    title=_("Enregistrer les conditions de location d’un logement"),
    answers=MadeOut,
    body=TermsBody,
)
def unit_terms(request: ApiRequest, unit: Unit) -> dict[str, Any]:
    return run_once(request, set_unit_terms, unit=unit, **request.body_data)
