"""Forms for the offer of a dwelling: its notification and the candidate's answer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from access.pages.fields import DayField
from allocations.models import Answer, OfferDelivery

# The form does not accept silence as an answer, because the nightly job records it.
SPOKEN = (Answer.ACCEPTED, Answer.REFUSED)


class NotifyForm(forms.Form):
    delivery = forms.ChoiceField(
        label=_("Comment la proposition a été remise"), choices=OfferDelivery.choices, widget=forms.RadioSelect
    )
    notified_on = DayField(
        label=_("Remise ou présentée le"),
        help_text=_("Le délai pour répondre se compte à partir du lendemain."),
    )


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(
        label=_("Réponse du candidat"),
        choices=[(answer.value, answer.label) for answer in SPOKEN],
        widget=forms.RadioSelect,
    )
    answered_on = DayField(
        label=_("Répondu le"),
        help_text=_(
            "Le jour du cachet de la poste, ou celui où la réponse a été reçue au guichet, par courriel ou par "
            "téléphone."
        ),
    )


class RenounceForm(forms.Form):
    renounced_on = DayField(
        label=_("Renoncé le"),
        help_text=_("Le jour du cachet de la poste, ou celui où la renonciation écrite a été reçue."),
    )
