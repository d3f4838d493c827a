"""Form to choose whether to get the daily email about waiting tasks."""

from django import forms
from django.utils.translation import gettext_lazy as _


class MailForm(forms.Form):
    wanted = forms.TypedChoiceField(
        label=_("Courriel du matin"),
        choices=[("oui", _("oui")), ("non", _("non"))],
        coerce=lambda answer: answer == "oui",
    )
