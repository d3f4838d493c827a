"""API endpoints to list, open and search residents. Lists contain no telephone numbers, and cards name no account."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from access.api.endpoint import ApiRequest, endpoint, page
from access.api.paging import ListQuery, Page
from access.api.serializer_fields import Code, Id, Strict, Word
from access.permissions import Permission
from audit import events
from buildings.api import DoorOut
from tenants.models import HelpCode, Residence
from tenants.models.restriction import is_restricted
from tenants.models.tenant import Channel, Title
from tenants.queries import household
from tenants.search import SHORTEST, Search
from tenants.vocabulary import HELP_CODES, ON_THE_CARD

FOUND = 50

# --- Responses -------------------------------------------------------------------------------------------------------


class ResidentOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField(source="tenant.display_name")
    building = serializers.UUIDField(source="building_id")
    unit = DoorOut()
    moved_in = serializers.DateField()
    moved_out = serializers.DateField(allow_null=True)


class HelpOut(serializers.Serializer[Any]):
    code = serializers.ChoiceField(choices=HELP_CODES.choices)
    asked_on = serializers.DateField()
    renew_by = serializers.DateField()


class ContactOut(serializers.Serializer[Any]):
    channel = serializers.ChoiceField(choices=Channel.choices)
    phone = serializers.CharField()
    email = serializers.CharField()
    contact_name = serializers.CharField()


class NeighbourOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField(source="tenant.display_name")


class CardOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.ChoiceField(choices=Title.choices)
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    building = serializers.UUIDField()
    unit = DoorOut()
    moved_in = serializers.DateField()
    moved_out = serializers.DateField(allow_null=True)
    contact = ContactOut()
    restricted = serializers.BooleanField(
        help_text=_("Traitement limité à la demande de la personne : le contact n’est pas communiqué.")
    )
    household = NeighbourOut(many=True)
    help = HelpOut(many=True)


# --- Queries and bodies ----------------------------------------------------------------------------------------------


class ResidentsQuery(ListQuery):
    orders = {"name": ("name_key", "id"), "moved_in": ("moved_in", "id")}

    building = Id(required=False)
    when = Code(
        choices=[("living", _("y habitent")), ("arriving", _("arrivent")), ("leaving", _("partent"))], required=False
    )


class SearchBody(Strict):
    q = Word(min_length=SHORTEST, max_length=120, help_text=_("Le nom, le téléphone, ou l’adresse et la porte."))


# --- Endpoints -------------------------------------------------------------------------------------------------------


@endpoint(
    Permission.RESIDENTS_LIST,
    get_event=events.LIST_SHOWN,
    title=_("Occupants : présents, arrivant sous 14 jours, partis depuis moins de 7 jours"),
    answers=ResidentOut,
    query=ResidentsQuery,
)
def residents(request: ApiRequest) -> Page:
    access, query = request.access, request.query
    access.note(list="residents")
    rows = access.rows(Residence)
    if building := query.get("building"):
        rows = rows.filter(building=building)
    if when := query.get("when"):
        rows = getattr(rows, when)(access.day)
    return page(request, rows)


@endpoint(
    Permission.CARD_VIEW,
    model=Residence,
    get_event=events.CARD_OPENED,
    title=_("Une fiche"),
    answers=CardOut,
)
def resident(request: ApiRequest, residence: Residence) -> dict[str, Any]:
    access, tenant = request.access, residence.tenant
    helps = access.rows(HelpCode).filter(tenant=residence.tenant_id, code__in=ON_THE_CARD).in_force(access.day)
    return {
        "id": residence.pk,
        "title": tenant.title,
        "first_name": tenant.first_name,
        "last_name": tenant.last_name,
        "building": residence.building_id,
        "unit": residence.unit,
        "moved_in": residence.moved_in,
        "moved_out": residence.moved_out,
        "contact": tenant,
        "restricted": is_restricted("residence", residence.pk),
        "household": household(access, residence),
        "help": helps.order_by("code"),
    }


@endpoint(
    Permission.RESIDENTS_SEARCH,
    get_event=events.SEARCH_RUN,
    post_is_search=True,
    title=_("Chercher un occupant par nom, téléphone, adresse ou porte : les 50 premiers"),
    answers=ResidentOut,
    body=SearchBody,
    many=True,
)
def residents_search(request: ApiRequest) -> list[Residence]:
    """Search residents. The words come in the request body, so that server logs of URLs do not contain them."""
    matches = Search(request.access, request.body_data["q"]).residences()
    request.access.note(count=matches.total, scope="residents")
    return matches.first(request.access.rows(Residence), FOUND)
