"""Forms that add a building with its address, and choose units to move to another building."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from buildings.models import Address, Building, Unit
from formats.folding import folded

NEW = "new"


class BuildingForm(forms.Form):
    name = forms.CharField(
        label=_("Nom"), max_length=120, help_text=_("Le nom utilisé dans la résidence, par exemple bâtiment C.")
    )
    code = forms.CharField(label=_("Code"), max_length=32, help_text=_("Unique dans tout l’organisme."))
    number = forms.CharField(label=_("Numéro"), max_length=16, required=False)
    street = forms.CharField(label=_("Voie"), max_length=120)
    postcode = forms.RegexField(r"^\d{5}$", label=_("Code postal"), required=False)
    city = forms.CharField(label=_("Commune"), max_length=60, required=False)

    def address(self) -> Address:
        """Return the form's address as an unsaved Address, because its building must be saved first."""
        fields = {name: self.cleaned_data[name] for name in ("number", "street", "postcode", "city")}
        return Address(search_key=folded(" ".join(fields.values()))[:160], **fields)


class RecutForm(forms.Form):
    """Form that moves units of a building to a neighbouring or a new building. Units are chosen by staircase and
    floors."""

    staircase = forms.ChoiceField(label=_("Escalier"), required=False)
    lowest = forms.IntegerField(
        label=_("De l’étage"),
        required=False,
        help_text=_("0 pour le rez-de-chaussée. Laissez vide pour commencer au plus bas."),
    )
    highest = forms.IntegerField(
        label=_("À l’étage"), required=False, help_text=_("Inclus. Laissez vide pour aller jusqu’en haut.")
    )
    into = forms.ChoiceField(label=_("Bâtiment d’arrivée"))
    name = forms.CharField(label=_("Nom du nouveau bâtiment"), max_length=120, required=False)
    code = forms.CharField(label=_("Code du nouveau bâtiment"), max_length=32, required=False)

    def __init__(self, *args: Any, units: Sequence[Unit], neighbours: Sequence[Building], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = units
        stairs = sorted({unit.staircase for unit in units if unit.staircase})
        cast(forms.ChoiceField, self.fields["staircase"]).choices = [("", _("tous")), *((s, s) for s in stairs)]
        known = [(str(building.pk), building.place.name) for building in neighbours]
        cast(forms.ChoiceField, self.fields["into"]).choices = [*known, (NEW, _("un nouveau bâtiment"))]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("into") == NEW and not (values.get("name") and values.get("code")):
            raise ValidationError(_("Indiquez le nom et le code du nouveau bâtiment."))
        staircase, floors = values.get("staircase"), (values.get("lowest"), values.get("highest"))
        values["units"] = [
            unit
            for unit in self.units
            if (not staircase or unit.staircase == staircase) and unit.is_between_floors(*floors)
        ]
        if not values["units"]:
            raise ValidationError(_("Aucun logement ne correspond à cet escalier et à ces niveaux."))
        return values
