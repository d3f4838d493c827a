"""The form that closes a household's file to an employee with a conflict of interest.

The form asks for no reason, because the relation between the employee and the household is private.
"""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from access.pages.fields import PersonField
from tenants.forms.reference import ReferenceField


class WallForm(forms.Form):
    person = PersonField(label=_("Personne"), help_text=_("Son adresse professionnelle ou son nom."))
    reference = ReferenceField(
        label=_("Référence du compte"), max_length=20, help_text=_("Référence complète, douze caractères.")
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(PersonField, self.fields["person"]).offer(people)
