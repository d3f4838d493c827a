"""Forms that register an application, and that change the data about the household and its wishes."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.constraints import sentence_of
from access.models import Place
from access.pages.fields import DayField
from access.reach import today
from allocations.forms.desk import NumberField
from allocations.forms.people import ApplicantForm, MemberForm
from allocations.models.application import MOST_ROOMS
from allocations.records import ApplicationRecord
from allocations.vocabulary import CURRENT_HOUSING, EQUIPMENT

MOST_MEMBERS, SHOWN_MEMBERS = 8, 3
_ROOMS = [("", "–"), *((number, str(number)) for number in range(1, MOST_ROOMS + 1))]


class WishesForm(forms.Form):
    """Form for the application number, the current housing, the wanted rooms, and the equipment that the household
    needs."""

    number = NumberField(
        label=_("Numéro unique"), required=False, help_text=_("Vide tant que le système national n’en a pas donné.")
    )
    housing = forms.ChoiceField(
        label=_("Logement actuel"),
        choices=lambda: [("", gettext("non connu")), *CURRENT_HOUSING.choices],
        required=False,
    )
    rooms_from = forms.TypedChoiceField(
        label=_("Pièces, au moins"), choices=_ROOMS, coerce=int, empty_value=None, required=False
    )
    rooms_to = forms.TypedChoiceField(
        label=_("Pièces, au plus"), choices=_ROOMS, coerce=int, empty_value=None, required=False
    )
    equipment = forms.MultipleChoiceField(
        label=_("Équipements nécessaires"),
        choices=lambda: EQUIPMENT.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Ce que le logement doit avoir. N’indiquez pas pourquoi."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("rooms_from"), data.get("rooms_to")
        if (first is None) != (last is None) or (first and last and first > last):
            self.add_error("rooms_to", ValidationError(sentence_of("application_rooms_in_order"), code="rooms"))
        return data

    def rooms(self) -> tuple[int, int] | None:
        first, last = self.cleaned_data["rooms_from"], self.cleaned_data["rooms_to"]
        return (first, last) if first and last else None


class TakeForm(WishesForm):
    filed_on = DayField(label=_("Déposée le"))
    kept_at = forms.ChoiceField(label=_("Suivie par"))
    field_order = ("filed_on", "number", "kept_at")

    def __init__(self, *args: Any, places: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {str(place.pk): place for place in places}
        choices = [(pk, place.name) for pk, place in self.places.items()]
        cast(forms.ChoiceField, self.fields["kept_at"]).choices = [("", gettext("choisir")), *choices]
        if len(self.places) == 1:
            del self.fields["kept_at"]

    def clean_filed_on(self) -> date:
        day: date = self.cleaned_data["filed_on"]
        if day > today():
            raise ValidationError(_("La date de dépôt est dans le futur."), code="future")
        return day

    def place(self) -> Place:
        return self.places[self.cleaned_data.get("kept_at") or next(iter(self.places))]


class TakingForms:
    """The forms of the registration page: one for the application, and one for each applicant and household member.

    Empty rows are ignored. The page displays spare rows, so that adding a person needs no JavaScript.
    """

    def __init__(self, posted: QueryDict | None, day: date, places: Sequence[Place]) -> None:
        spare: dict[str, Any] = {"empty_permitted": True, "use_required_attribute": False}
        self.application = TakeForm(posted, initial={"filed_on": day}, places=places)
        self.first = ApplicantForm(posted, prefix="first", principal=True)
        self.second = ApplicantForm(posted, prefix="second", principal=False, **spare)
        self.members = [MemberForm(posted, prefix=f"member{row}", **spare) for row in range(1, MOST_MEMBERS + 1)]

    @property
    def with_errors(self) -> list[tuple[str, forms.Form]]:
        """Return the forms that have errors, each with the title of its section of the page."""
        rows = [(gettext("Personne %(row)s") % {"row": row}, form) for row, form in enumerate(self.members, 1)]
        people = [(gettext("Demandeur"), self.first), (gettext("Deuxième demandeur"), self.second)]
        parts: list[tuple[str, forms.Form]] = [("", self.application), *people, *rows]
        return [(title, form) for title, form in parts if form.errors]

    @property
    def is_long(self) -> bool:
        """Whether a household member was entered in a row that the page initially hides."""
        return any(member.has_changed() for member in self.members[SHOWN_MEMBERS:])

    def is_valid(self) -> bool:
        """Validate every form, so that the page displays all errors together."""
        return self.application.is_bound and not self.with_errors

    def record(self) -> ApplicationRecord:
        data = self.application.cleaned_data
        street, postcode, city = self.first.address()
        second = [self.second.record()] if self.second.has_changed() else []
        return ApplicationRecord(
            number=data["number"],
            filed_on=data["filed_on"],
            applicants=(self.first.record(), *second),
            members=tuple(member.record() for member in self.members if member.has_changed()),
            housing=data["housing"],
            rooms=self.application.rooms(),
            street=street,
            postcode=postcode,
            city=city,
            equipment=frozenset(data["equipment"]),
        )
