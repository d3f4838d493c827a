"""API endpoints of a candidacy: open its application, read the candidacy, and prepare its sheet for the commission."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from access.api.endpoint import ApiRequest, endpoint
from access.api.serializer_fields import Code, Flag, Strict, Whole, Word
from access.permissions import Permission
from allocations.actions.occasions import open_at_desk, open_designated
from allocations.actions.sheets import prepare_sheet
from allocations.api.results import MOST_CENTS, EmptyBody, MadeOut, SheetOut, require_valid, run_once
from allocations.committee.sheet_facts import Costs
from allocations.committee.sheets import motives_that_hold
from allocations.forms.desk import AtADistance, OpenForm
from allocations.models import (
    BEFORE_DECISION,
    Application,
    Candidacy,
    CandidacyState,
    Decision,
    DecisionKind,
    Outcome,
    Sheet,
)
from allocations.rules.motives import MOTIVES
from allocations.vocabulary import SUPPORTING_DOCUMENTS
from audit import events
from audit.record import Subject
from tenants.models.identity_check import Shown

# --- Responses -------------------------------------------------------------------------------------------------------


class PreparedSheetOut(SheetOut):
    prepared_on = serializers.DateField()


class MotiveOut(serializers.Serializer[Any]):
    """A motive for which the commission may refuse the candidate, because its condition is met. `figures` has the
    compared value, then the limit; an income is given as its bracket."""

    code = serializers.ChoiceField(choices=MOTIVES.choices)
    kind = serializers.ChoiceField(choices=DecisionKind.choices)
    figures = serializers.ListField(child=serializers.IntegerField())


class DecisionOut(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=DecisionKind.choices)
    rank = serializers.IntegerField(allow_null=True)
    motive = serializers.ChoiceField(choices=MOTIVES.choices, allow_blank=True)
    missing_document = serializers.ChoiceField(choices=SUPPORTING_DOCUMENTS.choices, allow_blank=True)
    document_by = serializers.DateField(allow_null=True)


class CandidacyOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="candidacy.id")
    vacancy = serializers.UUIDField(source="candidacy.vacancy_id")
    application = serializers.UUIDField(source="candidacy.application_id")
    number = serializers.IntegerField(source="candidacy.number")
    state = serializers.ChoiceField(choices=CandidacyState.choices, source="candidacy.state")
    designated_on = serializers.DateField(source="candidacy.designated_on")
    sheet = PreparedSheetOut(allow_null=True)
    motives = MotiveOut(many=True, help_text=_("Les motifs de refus établis aujourd’hui, avant la décision."))
    decision = DecisionOut(allow_null=True)


# --- Bodies ----------------------------------------------------------------------------------------------------------


class OpenBody(Strict):
    number = Word(max_length=40, help_text=_("Les 18 caractères du numéro, sur l’attestation d’enregistrement."))
    last_name = Word(max_length=80)
    document = Code(
        choices=[*Shown.choices, *AtADistance.choices],
        help_text=_("Seule la nature de la vérification est enregistrée : ni numéro de pièce, ni copie."),
    )


class SheetBody(Strict):
    resources_cents = Whole(
        min_value=1,
        max_value=MOST_CENTS,
        required=False,
        help_text=_("Sans elles, le taux d’effort n’est pas calculé, et ne peut pas motiver un refus."),
    )
    aid_cents = Whole(min_value=0, max_value=MOST_CENTS, required=False, help_text=_("0 si le foyer n’y a pas droit."))
    owner_suited = Flag(default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "resources_cents" in attrs and "aid_cents" not in attrs:
            raise serializers.ValidationError({"aid_cents": gettext("Estimez l’aide, ou écrivez 0.")})
        if "aid_cents" in attrs and "resources_cents" not in attrs:
            raise serializers.ValidationError({"resources_cents": gettext("Indiquez aussi les ressources du foyer.")})
        return attrs


# --- Endpoints -------------------------------------------------------------------------------------------------------


@endpoint(
    Permission.APPLICATION_OPEN,
    post_event=events.OCCASION_OPENED,
    title=_("Ouvrir une demande par son numéro entier et le nom, pour trente minutes"),
    answers=MadeOut,
    body=OpenBody,
    status=201,
)
def application_open(request: ApiRequest) -> dict[str, Any]:
    """Open an application by number and name. The response is the same for a wrong number, a wrong name, an application
    of another place, and too many attempts."""

    def open_it(**acting: Any) -> Application:
        form = OpenForm(request.body_data)
        require_valid(form)
        return open_at_desk(**form.cleaned_data, **acting)

    return run_once(request, open_it)


@endpoint(
    Permission.CANDIDACIES_VIEW,
    post_event=events.OCCASION_OPENED,
    title=_("Ouvrir la demande d’un candidat jusqu’à minuit"),
    answers=MadeOut,
    body=EmptyBody,
    status=201,
    people_only=True,
)
def candidacy_open(request: ApiRequest, candidacy: UUID) -> dict[str, Any]:
    """Open the application of a candidate. The response is 404 if the candidacy has ended or is outside the person's
    places.

    Machine tokens are rejected, because a program could open the applications of all candidates one after the other.
    """
    request.access.about = Subject("candidacy", candidacy)

    def open_it(**acting: Any) -> Application:
        try:
            return open_designated(candidacy_id=candidacy, **acting)
        except ValidationError as error:
            raise Http404 from error

    return run_once(request, open_it)


@endpoint(
    Permission.CANDIDACIES_VIEW,
    model=Candidacy,
    get_event=events.CANDIDACIES_SHOWN,
    title=_("Une candidature et sa fiche, tant que la demande vous est ouverte"),
    answers=CandidacyOut,
)
def candidacy(request: ApiRequest, candidacy: Candidacy) -> dict[str, Any]:
    access = request.access
    access.note(vacancy=candidacy.vacancy_id)
    undecided = candidacy.state in BEFORE_DECISION
    return {
        "candidacy": candidacy,
        "sheet": access.rows(Sheet).filter(candidacy=candidacy).first(),
        "motives": motives_that_hold(candidacy.pk) if undecided else [],
        "decision": access.rows(Decision).filter(candidacy=candidacy, outcome=Outcome.ADOPTED).first(),
    }


@endpoint(
    Permission.SHEET_PREPARE,
    model=Candidacy,
    post_event=events.SHEET_PREPARED,
    select_related=("vacancy__unit__terms", "application"),
    title=_("Préparer la fiche d’un candidat pour la commission"),
    answers=MadeOut,
    body=SheetBody,
)
def sheet_prepare(request: ApiRequest, candidacy: Candidacy) -> dict[str, Any]:
    body = request.body_data
    costs = Costs(body.get("resources_cents"), body.get("aid_cents"))
    values = {"candidacy": candidacy, "costs": costs, "owner_suited": body["owner_suited"]}
    return run_once(request, prepare_sheet, access=request.access, **values)
