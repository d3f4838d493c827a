"""Request bodies that register or change an application. They accept the same values as the forms of the pages."""

import re
from typing import Any

from django.core.validators import EmailValidator, RegexValidator
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from access.api.serializer_fields import Code, Day, Flag, Id, Strict, Whole, Word
from access.constraints import sentence_of
from allocations.forms.applications import MOST_MEMBERS
from allocations.forms.people import birth_date_error
from allocations.models import Basis, Custody, IncomeProof, MemberTie, Tie
from allocations.models.application import MOST_ROOMS, NUMBER_SHAPE
from allocations.records import ApplicantRecord, ApplicationRecord, MemberRecord
from allocations.vocabulary import CURRENT_HOUSING, EQUIPMENT, SUPPORTING_DOCUMENTS
from formats.telephone import validate_phone
from privacy.screened import named, require_allowed_address

MOST_APPLICANTS = 2  # The API accepts at most two applicants, as the registration page does.
HIGHEST = 9_999_999_999  # The highest accepted income, in cents.
_OPTIONAL: dict[str, Any] = {"required": False, "allow_blank": True, "default": ""}
_POSTCODE = RegexValidator(r"^[0-9]{5}\Z", _("Un code postal a cinq chiffres."))


def require_number_shape(number: str) -> None:
    if not re.fullmatch(NUMBER_SHAPE, number):
        raise serializers.ValidationError(sentence_of("application_number_shape"))


class ApplicantBody(Strict):
    tie = Code(choices=Tie.choices)
    last_name = Word(max_length=80)
    first_name = Word(max_length=80, **_OPTIONAL)
    birth_date = Day()
    phone = Word(
        max_length=16, validators=[validate_phone], help_text=_("Avec l’indicatif : +33639981234."), **_OPTIONAL
    )
    email = Word(max_length=254, validators=[EmailValidator()], **_OPTIONAL)
    cmi = Flag(default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Check that neither name nor e-mail address contains a remark about the person. The check is made here, so
        that an error points to the right applicant of the list."""
        named(last_name=f"{attrs['first_name']} {attrs['last_name']}")
        require_allowed_address(email=attrs["email"])
        if error := birth_date_error(attrs["birth_date"]):
            raise serializers.ValidationError({"birth_date": error.messages})
        return attrs


class MemberBody(Strict):
    tie = Code(choices=MemberTie.choices)
    birth_date = Day(help_text=_("Pour un enfant à naître, la date prévue."))
    custody = Code(choices=Custody.choices, **_OPTIONAL)
    on_tax_notice = Flag(default=False)
    cmi = Flag(default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs["tie"] == MemberTie.CHILD) != bool(attrs["custody"]):
            raise serializers.ValidationError({"custody": sentence_of("custody_for_children")})
        is_born = attrs["tie"] != MemberTie.EXPECTED_CHILD
        if is_born and (error := birth_date_error(attrs["birth_date"])):
            raise serializers.ValidationError({"birth_date": error.messages})
        return attrs


class ApplicationBody(Strict):
    number = Word(
        max_length=18,
        validators=[require_number_shape],
        help_text=_("Vide tant que le système national n’en a pas donné."),
        **_OPTIONAL,
    )
    filed_on = Day()
    kept_at = Id(required=False, help_text=_("Le lieu qui suit la demande. À indiquer si vous en avez plusieurs."))
    street = Word(max_length=120, **_OPTIONAL)
    postcode = Word(max_length=5, validators=[_POSTCODE], **_OPTIONAL)
    city = Word(max_length=80, **_OPTIONAL)
    applicants = ApplicantBody(many=True, min_length=1, max_length=MOST_APPLICANTS)  # type: ignore[call-arg]
    members = MemberBody(many=True, max_length=MOST_MEMBERS, required=False)  # type: ignore[call-arg]
    housing = Code(choices=CURRENT_HOUSING.choices, **_OPTIONAL)
    rooms_from = Whole(min_value=1, max_value=MOST_ROOMS, required=False)
    rooms_to = Whole(min_value=1, max_value=MOST_ROOMS, required=False)
    equipment = serializers.ListField(
        child=Code(choices=EQUIPMENT.choices), required=False, max_length=len(EQUIPMENT.terms)
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if [applicant["tie"] for applicant in attrs["applicants"]].count(Tie.PRINCIPAL) != 1:
            raise serializers.ValidationError({"applicants": sentence_of("one_principal")})
        first, last = attrs.get("rooms_from"), attrs.get("rooms_to")
        if (first is None) != (last is None) or (first and last and first > last):
            raise serializers.ValidationError({"rooms_to": sentence_of("application_rooms_in_order")})
        return attrs


def record_of(body: dict[str, Any]) -> ApplicationRecord:
    """Convert the validated fields of an `ApplicationBody` to the record that is stored."""
    rooms = (body["rooms_from"], body["rooms_to"]) if "rooms_from" in body else None
    return ApplicationRecord(
        applicants=tuple(ApplicantRecord(**applicant) for applicant in body["applicants"]),
        members=tuple(MemberRecord(**member) for member in body.get("members", [])),
        rooms=rooms,
        equipment=frozenset(body.get("equipment", [])),
        **{name: body[name] for name in ("number", "filed_on", "housing", "street", "postcode", "city")},
    )


class IncomeBody(Strict):
    signing_year = Whole(help_text=_("Les années de revenus se comptent à partir d’elle."))
    basis = Code(choices=Basis.choices)
    rfr_cents = Whole(
        min_value=0,
        max_value=HIGHEST,
        help_text=_(
            "Le revenu fiscal de référence, en centimes. Pour les douze derniers mois, le revenu net imposable, dont "
            "l’abattement est déduit à l’enregistrement."
        ),
    )
    proof = Code(choices=IncomeProof.choices)
    share_only = Flag(default=False)


class AskedBody(Strict):
    kind = Code(choices=SUPPORTING_DOCUMENTS.choices)


class SeenBody(AskedBody):
    valid_until = Day(required=False, help_text=_("Si la pièce porte une date de fin."))


class RenewalBody(Strict):
    """An empty JSON object, because a renewal always lasts one term from today."""
