"""Forms for sessions of the commission: day and hour, and seats."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.models import Person
from access.pages.acting import row_or_404
from access.pages.fields import DayField, HourField
from allocations.models import Seat, SeatRelease, Voice


class ConveneForm(forms.Form):
    day = DayField(label=_("Jour"))
    hour = HourField(label=_("Heure"))

    def __init__(self, data: Any, *, now: datetime) -> None:
        super().__init__(data)
        self.now = now

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("day") and data.get("hour") is not None and self.held_at <= self.now:
            self.add_error("day", ValidationError(_("Ce moment est passé."), code="past"))
        return data

    @property
    def held_at(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.cleaned_data["day"], self.cleaned_data["hour"]))


class SeatForm(forms.Form):
    """Form that gives a person a seat in a session. `chairs` has the ids of the people whose current role allows them
    to chair."""

    person = forms.ChoiceField(
        label=_("Personne"), help_text=_("Parmi les personnes qui ont aujourd’hui un rôle de la commission.")
    )
    voice = forms.ChoiceField(label=_("Siège"), choices=Voice.choices, widget=forms.RadioSelect)
    chairs = forms.BooleanField(label=_("Préside la séance"), required=False)
    casting = forms.BooleanField(
        label=_("Voix prépondérante"),
        required=False,
        help_text=_("Celle du maire de la commune, en cas d’égalité (CCH, article L441-2)."),
    )

    def __init__(self, data: Any, *, people: Sequence[Person], chairs: set[UUID]) -> None:
        super().__init__(data)
        self.people, self.may_chair = people, chairs
        choices = [("", gettext("choisir")), *((str(person.pk), person.name) for person in people)]
        cast(forms.ChoiceField, self.fields["person"]).choices = choices

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("chairs") and data.get("person") and UUID(data["person"]) not in self.may_chair:
            words = _("Cette personne n’a pas le rôle de présidence de la commission : elle ne pourrait pas présider.")
            self.add_error("chairs", ValidationError(words, code="not_a_chair"))
        return data

    def values(self) -> dict[str, Any]:
        return self.cleaned_data | {"person": row_or_404(self.people, self.cleaned_data["person"])}


class ReleaseForm(forms.Form):
    """Form for the reason why a seat is released, and for a substitute, who gets the same voting right."""

    reason = forms.ChoiceField(label=_("Pourquoi"), choices=SeatRelease.choices, widget=forms.RadioSelect)
    person = forms.ChoiceField(
        label=_("Suppléant"),
        required=False,
        help_text=_("Si ce membre est remplacé. Le suppléant a le même siège et la même voix."),
    )

    def __init__(self, data: Any, *, people: Sequence[Person], chairs: set[UUID], seat: Seat) -> None:
        super().__init__(data)
        self.people, self.may_chair, self.seat = people, chairs, seat
        choices = [("", gettext("personne")), *((str(person.pk), person.name) for person in people)]
        cast(forms.ChoiceField, self.fields["person"]).choices = choices

    @property
    def substitute(self) -> Person | None:
        chosen = self.cleaned_data.get("person")
        return row_or_404(self.people, chosen) if chosen else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and (data["reason"] == SeatRelease.REPLACED) != bool(data["person"]):
            words = _("Un membre remplacé a un suppléant ; un siège retiré n’en a pas.")
            self.add_error("person", ValidationError(words, code="substitute"))
        return data

    def values(self) -> dict[str, Any]:
        """Return the arguments of the action `replace_member` or `release_seat`. The substitute of a chair may chair
        only with the role of chair."""
        if person := self.substitute:
            chairs = self.seat.chairs and person.pk in self.may_chair
            return {"seat": self.seat, "person": person, "chairs": chairs}
        return {"seat": self.seat, "reason": self.cleaned_data["reason"]}
