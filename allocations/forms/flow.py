"""Forms for the contingents of reserving bodies: their holders, conventions and nominators, and their yearly shares."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Field
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.models import Person, Place
from access.pages.acting import row_or_404
from access.pages.fields import DayField
from allocations.models import FlowBase, HolderKind

A_YEAR = timedelta(days=364)
_COUNT = {"inputmode": "numeric", "autocomplete": "off", "size": "8", "maxlength": "6"}
BASE_FIELDS = ("lettings", "transfers", "rehousing", "sales", "identified")


class PercentField(forms.Field):
    """A percentage with at most one decimal. Its cleaned value is in permille."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": "8", "maxlength": "8"})

    def to_python(self, value: Any) -> int | None:
        text = re.sub(r"[\s%]", "", value) if isinstance(value, str) else ""
        if not text:
            return None
        match = re.fullmatch(r"(\d{1,3})(?:[.,](\d))?", text)
        if match is None:
            raise ValidationError(_("Écrivez un pourcentage avec une décimale au plus : 25 ou 12,5."), code="percent")
        return int(match[1]) * 10 + int(match[2] or 0)


class ContingentForm(forms.Form):
    holder = forms.CharField(
        label=_("Nom du réservataire"),
        max_length=80,
        help_text=_("L’organisme, pas une personne : « Ville de Paris », « Action Logement Services »."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("Nature"), choices=HolderKind.choices, widget=forms.RadioSelect)
    place = forms.ChoiceField(label=_("Où il réserve"))

    def __init__(self, data: Any, *, places: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.places = places
        cast(forms.ChoiceField, self.fields["place"]).choices = [(str(place.pk), place.name) for place in places]

    def values(self) -> dict[str, Any]:
        return self.cleaned_data | {"place": row_or_404(self.places, self.cleaned_data["place"])}


class BaseForm(forms.Form):
    """Form for the number of dwellings to let in a year, and how many of them the law excludes from the yearly
    shares."""

    year = forms.TypedChoiceField(label=_("Année"), coerce=int)

    def __init__(self, data: Any, *, year: int, base: FlowBase | None, **kwargs: Any) -> None:
        initial = {"year": year} | {name: getattr(base, name) if base else None for name in BASE_FIELDS}
        super().__init__(data, initial=initial, **kwargs)
        choices = [(value, str(value)) for value in (year, year + 1)]
        cast(forms.TypedChoiceField, self.fields["year"]).choices = choices
        for name in BASE_FIELDS:
            label = str(cast("Field[Any, Any]", FlowBase._meta.get_field(name)).verbose_name)
            self.fields[name] = forms.IntegerField(
                label=label[0].upper() + label[1:],
                min_value=0,
                max_value=500_000,
                widget=forms.TextInput(attrs=_COUNT),
            )


class ConventionForm(forms.Form):
    signed_on = DayField(label=_("Signée le"))
    first_day = DayField(label=_("Premier jour"))
    last_day = DayField(label=_("Dernier jour"))


class ShareForm(forms.Form):
    year = forms.ChoiceField(label=_("Année"))
    share_permille = PercentField(label=_("Part du flux, en %"), help_text=_("Par exemple 25 ou 12,5."))

    def __init__(self, data: Any, *, bases: Sequence[FlowBase], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.bases = {str(base.year): base for base in bases}
        cast(forms.ChoiceField, self.fields["year"]).choices = [(year, year) for year in self.bases]

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"base": self.bases[data["year"]], "share_permille": data["share_permille"]}


class NominatorForm(forms.Form):
    person = forms.ChoiceField(
        label=_("Personne"), help_text=_("Parmi les personnes qui ont aujourd’hui le rôle de réservataire.")
    )
    first_day = DayField(label=_("Premier jour"))
    last_day = DayField(label=_("Dernier jour"), help_text=_("Trois ans au plus."))

    def __init__(self, data: Any, *, people: Sequence[Person], day: date, **kwargs: Any) -> None:
        super().__init__(data, initial={"first_day": day, "last_day": day + A_YEAR}, **kwargs)
        self.people = people
        choices = [("", gettext("choisir")), *((str(person.pk), person.name) for person in people)]
        cast(forms.ChoiceField, self.fields["person"]).choices = choices

    def values(self) -> dict[str, Any]:
        return self.cleaned_data | {"person": row_or_404(self.people, self.cleaned_data["person"])}
