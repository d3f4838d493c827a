"""Keeping or ending: one right nobody used, or each of a yearly list."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from access.actions.reviews import END, KEEP
from access.models import Assignment
from access.reasons import KeepReason


class UnusedForm(forms.Form):
    """Two buttons: ending takes no reason, keeping does."""

    act = forms.ChoiceField(choices=[(END, _("Terminer")), (KEEP, _("Garder"))])
    reason = forms.ChoiceField(label=_("Pourquoi la garder"), choices=KeepReason.choices, required=False)

    def keep_for(self) -> str:
        """Why it is kept; empty when it ends."""
        return self.cleaned_data["reason"] if self.cleaned_data["act"] == KEEP else ""

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("act") == KEEP and not said.get("reason") and not self.errors:
            raise forms.ValidationError(_("Garder se motive."))
        return said


class ConfirmForm(forms.Form):
    """One answer a right; none is given beforehand."""

    def __init__(self, *args: Any, rights: Sequence[Assignment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rights = rights
        for right in rights:
            label = f"{right.person.name}, {right.role_name}, {right.place.name}"
            self.fields[str(right.pk)] = forms.ChoiceField(
                label=label, choices=[(KEEP, _("garder")), (END, _("terminer"))], widget=forms.RadioSelect
            )

    def lines(self) -> Iterator[tuple[Assignment, forms.BoundField]]:
        for right in self.rights:
            yield right, self[str(right.pk)]

    def answers(self) -> dict[UUID, str]:
        return {UUID(name): answer for name, answer in self.cleaned_data.items()}
