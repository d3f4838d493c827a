"""API endpoints for a reserving body: the vacancies reserved for its contingents, and the candidates it has
nominated."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from access.api.endpoint import ApiRequest, endpoint, page
from access.api.paging import ListQuery, Page
from access.api.serializer_fields import Strict, Word
from access.permissions import Permission
from allocations.actions.shortlist import nominate
from allocations.api.results import ContingentOut, LetDwellingOut, MadeOut, require_valid, run_once
from allocations.forms.hand_overs import NominateForm
from allocations.models import Candidacy, CandidacyState, DecisionKind, Vacancy, VacancyState
from allocations.queries import as_disclosed, nomination_delay, open_to_reserving_body, own_nominees
from allocations.rules.motives import MOTIVES
from audit import events

# --- Responses -------------------------------------------------------------------------------------------------------


class OwnVacancyOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="vacancy.id")
    dwelling = LetDwellingOut(source="vacancy")
    contingent = ContingentOut(source="vacancy.contingent")
    state = serializers.ChoiceField(choices=VacancyState.choices, source="vacancy.state")
    available_on = serializers.DateField(source="vacancy.available_on")
    oriented_on = serializers.DateField(source="vacancy.oriented_on")


class NomineeOut(serializers.Serializer[Any]):
    """A nominated candidate. The names and the number are null once the application is deleted; the band (range of
    points) is null until the sheet is prepared."""

    sheet = serializers.IntegerField()
    number = serializers.CharField(allow_null=True)
    last_name = serializers.CharField(allow_null=True)
    first_name = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(choices=CandidacyState.choices)
    priority = serializers.BooleanField(allow_null=True)
    band = serializers.IntegerField(allow_null=True)
    decision = serializers.ChoiceField(choices=DecisionKind.choices, allow_blank=True)
    motive = serializers.ChoiceField(choices=MOTIVES.choices, allow_blank=True)


class OwnVacancyDetail(OwnVacancyOut):
    nominate_by = serializers.DateField(source="delay.last_day", allow_null=True)
    nominees = NomineeOut(many=True)


# --- Queries and bodies ----------------------------------------------------------------------------------------------


class OwnVacanciesQuery(ListQuery):
    orders = {"available_on": ("available_on", "id")}


class NominateBody(Strict):
    number = Word(max_length=40, help_text=_("Les 18 caractères du numéro, sur l’attestation d’enregistrement."))
    last_name = Word(max_length=80)


# --- Endpoints -------------------------------------------------------------------------------------------------------


@endpoint(
    Permission.CONTINGENT_VIEW,
    get_event=events.CONTINGENT_SHOWN,
    title=_("Logements vacants orientés vers mes contingents"),
    answers=OwnVacancyOut,
    query=OwnVacanciesQuery,
)
def own_contingent(request: ApiRequest) -> Page:
    listed = page(request, open_to_reserving_body(request.access))
    as_disclosed(listed.items)
    request.access.note(count=len(listed.items))
    return Page([{"vacancy": vacancy} for vacancy in listed.items], listed.next)


@endpoint(
    Permission.CONTINGENT_VIEW,
    model=Vacancy,
    get_event=events.CONTINGENT_SHOWN,
    select_related=("unit__terms", "building__place", "contingent"),
    title=_("Un logement orienté vers un de mes contingents, et mes candidats"),
    answers=OwnVacancyDetail,
)
def own_vacancy(request: ApiRequest, vacancy: Vacancy) -> dict[str, Any]:
    access = request.access
    as_disclosed([vacancy])
    delay = nomination_delay(access, vacancy)
    return {"vacancy": vacancy, "delay": delay, "nominees": own_nominees(access, vacancy)}


@endpoint(
    Permission.CANDIDATE_NOMINATE,
    model=Vacancy,
    post_event=events.CANDIDATE_DESIGNATED,
    title=_("Désigner un candidat par son numéro entier et son nom"),
    answers=MadeOut,
    body=NominateBody,
    status=201,
)
def own_nominate(request: ApiRequest, vacancy: Vacancy) -> dict[str, Any]:
    """Nominate a candidate by number and name. The response is the same for a wrong number, a wrong name, a closed
    application, and too many attempts."""

    def nominate_it(**acting: Any) -> Candidacy:
        form = NominateForm(request.body_data)
        require_valid(form)
        return nominate(vacancy=vacancy, **form.cleaned_data, **acting)

    return run_once(request, nominate_it)
