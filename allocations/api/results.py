"""Responses and helpers that several allocation endpoints share: run an action once, and validate with a form of the
pages."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _
from rest_framework import serializers

from access.api.endpoint import ApiRequest, acted_once
from access.api.serializer_fields import Strict
from allocations.models import HolderKind
from allocations.vocabulary import EQUIPMENT, SUPPORTING_DOCUMENTS
from buildings.api import AddressOut
from buildings.models import Financing, Zone

MOST_CENTS = 99_999_999  # The highest accepted monthly amount, in cents.
Row = TypeVar("Row", bound=Model)


class MadeOut(serializers.Serializer[Any]):
    """The id of the created or changed object. Nothing else is returned, because the response is stored and sent again
    if the request is repeated."""

    id = serializers.UUIDField()


class EmptyBody(Strict):
    """An empty JSON object, for requests whose URL contains all the information."""


class TermsOut(serializers.Serializer[Any]):
    financing = serializers.ChoiceField(choices=Financing.choices)
    zone = serializers.ChoiceField(choices=Zone.choices)
    qpv = serializers.BooleanField()
    qpv_on = serializers.DateField()
    rent_cents = serializers.IntegerField()
    charges_cents = serializers.IntegerField()
    equipment = serializers.ListField(child=serializers.ChoiceField(choices=EQUIPMENT.choices))
    first_letting = serializers.BooleanField()


class ContingentOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=HolderKind.choices)
    holder = serializers.CharField()


class DwellingOut(serializers.Serializer[Any]):
    """The building, address, floor and door of a dwelling. The serialized object has the attributes `unit` and
    `building`."""

    building = serializers.CharField(source="building.place.name")
    addresses = AddressOut(many=True, source="building.addresses.all")
    staircase = serializers.CharField(source="unit.staircase")
    floor = serializers.IntegerField(source="unit.floor", allow_null=True)
    door = serializers.CharField(source="unit.door")


class LetDwellingOut(DwellingOut):
    """The location of a dwelling and its letting terms."""

    type = serializers.CharField(source="unit.type")
    surface_m2 = serializers.DecimalField(6, 1, source="unit.surface_m2", allow_null=True)
    terms = TermsOut(source="unit.terms", allow_null=True)


class SheetOut(serializers.Serializer[Any]):
    """A numbered sheet as the commission reads it, without the yearly income and the highest income ceiling."""

    persons = serializers.IntegerField()
    children = serializers.IntegerField()
    category = serializers.IntegerField(allow_null=True)
    income_bracket = serializers.IntegerField(allow_null=True)
    ceiling_euros = serializers.IntegerField(allow_null=True)
    waited_months = serializers.IntegerField()
    verified = serializers.IntegerField(allow_null=True)
    declared = serializers.IntegerField(allow_null=True)
    priority = serializers.BooleanField()
    resources_cents = serializers.IntegerField(allow_null=True)
    aid_cents = serializers.IntegerField(allow_null=True)
    effort_permille = serializers.IntegerField(allow_null=True)
    residual_cents = serializers.IntegerField(allow_null=True)
    equipment_lacking = serializers.BooleanField()
    documents_to_come = serializers.ListField(child=serializers.ChoiceField(choices=SUPPORTING_DOCUMENTS.choices))
    owner_suited = serializers.BooleanField()


def run_once(request: ApiRequest, act: Callable[..., Any], **arguments: Any) -> dict[str, Any]:
    """Run an action unless it already ran with the request's idempotency key, and return the id of the object that it
    created or changed."""
    return {"id": acted_once(request, act, **arguments).result}


def require_valid(form: forms.Form) -> None:
    """Raise ValidationError with the errors of a form, but without the submitted values."""
    if form.is_valid():
        return
    errors = form.errors.as_data()
    unlisted = ValidationError(_("Ce code n’est pas dans la liste."))
    raise ValidationError(
        {
            name: [unlisted if error.code == "invalid_choice" else error for error in field_errors]
            for name, field_errors in errors.items()
        }
    )


def row_of(rows: Iterable[Row], field: str, pk: UUID) -> Row:
    """Return the row whose id is given in the request body. Raises the same ValidationError for a row that is hidden
    from the client and for an id that does not exist."""
    for row in rows:
        if row.pk == pk:
            return row
    raise ValidationError({field: _("Aucun élément ne correspond dans votre périmètre.")})
