"""Form that puts a dwelling on the agenda of a session of the commission."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.pages.acting import row_or_404
from allocations.models import FewReason, Session


def session_label(session: Session) -> str:
    at = localtime(session.held_at)
    return gettext("le %(day)s à %(hour)s") % {"day": f"{at:%d/%m/%Y}", "hour": f"{at:%H:%M}"}


class ConveneForm(forms.Form):
    """Form that puts a dwelling on an agenda. `few_reasons` are the lawful reasons that may justify fewer than three
    candidates; the list is empty if no reason is needed."""

    session = forms.ChoiceField(label=_("Séance"), widget=forms.RadioSelect)
    few_reason = forms.ChoiceField(
        label=_("Pourquoi moins de trois candidats"),
        widget=forms.RadioSelect,
        help_text=_("La base de données vérifie cette raison à l’ouverture de la séance."),
    )

    def __init__(self, data: Any, *, sessions: Sequence[Session], few_reasons: Sequence[FewReason]) -> None:
        super().__init__(data)
        self.sessions = sessions
        choices = [(str(row.pk), session_label(row)) for row in sessions]
        cast(forms.ChoiceField, self.fields["session"]).choices = choices
        if few_reasons:
            reasons = [(reason.value, reason.label) for reason in few_reasons]
            cast(forms.ChoiceField, self.fields["few_reason"]).choices = reasons
        else:
            del self.fields["few_reason"]

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        session = row_or_404(self.sessions, data["session"])
        return {"session": session, "few_reason": data.get("few_reason", "")}
