"""API endpoints for applications: register one, read it while it is open to the client, and update it."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from access.api.endpoint import ApiRequest, endpoint
from access.api.problems import Problem
from access.api.serializer_fields import Strict
from access.models import Place
from access.permissions import Permission
from allocations.actions.applications import renew, take_application
from allocations.actions.review import ask_document, assess_income, see_document
from allocations.api.bodies import ApplicationBody, AskedBody, IncomeBody, RenewalBody, SeenBody, record_of
from allocations.api.results import MadeOut, run_once
from allocations.models import (
    Applicant,
    Application,
    Basis,
    ClosingMotive,
    Custody,
    HouseholdMember,
    Income,
    IncomeProof,
    MemberTie,
    OccasionReason,
    State,
    SupportingDocument,
    Tie,
)
from allocations.queries import keepers_of, occasion_or_404
from allocations.vocabulary import CURRENT_HOUSING, EQUIPMENT, SUPPORTING_DOCUMENTS
from audit import events
from audit.events import Kind

Decorator = Callable[[Callable[..., dict[str, Any]]], Callable[..., HttpResponse]]

# --- Responses -------------------------------------------------------------------------------------------------------


class ApplicantOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    tie = serializers.ChoiceField(choices=Tie.choices)
    last_name = serializers.CharField()
    first_name = serializers.CharField()
    birth_date = serializers.DateField()
    phone = serializers.CharField()
    email = serializers.CharField()
    street = serializers.CharField()
    postcode = serializers.CharField()
    city = serializers.CharField()
    cmi = serializers.BooleanField()


class MemberOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    tie = serializers.ChoiceField(choices=MemberTie.choices)
    birth_date = serializers.DateField()
    custody = serializers.ChoiceField(choices=Custody.choices, allow_blank=True)
    on_tax_notice = serializers.BooleanField()
    cmi = serializers.BooleanField()


class IncomeOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    signing_year = serializers.IntegerField()
    basis = serializers.ChoiceField(choices=Basis.choices)
    year = serializers.IntegerField()
    rfr_cents = serializers.IntegerField()
    share_only = serializers.BooleanField()
    proof = serializers.ChoiceField(choices=IncomeProof.choices, allow_blank=True)
    assessed_on = serializers.DateField(allow_null=True)


class DocumentOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=SUPPORTING_DOCUMENTS.choices)
    asked_on = serializers.DateField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    seen_on = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)


class ApplicationOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="application.id")
    number = serializers.CharField(source="application.number", allow_null=True)
    kept_at = serializers.UUIDField(source="application.kept_at_id")
    filed_on = serializers.DateField(source="application.filed_on")
    renew_by = serializers.DateField(source="application.renew_by")
    certified_on = serializers.DateField(source="application.certified_on", allow_null=True)
    reminded_on = serializers.DateField(source="application.reminded_on", allow_null=True)
    state = serializers.ChoiceField(choices=State.choices, source="application.state")
    housing = serializers.ChoiceField(choices=CURRENT_HOUSING.choices, allow_blank=True, source="application.housing")
    rooms_from = serializers.IntegerField(source="application.rooms_from", allow_null=True)
    rooms_to = serializers.IntegerField(source="application.rooms_to", allow_null=True)
    equipment = serializers.ListField(
        child=serializers.ChoiceField(choices=EQUIPMENT.choices), source="application.equipment"
    )
    closed_on = serializers.DateField(source="application.closed_on", allow_null=True)
    closing_motive = serializers.ChoiceField(
        choices=ClosingMotive.choices, allow_blank=True, source="application.closing_motive"
    )
    opened_for = serializers.ChoiceField(choices=OccasionReason.choices, source="occasion.reason")
    open_until = serializers.DateTimeField(source="occasion.ends_at")
    applicants = ApplicantOut(many=True)
    members = MemberOut(many=True)
    incomes = IncomeOut(many=True)
    documents = DocumentOut(many=True)


# --- Endpoints -------------------------------------------------------------------------------------------------------


@endpoint(
    Permission.APPLICATION_TAKE,
    post_event=events.APPLICATION_TAKEN,
    title=_("Enregistrer une demande : elle est ouverte jusqu’à minuit"),
    answers=MadeOut,
    body=ApplicationBody,
    status=201,
)
def application_take(request: ApiRequest) -> dict[str, Any]:
    entry, kept_at = record_of(request.body_data), keeper_of(request)
    return run_once(request, take_application, entry=entry, kept_at=kept_at)


def keeper_of(request: ApiRequest) -> Place:
    """Return the place given in the request body, or else the only place where the client may register applications.
    Raises Problem if there is no such place, or if there are several and the body names none."""
    places, wanted = keepers_of(request.access), request.body_data.get("kept_at")
    matching = [place for place in places if wanted in (None, place.pk)]
    if len(matching) == 1:
        return matching[0]
    required = serializers.Field.default_error_messages["required"]
    detail = required if matching else _("Aucun élément ne correspond dans votre périmètre.")
    raise Problem("invalid", [{"pointer": "/kept_at", "detail": str(detail)}])


@endpoint(
    Permission.APPLICATION_VIEW,
    model=Application,
    get_event=events.APPLICATION_OPENED,
    title=_("Une demande, tant qu’elle vous est ouverte"),
    answers=ApplicationOut,
)
def application(request: ApiRequest, application: Application) -> dict[str, Any]:
    access, occasion = request.access, occasion_or_404(request.access, application)

    def rows(model: Any, *order: str) -> Any:
        return access.rows(model).filter(application=application).order_by(*order)

    return {
        "application": application,
        "occasion": occasion,
        "applicants": rows(Applicant, "birth_date", "id"),
        "members": rows(HouseholdMember, "birth_date", "id"),
        "incomes": rows(Income, "-signing_year", "year"),
        "documents": rows(SupportingDocument, "kind"),
    }


def changing(post_event: Kind, title: Promise | str, body: type[Strict]) -> Decorator:
    """Return a decorator for endpoints that change the application in their URL. A repeated request with the same
    idempotency key changes nothing more."""
    shape: dict[str, Any] = {"title": title, "answers": MadeOut, "body": body}
    return endpoint(Permission.APPLICATION_CHANGE, model=Application, post_event=post_event, **shape)


@changing(events.INCOME_ASSESSED, _("Enregistrer un revenu avec la pièce qui le prouve"), IncomeBody)
def application_income(request: ApiRequest, application: Application) -> dict[str, Any]:
    return _changed(request, assess_income, application)


@changing(events.DOCUMENT_ASKED, _("Demander une pièce"), AskedBody)
def document_ask(request: ApiRequest, application: Application) -> dict[str, Any]:
    return _changed(request, ask_document, application)


@changing(events.DOCUMENT_SEEN, _("Enregistrer une pièce comme vue, sans copie"), SeenBody)
def document_see(request: ApiRequest, application: Application) -> dict[str, Any]:
    return _changed(request, see_document, application)


@changing(events.APPLICATION_RENEWED, _("Renouveler une demande"), RenewalBody)
def application_renew(request: ApiRequest, application: Application) -> dict[str, Any]:
    return _changed(request, renew, application)


def _changed(request: ApiRequest, act: Callable[..., Any], application: Application) -> dict[str, Any]:
    return run_once(request, act, application=application, **request.body_data)
