"""Forms about the people of a household. They have no field for remarks in free text."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.models import Person
from access.pages.fields import DayField
from formats.telephone import PhoneField
from tenants.actions.households import Contact
from tenants.models import Tenant
from tenants.models.help_code import AskedBy
from tenants.models.tenant import Channel
from tenants.vocabulary import HELP_CODES

_NEEDS: dict[str, tuple[str, Any]] = {
    Channel.PHONE: ("phone", _("Donnez un numéro de téléphone pour ce moyen de contact.")),
    Channel.TEXT: ("phone", _("Donnez un numéro de téléphone pour recevoir des SMS.")),
    Channel.EMAIL: ("email", _("Donnez une adresse électronique pour ce moyen de contact.")),
    Channel.CONTACT: ("contact_name", _("Donnez le nom de la personne choisie.")),
}


class ContactForm(forms.Form):
    channel = forms.ChoiceField(label=_("Contact choisi"), choices=Channel.choices)
    phone = PhoneField(
        label=_("Téléphone"), required=False, help_text=_("Celui du locataire, ou celui de la personne choisie.")
    )
    email = forms.EmailField(label=_("Courriel"), required=False)
    contact_name = forms.CharField(
        label=_("Personne choisie"),
        max_length=80,
        required=False,
        help_text=_("Indiquez seulement son nom : ni lien, ni motif."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        field, sentence = _NEEDS.get(data.get("channel") or "", ("", ""))
        if field and not data.get(field) and field not in self.errors:
            self.add_error(field, ValidationError(sentence))
        return data

    def contact(self) -> Contact:
        return Contact(**self.cleaned_data)


class HelpCodeForm(forms.Form):
    code = forms.ChoiceField(label=_("Aide demandée"), choices=[("", _("Choisir")), *HELP_CODES.choices])
    asked_by = forms.ChoiceField(label=_("Demandée par"), choices=AskedBy.choices, widget=forms.RadioSelect)
    asked_on = DayField(label=_("Demandée le"), help_text=_("À redemander dans les douze mois."))


class RepresentativeForm(forms.Form):
    tenant = forms.ChoiceField(label=_("Pour"))
    name = forms.CharField(
        label=_("Nom du représentant"), max_length=120, help_text=_("N’indiquez ni la mesure ni son motif.")
    )
    phone = PhoneField(label=_("Téléphone"), required=False)
    first_day = DayField(label=_("Premier jour"))
    last_day = DayField(label=_("Dernier jour"), required=False)

    def __init__(self, *args: Any, tenants: Iterable[Tenant] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tenants = {str(tenant.pk): tenant for tenant in tenants}
        cast(forms.ChoiceField, self.fields["tenant"]).choices = [
            (pk, t.display_name) for pk, t in self.tenants.items()
        ]

    def clean_tenant(self) -> Tenant:
        return self.tenants[self.cleaned_data["tenant"]]


class DiscreetForm(forms.Form):
    """Form that hides a household for a period. The form asks for the period and for the colleagues who may still see
    the household, but not for the reason."""

    first_day = DayField(label=_("À partir du"))
    last_day = DayField(label=_("Jusqu’au"), help_text=_("Un an au plus ; à redemander ensuite."))
    people = forms.MultipleChoiceField(
        label=_("Personnes qui voient encore ce foyer"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Vous en faites toujours partie. Les autres personnes perdent l’accès immédiatement."),
    )

    def __init__(self, *args: Any, day: date = date.min, colleagues: Iterable[Person] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = day
        self.colleagues = {str(person.pk): person for person in colleagues}
        cast(forms.MultipleChoiceField, self.fields["people"]).choices = [
            (pk, person.name) for pk, person in self.colleagues.items()
        ]
        if not self.colleagues:
            del self.fields["people"]

    def clean_first_day(self) -> date:
        first_day: date = self.cleaned_data["first_day"]
        if first_day < self.day:
            raise ValidationError(gettext("La discrétion doit commencer aujourd’hui ou plus tard."))
        return first_day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("first_day"), data.get("last_day")
        if first and last and not first <= last <= first + timedelta(days=366):
            self.add_error("last_day", ValidationError(gettext("La discrétion dure entre un jour et un an.")))
        return data

    def named(self) -> list[Person]:
        return [self.colleagues[pk] for pk in self.cleaned_data.get("people", [])]
