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
        label=_("Référence du compte"),
        max_length=20,
        help_text=_(
            "Les douze caractères. Une personne de la gestion locative vous la donne : elle la lit dans la liste des "
            "comptes. Si l’agent est locataire, elle figure sur son décompte."
        ),
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(PersonField, self.fields["person"]).offer(people)
