"""API endpoints that orient vacancies (choose the reserving body that designates the candidates): the list of vacancies
with advice, and the orientation of one vacancy."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from access.api.endpoint import ApiRequest, endpoint
from access.api.serializer_fields import Code, Id, Strict
from access.permissions import Permission
from allocations.actions.vacancies import orient_vacancy
from allocations.api.results import ContingentOut, MadeOut, row_of, run_once
from allocations.api.vacancies import VacancyOut, with_terms
from allocations.dwellings import current_contingents, flow_of, proposals, recently_oriented, to_orient
from allocations.models import OrientationReason, OutsideFlow, Vacancy
from allocations.rules.flow_advice import ELSEWHERE, REACHED
from audit import events

# --- Responses -------------------------------------------------------------------------------------------------------


class ProposalOut(serializers.Serializer[Any]):
    """Loge's advice for one vacancy: reserve it for a contingent (share of a reserving body), or for none. `reason` is
    the reason for the advice."""

    contingent = serializers.UUIDField(source="contingent.contingent.id", allow_null=True)
    reason = serializers.ChoiceField(choices=[*OrientationReason.values, ELSEWHERE, REACHED])


class WaitingOut(VacancyOut):
    proposal = ProposalOut(allow_null=True)


class ShareOut(serializers.Serializer[Any]):
    """The yearly share of a reserving body's contingent. `due` is the share in whole dwellings. `ahead` is
    how many dwellings more than its share the contingent has received so far; it is negative for fewer."""

    contingent = ContingentOut()
    share_permille = serializers.IntegerField(allow_null=True)
    due = serializers.IntegerField(allow_null=True)
    oriented = serializers.IntegerField()
    ahead = serializers.IntegerField()
    lacks_convention = serializers.BooleanField()


class BoardOut(serializers.Serializer[Any]):
    year = serializers.IntegerField(source="flow.year")
    base = serializers.IntegerField(source="flow.base.base", allow_null=True)
    oriented = serializers.IntegerField(source="flow.oriented")
    outside = serializers.IntegerField(source="flow.outside")
    contingents = ShareOut(many=True, source="flow.contingents")
    waiting = WaitingOut(many=True)
    recent = VacancyOut(many=True)


# --- Bodies ----------------------------------------------------------------------------------------------------------


class OrientBody(Strict):
    """Request body that reserves a vacancy for a contingent, or excludes it from the yearly shares of reserving bodies.
    Both need a reason."""

    contingent = Id(required=False)
    reason = Code(choices=OrientationReason.choices, required=False)
    outside_flow = Code(choices=OutsideFlow.choices, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.keys() not in ({"contingent", "reason"}, {"outside_flow"}):
            raise serializers.ValidationError(_("Choisissez un réservataire, ou une raison hors du flux."))
        return attrs


# --- Endpoints -------------------------------------------------------------------------------------------------------


@endpoint(
    Permission.VACANCY_ORIENT,
    get_event=events.STEERING_SHOWN,
    title=_("Le flux de l’année, les logements à orienter et ceux orientés depuis sept jours"),
    answers=BoardOut,
)
def orientation(request: ApiRequest) -> dict[str, Any]:
    access = request.access
    flow, waiting = flow_of(access), to_orient(access)
    advice = proposals(flow, waiting)
    return {
        "flow": flow,
        "waiting": [with_terms(vacancy) | {"proposal": advice.get(vacancy.pk)} for vacancy in waiting],
        "recent": [with_terms(vacancy) for vacancy in recently_oriented(access)],
    }


@endpoint(
    Permission.VACANCY_ORIENT,
    model=Vacancy,
    post_event=events.VACANCY_ORIENTED,
    title=_("Orienter un logement vacant vers un réservataire, ou hors du flux"),
    answers=MadeOut,
    body=OrientBody,
)
def vacancy_orient(request: ApiRequest, vacancy: Vacancy) -> dict[str, Any]:
    def orient(**acting: Any) -> Vacancy:
        values = dict(request.body_data)
        if "contingent" in values:
            values["contingent"] = row_of(current_contingents(request.access), "contingent", values["contingent"])
        return orient_vacancy(vacancy=vacancy, **values, **acting)

    return run_once(request, orient)
