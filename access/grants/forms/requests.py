"""Forms that submit an access request, for an existing person or for a new one."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from access.grants.actions.requests import Newcomer
from access.grants.grant_terms import Terms
from access.grants.reasons import START_CHOICES, RefusalReason
from access.pages.fields import DayField, PersonField, PlaceField
from access.roles import ROLES


class TermsForm(forms.Form):
    # No role is preselected, because the first one could be requested by mistake for a whole sector.
    role = forms.ChoiceField(
        label=_("Rôle"),
        choices=[("", _("Choisir")), *((role.code, role.name) for role in ROLES.values() if not role.hours)],
    )
    place = PlaceField(
        label=_("Lieu"), help_text=_("Son code ou son nom. Tous les lieux qui en dépendent sont compris.")
    )
    first_day = DayField(label=_("Premier jour"), help_text=_("Inclus. Au plus tôt aujourd’hui."))
    last_day = DayField(
        label=_("Dernier jour"), help_text=_("Inclus. Obligatoire : l’accès prend fin automatiquement.")
    )
    reason = forms.ChoiceField(label=_("Motif"), choices=START_CHOICES)

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(PlaceField, self.fields["place"]).offer(places)

    def terms(self) -> Terms:
        values = self.cleaned_data
        return Terms(values["place"], values["first_day"], values["last_day"], values["reason"], values["role"])


class RequestForm(TermsForm):
    person = PersonField(label=_("Personne"), help_text=_("Son adresse professionnelle ou son nom."))
    field_order = ("person", "role", "place", "first_day", "last_day", "reason")

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(PersonField, self.fields["person"]).offer(people, active_first=True)


class NewcomerForm(TermsForm):
    name = forms.CharField(label=_("Nom affiché"), max_length=120, help_text=_("Le nom que verront ses collègues."))
    email = forms.EmailField(
        label=_("Adresse professionnelle"),
        max_length=254,
        help_text=_("Après l’approbation, le lien pour choisir un mot de passe est envoyé uniquement à cette adresse."),
    )
    employed_at = PlaceField(label=_("Rattachement"), help_text=_("Code ou nom du secteur, de l’agence ou du siège."))
    field_order = ("name", "email", "employed_at", "role", "place", "first_day", "last_day", "reason")

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, places=places, **kwargs)
        cast(PlaceField, self.fields["employed_at"]).offer(places)

    def newcomer(self) -> Newcomer:
        values = self.cleaned_data
        return Newcomer(values["name"], values["email"], values["employed_at"])


class RefusalForm(forms.Form):
    reason = forms.ChoiceField(label=_("Motif"), choices=RefusalReason.choices, widget=forms.RadioSelect)
