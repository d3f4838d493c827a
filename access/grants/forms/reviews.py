"""Forms of access reviews: retain or end one unused assignment, or each assignment of a yearly list."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from access.grants.actions.reviews import END, KEEP
from access.grants.reasons import KeepReason
from access.models import Assignment


class UnusedForm(forms.Form):
    """Form with two buttons, to retain an unused assignment or to end it. Only retaining requires a reason."""

    act = forms.ChoiceField(choices=[(END, _("Mettre fin")), (KEEP, _("Conserver"))])
    reason = forms.ChoiceField(label=_("Pourquoi la conserver"), choices=KeepReason.choices, required=False)

    def keep_for(self) -> str:
        """Return the reason for retaining the assignment, or "" if the assignment is to end."""
        return self.cleaned_data["reason"] if self.cleaned_data["act"] == KEEP else ""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("act") == KEEP and not values.get("reason") and not self.errors:
            raise forms.ValidationError(_("Choisissez un motif pour conserver cette affectation."))
        return values


class ConfirmForm(forms.Form):
    """Form with one choice per assignment, to retain or to end it. No choice is selected beforehand."""

    def __init__(self, *args: Any, rights: Sequence[Assignment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rights = rights
        for right in rights:
            label = f"{right.person.name}, {right.role_name}, {right.place.name}"
            self.fields[str(right.pk)] = forms.ChoiceField(
                label=label, choices=[(KEEP, _("conserver")), (END, _("mettre fin"))], widget=forms.RadioSelect
            )

    def lines(self) -> Iterator[tuple[Assignment, forms.BoundField]]:
        for right in self.rights:
            yield right, self[str(right.pk)]

    def answers(self) -> dict[UUID, str]:
        return {UUID(name): answer for name, answer in self.cleaned_data.items()}
