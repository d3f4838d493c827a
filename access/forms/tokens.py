"""Asking for a machine's token: which program, which part of which role, where and until when."""

from typing import Any, cast
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from access.actions.requests import Newcomer
from access.description import api_doors
from access.forms.requests import TermsForm
from access.permissions import BY_PEOPLE_ALONE, FOR_EVERYONE
from access.reasons import StartReason
from access.terms import Terms
from access.wording import PERMISSIONS


class TokenForm(TermsForm):
    name = forms.CharField(
        label=_("Nom du programme"), max_length=120, help_text=_("Comme la trace et les collègues le liront.")
    )
    permissions = forms.MultipleChoiceField(
        label=_("Ce que le jeton permet"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Le moins possible, et rien que le rôle ne fasse. Jamais de quoi donner un accès."),
    )
    field_order = ("name", "role", "permissions", "place", "first_day", "last_day")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["reason"]
        self.fields["last_day"].help_text = _("Compris, un an après le premier au plus.")
        used = {door.permission for _path, _pattern, door in api_doors()} - FOR_EVERYONE - BY_PEOPLE_ALONE
        choices = [(one.value, words) for one, words in PERMISSIONS.items() if one in used]
        cast(forms.MultipleChoiceField, self.fields["permissions"]).choices = choices

    def terms(self) -> Terms:
        said = self.cleaned_data
        return Terms(said["place"], said["first_day"], said["last_day"], StartReason.POSTING, said["role"])

    def machine(self) -> Newcomer:
        """An address that reaches nobody: a machine is sent nothing, and signs in nowhere."""
        said = self.cleaned_data
        return Newcomer(said["name"], f"{uuid4()}@machine.invalid", said["place"], said["permissions"])
