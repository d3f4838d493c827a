"""The form of a contact attempt: its outcome and, for a call back or an appointment, the day."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from access.pages.fields import DayField
from casework.models.contact_attempt import ContactOutcome


class ContactForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Résultat de l’appel"),
        choices=ContactOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez le résultat du contact dans la liste."),
            "invalid_choice": _("Choisissez le résultat du contact dans la liste."),
        },
    )
    back_on = DayField(
        label=_("Date du rappel ou du rendez-vous"),
        help_text=_("Seulement pour un rappel ou un rendez-vous. Trois mois au plus."),
        required=False,
    )
    key = forms.UUIDField(
        widget=forms.HiddenInput,
        initial=uuid4,
        error_messages={"required": _("Le formulaire est incomplet : rouvrez-le.")},
    )
