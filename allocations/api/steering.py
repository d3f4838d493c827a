"""API endpoints of the allocation manager: fragile residences (buildings where an additional motive of refusal
applies), and counts of the rows exported to the national register. They return no data about persons."""

import re
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from access.api.endpoint import ApiRequest, endpoint, page
from access.api.paging import ListQuery, Page
from access.api.problems import Problem
from access.api.serializer_fields import Day, Id, Strict, Word
from access.constraints import sentence_of
from access.permissions import Permission
from allocations.actions.residences import end_fragile_residence, name_fragile_residence
from allocations.api.results import MadeOut, row_of, run_once
from allocations.models import FragileResidence
from allocations.models.figure import SOURCE_NUMBER
from allocations.steering.registry import last_runs, rows_to_send
from audit import events
from buildings.api import BuildingOut
from buildings.models import Building


def require_source_number(number: str) -> None:
    if not re.fullmatch(SOURCE_NUMBER, number):
        raise serializers.ValidationError(sentence_of("fragile_residence_has_its_source"))


# --- Responses -------------------------------------------------------------------------------------------------------


class FragileResidenceOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    building = BuildingOut()
    source_number = serializers.CharField()
    source_date = serializers.DateField()
    first_day = serializers.DateField()
    last_day = serializers.DateField(allow_null=True)


class RegistryRunOut(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    made_on = serializers.DateField()
    rows = serializers.IntegerField()
    digest = serializers.CharField(help_text=_("Le début de l’empreinte du fichier avant chiffrement (SHA-256)."))


class RegistryOut(serializers.Serializer[Any]):
    """The latest exports to the national register and the number of waiting rows, without the content of any row."""

    waiting = serializers.IntegerField(help_text=_("Le nombre de lignes qui partiront au prochain envoi."))
    recipient_known = serializers.BooleanField(help_text=_("Sans la clé publique du destinataire, rien ne part."))
    runs = RegistryRunOut(many=True, help_text=_("Les cent derniers envois."))


# --- Queries and bodies ----------------------------------------------------------------------------------------------


class ResidencesQuery(ListQuery):
    orders = {"first_day": ("first_day", "id")}


class ResidenceBody(Strict):
    building = Id()
    source_number = Word(
        max_length=24,
        validators=[require_source_number],
        help_text=_("Le numéro de la convention intercommunale d’attribution, par exemple 2025-12."),
    )
    source_date = Day()
    first_day = Day(help_text=_("Le jour à partir duquel la convention s’applique."))


class ResidenceEndBody(Strict):
    last_day = Day(help_text=_("Aujourd’hui ou plus tard."))


# --- Fragile residences ----------------------------------------------------------------------------------------------


@endpoint(
    Permission.LEGAL_FIGURES_KEEP,
    get_event=events.LEGAL_FIGURES_SHOWN,
    title=_("Les résidences fragiles que nomme la convention intercommunale"),
    answers=FragileResidenceOut,
    query=ResidencesQuery,
)
def fragile_residences(request: ApiRequest) -> Page:
    return page(request, request.access.rows(FragileResidence).select_related("building__place"))


@endpoint(
    Permission.LEGAL_FIGURES_KEEP,
    post_event=events.FRAGILE_RESIDENCE_NAMED,
    title=_("Enregistrer un bâtiment que la convention intercommunale nomme comme fragile"),
    answers=MadeOut,
    body=ResidenceBody,
    status=201,
)
def fragile_residence_name(request: ApiRequest) -> dict[str, Any]:
    def name(*, building: UUID, **values: Any) -> FragileResidence:
        row = row_of(request.access.rows(Building).filter(pk=building), "building", building)
        return name_fragile_residence(building=row, **values)

    return run_once(request, name, **request.body_data)


@endpoint(
    Permission.LEGAL_FIGURES_KEEP,
    model=FragileResidence,
    post_event=events.FRAGILE_RESIDENCE_ENDED,
    title=_("Mettre fin à une résidence fragile, aujourd’hui ou plus tard"),
    answers=MadeOut,
    body=ResidenceEndBody,
)
def fragile_residence_end(request: ApiRequest, residence: FragileResidence) -> dict[str, Any]:
    def end(*, last_day: date, **acting: Any) -> FragileResidence:
        if residence.last_day is not None:
            raise Problem("already")
        if last_day < request.access.day:
            raise ValidationError({"last_day": sentence_of("fragile_residence_stays_as_named")})
        return end_fragile_residence(residence=residence, last_day=last_day, **acting)

    return run_once(request, end, **request.body_data)


# --- The national register -------------------------------------------------------------------------------------------


@endpoint(
    Permission.QUOTAS_READ,
    get_event=events.STEERING_SHOWN,
    title=_("Les envois au système national d’enregistrement, en nombres"),
    answers=RegistryOut,
)
def registry_runs(request: ApiRequest) -> dict[str, Any]:
    runs = [
        {"number": run.number, "made_on": run.made_on, "rows": run.rows, "digest": run.digest[:16]}
        for run in last_runs(request.access)
    ]
    return {"waiting": rows_to_send(), "recipient_known": bool(settings.REGISTRY_RECIPIENT), "runs": runs}
