"""Form that unlocks a session with the password of the signed-in person."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from access.models import Person
from access.signin.adapter import StaffOnly


class PasswordAgain(forms.Form):
    password = forms.CharField(
        label=_("Mot de passe"), widget=forms.PasswordInput({"autocomplete": "current-password"}), strip=False
    )

    def __init__(self, adapter: StaffOnly, person: Person, *args: Any) -> None:
        super().__init__(*args)
        self.adapter, self.person = adapter, person

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.adapter.reauthenticate(self.person, password):
            raise ValidationError(_("Ce mot de passe est incorrect."))
        return password
