"""Form that requests a machine token: a name, a role and some of its permissions, a place and dates."""

from typing import Any, cast
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from access.api.openapi import machine_doors
from access.grants.actions.requests import Newcomer
from access.grants.forms.requests import TermsForm
from access.grants.grant_terms import Terms
from access.grants.reasons import StartReason
from access.grants.wording import PERMISSIONS
from access.permissions import BY_PEOPLE_ALONE, FOR_EVERYONE


class TokenForm(TermsForm):
    name = forms.CharField(
        label=_("Nom du programme"),
        max_length=120,
        help_text=_("Le nom qui figurera dans la trace et que verront vos collègues."),
    )
    permissions = forms.MultipleChoiceField(
        label=_("Permissions du jeton"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Choisissez le moins de permissions possible, parmi celles du rôle. Aucune ne permet de donner un accès."
        ),
    )
    field_order = ("name", "role", "permissions", "place", "first_day", "last_day")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["reason"]
        self.fields["last_day"].help_text = _("Inclus. Au plus un an après le premier jour.")
        used = {door.permission for _path, _pattern, door in machine_doors()} - FOR_EVERYONE - BY_PEOPLE_ALONE
        choices = [(permission.value, words) for permission, words in PERMISSIONS.items() if permission in used]
        cast(forms.MultipleChoiceField, self.fields["permissions"]).choices = choices

    def terms(self) -> Terms:
        values = self.cleaned_data
        return Terms(values["place"], values["first_day"], values["last_day"], StartReason.POSTING, values["role"])

    def machine(self) -> Newcomer:
        """Return the machine client to create. Its email address is invented, because a machine never signs in."""
        values = self.cleaned_data
        return Newcomer(values["name"], f"{uuid4().int}@machine.invalid", values["place"], values["permissions"])
