"""Forms for the end of an allocation: hand-over of the candidate, signature of the lease, and nomination by a reserving
body."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.pages.fields import DayField
from allocations.forms.desk import NumberField
from buildings.models import Unit
from formats.folding import folded
from tenants.forms.leases import UnitsField
from tenants.forms.reference import ReferenceField


class YesNo(models.TextChoices):
    NO = "no", _("non")
    YES = "yes", _("oui")


class HandOverForm(forms.Form):
    """Form for the hand-over of a candidate. Every candidate is asked the same question about hiding the household from
    most staff."""

    discreet = forms.ChoiceField(
        label=_("Le candidat demande-t-il la discrétion ?"),
        choices=YesNo.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Question à poser à chaque candidat : « Voulez-vous que seules les personnes qui s’occupent de votre bail "
            "voient votre foyer dans Loge ? » Ne demandez aucune raison."
        ),
    )
    quartile = forms.TypedChoiceField(
        label=_("Quartile de revenus"),
        choices=[("", _("inconnu")), *((str(number), str(number)) for number in range(1, 5))],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Celui du système national d’enregistrement. Il sert au décompte légal, et ne suit pas le bail."),
    )

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"discreet": data["discreet"] == YesNo.YES, "quartile": data["quartile"]}


class Way(models.TextChoices):
    """How the household gets the dwelling: by a new lease or by transfer."""

    NEW = "new", _("nouveau bail")
    TRANSFER = "transfer", _("mutation : ce foyer est déjà locataire de l’organisme")


class SigningForm(forms.Form):
    way = forms.ChoiceField(label=_("Acte"), choices=Way.choices, widget=forms.RadioSelect)
    reference = ReferenceField(
        label=_("Référence du compte que le foyer quitte"),
        required=False,
        help_text=_("Pour une mutation seulement. Le compte doit être dans vos lieux."),
    )
    starts_on = DayField(
        label=_("Prend effet le"), help_text=_("Premier jour au logement. Le compte sera ouvert à cette date.")
    )
    annexes = UnitsField(
        label=_("Avec"), required=False, help_text=_("Pour un nouveau bail. Une mutation porte sur le logement seul.")
    )

    def __init__(self, data: Any, *, initial: dict[str, Any], annexes: Sequence[tuple[Unit, date | None]] = ()) -> None:
        super().__init__(data, initial=initial)
        cast(UnitsField, self.fields["annexes"]).offer(annexes)
        if not annexes:
            del self.fields["annexes"]

    @property
    def transfers(self) -> bool:
        return bool(self.cleaned_data.get("way") == Way.TRANSFER)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.transfers and not data.get("reference") and "reference" not in self.errors:
            self.add_error("reference", ValidationError(gettext("Indiquez le compte que le foyer quitte.")))
        if self.transfers and data.get("annexes"):
            self.add_error("annexes", ValidationError(gettext("Une mutation porte sur le logement seul.")))
        return data


class NominateForm(forms.Form):
    number = NumberField(
        label=_("Numéro unique"), help_text=_("Les 18 caractères du numéro, sur l’attestation d’enregistrement.")
    )
    last_name = forms.CharField(
        label=_("Nom du demandeur"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def clean_last_name(self) -> str:
        words: str = self.cleaned_data["last_name"]
        if len(folded(words)) < 2:
            raise ValidationError(gettext("Écrivez le nom complet."), code="too_short")
        return words
