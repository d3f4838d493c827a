"""Forms that assign an incoming payment to an account by its full reference, and that undo the assignment."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.forms.reference import ReferenceField


class ClearForm(forms.Form):
    receipt = forms.UUIDField(widget=forms.HiddenInput)
    reference = ReferenceField(label=_("Référence du compte"), max_length=20)


class UndoForm(forms.Form):
    undo = forms.UUIDField(widget=forms.HiddenInput)
