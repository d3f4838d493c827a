"""API endpoints of a vacancy's shortlist: read it, draw it, designate and withdraw candidates, put the vacancy on an
agenda. No endpoint returns a name."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from access.api.endpoint import ApiRequest, endpoint
from access.api.serializer_fields import Code, Id, Strict
from access.pages.acting import row_or_404
from access.permissions import Permission
from allocations.actions.sessions import put_on_agenda, take_off_agenda
from allocations.actions.shortlist import designate, draw_shortlist, withdraw_candidate
from allocations.api.results import EmptyBody, MadeOut, require_valid, row_of, run_once
from allocations.committee.agenda import convened_item
from allocations.committee.shortlists import Convening, ShortlistTable, convening_of, shortlist_of
from allocations.forms.shortlist import ConveneForm
from allocations.models import Candidacy, CandidacyState, FewReason, ShortlistLine, Vacancy
from allocations.vocabulary import EQUIPMENT
from audit import events

_PLACED = ("unit__terms", "building__place__parent", "contingent")

# --- Responses -------------------------------------------------------------------------------------------------------


class LineOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="row.id")
    rank = serializers.IntegerField(source="row.rank")
    verified = serializers.IntegerField(source="row.verified")
    declared = serializers.IntegerField(source="row.declared")
    persons = serializers.IntegerField(source="row.persons")
    filed_in = serializers.CharField(help_text=_("Le mois du dépôt, par exemple 2024-03."))
    priority = serializers.BooleanField(source="row.priority")
    equipment = serializers.ListField(child=serializers.ChoiceField(choices=EQUIPMENT.choices), source="row.equipment")
    is_owed = serializers.BooleanField(help_text=_("À examiner en premier."))
    number = serializers.IntegerField(source="candidacy.number", allow_null=True)


class CandidateOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="row.id")
    number = serializers.IntegerField(source="row.number")
    state = serializers.ChoiceField(choices=CandidacyState.choices, source="row.state")
    rank = serializers.IntegerField(source="row.rank", allow_null=True)
    nominated_by = serializers.CharField(source="row.contingent.holder", allow_null=True)
    prepared_on = serializers.DateField(allow_null=True)


class ShortlistOut(serializers.Serializer[Any]):
    drawn_on = serializers.DateField(source="drawn.run_on", allow_null=True)
    grid = serializers.IntegerField(source="drawn.grid.version", allow_null=True)
    eligible = serializers.IntegerField(source="drawn.eligible", allow_null=True)
    lines = LineOut(many=True)
    candidates = CandidateOut(many=True)


class SessionToComeOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    held_at = serializers.DateTimeField()


class ConveningOut(serializers.Serializer[Any]):
    possible = serializers.BooleanField()
    ready = serializers.IntegerField(help_text=_("Le nombre de fiches préparées, qui seront présentées."))
    few_reasons = serializers.ListField(child=serializers.ChoiceField(choices=FewReason.choices), source="reasons")
    sessions = SessionToComeOut(many=True)


# --- Bodies ----------------------------------------------------------------------------------------------------------


class ConveneBody(Strict):
    session = Id()
    few_reason = Code(
        choices=FewReason.choices, required=False, help_text=_("Obligatoire avec moins de trois fiches préparées.")
    )


# --- Endpoints -------------------------------------------------------------------------------------------------------


@endpoint(
    Permission.SHORTLIST_VIEW,
    model=Vacancy,
    get_event=events.SHORTLIST_SHOWN,
    select_related=_PLACED,
    title=_("La dernière présélection d’un logement et ses candidatures, sans nom"),
    answers=ShortlistOut,
)
def shortlist(request: ApiRequest, vacancy: Vacancy) -> ShortlistTable:
    return shortlist_of(request.access, vacancy)


@endpoint(
    Permission.SHORTLIST_RUN,
    model=Vacancy,
    post_event=events.SHORTLIST_RUN,
    title=_("Établir la présélection d’un logement"),
    answers=MadeOut,
    body=EmptyBody,
)
def shortlist_draw(request: ApiRequest, vacancy: Vacancy) -> dict[str, Any]:
    return run_once(request, draw_shortlist, vacancy=vacancy)


@endpoint(
    Permission.CANDIDATE_DESIGNATE,
    model=Vacancy,
    lookup="lines",
    post_event=events.CANDIDATE_DESIGNATED,
    title=_("Désigner le candidat d’un rang"),
    answers=MadeOut,
    body=EmptyBody,
    status=201,
)
def candidate_designate(request: ApiRequest, vacancy: Vacancy) -> dict[str, Any]:
    """Designate the candidate of a shortlist line. The decorator loads the vacancy instead of the line, because the
    line contains a pseudonym that nobody may read."""
    rows = request.access.rows(ShortlistLine).filter(vacancy=vacancy).defer("pseudonym")
    line = row_or_404(rows, str(request.resolver_match.kwargs["lines"]) if request.resolver_match else "")
    return run_once(request, designate, line=line)


@endpoint(
    Permission.CANDIDATE_DESIGNATE,
    model=Candidacy,
    post_event=events.CANDIDATE_WITHDRAWN,
    select_related=("vacancy",),
    title=_("Retirer une candidature avant la commission"),
    answers=MadeOut,
    body=EmptyBody,
)
def candidacy_withdraw(request: ApiRequest, candidacy: Candidacy) -> dict[str, Any]:
    return run_once(request, withdraw_candidate, candidacy=candidacy)


@endpoint(
    Permission.VACANCY_CONVENE,
    model=Vacancy,
    get_event=events.CANDIDACIES_SHOWN,
    select_related=_PLACED,
    title=_("Les séances auxquelles un logement peut être inscrit"),
    answers=ConveningOut,
)
def vacancy_convening(request: ApiRequest, vacancy: Vacancy) -> Convening:
    request.access.note(vacancy=vacancy.pk)
    return convening_of(request.access, vacancy)


@endpoint(
    Permission.VACANCY_CONVENE,
    model=Vacancy,
    post_event=events.VACANCY_CONVENED,
    select_related=_PLACED,
    title=_("Inscrire un logement à une séance, avec ses fiches préparées"),
    answers=MadeOut,
    body=ConveneBody,
)
def vacancy_convene(request: ApiRequest, vacancy: Vacancy) -> dict[str, Any]:
    def convene(**acting: Any) -> Vacancy:
        convening = convening_of(request.access, vacancy)
        row_of(convening.sessions, "session", request.body_data["session"])
        values = {name: str(value) for name, value in request.body_data.items()}
        form = ConveneForm(values, sessions=convening.sessions, few_reasons=convening.reasons)
        require_valid(form)
        put_on_agenda(vacancy=vacancy, **form.values(), **acting)
        return vacancy

    return run_once(request, convene)


@endpoint(
    Permission.VACANCY_CONVENE,
    model=Vacancy,
    post_event=events.VACANCY_TAKEN_OFF,
    title=_("Retirer de l’ordre du jour un logement que j’ai inscrit, avant l’ouverture de la séance"),
    answers=MadeOut,
    body=EmptyBody,
)
def vacancy_take_off(request: ApiRequest, vacancy: Vacancy) -> dict[str, Any]:
    return _taken_off(request, vacancy)


@endpoint(
    Permission.SESSION_CONVENE,
    model=Vacancy,
    post_event=events.VACANCY_TAKEN_OFF,
    title=_("Retirer un logement de l’ordre du jour, avant l’ouverture de la séance"),
    answers=MadeOut,
    body=EmptyBody,
)
def agenda_remove(request: ApiRequest, vacancy: Vacancy) -> dict[str, Any]:
    """Remove a dwelling from the agenda. A person who convenes sessions may remove any dwelling."""
    return _taken_off(request, vacancy)


def _taken_off(request: ApiRequest, vacancy: Vacancy) -> dict[str, Any]:
    def take_off(**acting: Any) -> Vacancy:
        item = convened_item(request.access, vacancy)
        if item is None:
            raise ValidationError(_("Ce logement n’est inscrit à aucune séance à venir."))
        take_off_agenda(item=item, **acting)
        return vacancy

    return run_once(request, take_off)
