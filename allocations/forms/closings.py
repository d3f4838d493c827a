"""Forms for the end of an application: certificate and renewal, warning and its delivery, closing."""

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from access.pages.fields import DayField
from allocations.actions.closings import BY_HAND
from allocations.models import Delivery
from allocations.models.application import WARNED_FIRST


class TermAct(models.TextChoices):
    CERTIFY = "certify", _("attestation remise")
    REMIND = "remind", _("rappel envoyé")
    RENEW = "renew", _("renouvellement")


class TermForm(forms.Form):
    act = forms.ChoiceField(label=_("Acte"), choices=TermAct.choices, widget=forms.HiddenInput)


class WarnForm(forms.Form):
    motive = forms.ChoiceField(
        label=_("Motif de l’avertissement"),
        choices=[(motive.value, motive.label) for motive in WARNED_FIRST],
        widget=forms.RadioSelect,
    )


class DeliveryForm(forms.Form):
    delivery = forms.ChoiceField(label=_("Preuve de la remise"), choices=Delivery.choices, widget=forms.RadioSelect)
    delivered_on = DayField(
        label=_("Remise ou présentée le"), help_text=_("Le mois avant la radiation se compte à partir de ce jour.")
    )


class CloseForm(forms.Form):
    motive = forms.ChoiceField(
        label=_("Motif de la radiation"),
        choices=[(motive.value, motive.label) for motive in BY_HAND],
        widget=forms.RadioSelect,
    )
