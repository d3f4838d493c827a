"""Forms for the people of an application. Household members who do not apply have no name."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from access.constraints import sentence_of
from access.pages.fields import DayField, needed_for
from access.reach import today
from allocations.actions.applications import OLDEST
from allocations.models import Applicant, Custody, MemberTie, Tie
from allocations.records import ApplicantRecord, MemberRecord
from formats.telephone import PhoneField
from privacy.screened import named

_UNSAVED = {"autocomplete": "off"}
ADDRESS = ("street", "postcode", "city")
CONTACT = ("last_name", "first_name", "birth_date", "phone", "email", "cmi")
_CHOOSE = ("", _("choisir"))
OTHER_TIES = [(tie.value, tie.label) for tie in Tie if tie is not Tie.PRINCIPAL]


def birth_date_error(day: date) -> ValidationError | None:
    if OLDEST <= day <= today():
        return None
    return ValidationError(_("Vérifiez cette date de naissance."), code="birth_date")


class ApplicantForm(forms.Form):
    """Form for one applicant. The form of the principal applicant has an address; any other form has the relation to
    that person."""

    tie = forms.ChoiceField(label=_("Lien avec le demandeur"), choices=[_CHOOSE, *OTHER_TIES])
    last_name = forms.CharField(label=_("Nom"), max_length=80, widget=forms.TextInput(attrs=_UNSAVED))
    first_name = forms.CharField(
        label=_("Prénom"), max_length=80, required=False, widget=forms.TextInput(attrs=_UNSAVED)
    )
    birth_date = DayField(label=_("Date de naissance"))
    phone = PhoneField(label=_("Téléphone"), required=False)
    email = forms.EmailField(label=_("Courriel"), required=False, widget=forms.EmailInput(attrs=_UNSAVED))
    street = forms.CharField(
        label=_("Numéro et voie"), max_length=120, required=False, widget=forms.TextInput(attrs=_UNSAVED)
    )
    postcode = forms.RegexField(
        r"^[0-9]{5}$",
        label=_("Code postal"),
        required=False,
        error_messages={"invalid": _("Un code postal a cinq chiffres.")},
        widget=forms.TextInput(attrs={**_UNSAVED, "inputmode": "numeric", "maxlength": "5"}),
    )
    city = forms.CharField(label=_("Commune"), max_length=80, required=False, widget=forms.TextInput(attrs=_UNSAVED))
    cmi = forms.BooleanField(label=_("Carte mobilité inclusion « invalidité »"), required=False)

    def __init__(self, *args: Any, principal: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.principal = principal
        for name in ("tie",) if principal else ADDRESS:
            del self.fields[name]

    def clean_birth_date(self) -> date:
        day: date = self.cleaned_data["birth_date"]
        if error := birth_date_error(day):
            raise error
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("last_name"):
            names = {name: data.get(name, "") for name in ("street", "city") if name in self.fields}
            full = f"{data.get('first_name', '')} {data['last_name']}"
            try:
                named(last_name=full, **names)
            except ValidationError as error:
                self.add_error(None, error)
        return data

    def record(self) -> ApplicantRecord:
        data = self.cleaned_data
        return ApplicantRecord(
            tie=Tie.PRINCIPAL if self.principal else data["tie"], **{name: data[name] for name in CONTACT}
        )

    def address(self) -> tuple[str, str, str]:
        data = self.cleaned_data
        return (data["street"], data["postcode"], data["city"]) if self.principal else ("", "", "")


def initial_of(applicant: Applicant) -> dict[str, Any]:
    return {name: getattr(applicant, name) for name in ("tie", *CONTACT, *ADDRESS)}


class MemberForm(forms.Form):
    """Form for one household member who does not apply: one row of the registration page."""

    tie = forms.ChoiceField(label=_("Personne"), choices=[_CHOOSE, *MemberTie.choices])
    birth_date = DayField(label=_("Naissance, ou date prévue"))
    custody = needed_for(
        forms.ChoiceField(label=_("Garde"), choices=[("", "–"), *Custody.choices], required=False),
        _("obligatoire pour un enfant"),
    )
    on_tax_notice = forms.BooleanField(label=_("Sur un avis d’imposition"), required=False)
    cmi = forms.BooleanField(label=_("CMI « invalidité »"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        tie, day = data.get("tie"), data.get("birth_date")
        if tie and (tie == MemberTie.CHILD) != bool(data.get("custody")):
            self.add_error("custody", ValidationError(sentence_of("custody_for_children"), code="custody"))
        if tie and day and tie != MemberTie.EXPECTED_CHILD and (error := birth_date_error(day)):
            self.add_error("birth_date", error)
        return data

    def record(self) -> MemberRecord:
        return MemberRecord(**self.cleaned_data)
