"""Forms that grant, end and move assignments and stand-ins, and the filter of the list of assignments."""

from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from access.grants.grant_terms import Terms
from access.grants.hours import Hours
from access.grants.reasons import STAND_IN_REASONS, START_CHOICES, EndReason, StartReason
from access.models import Assignment, Person, Place
from access.pages.fields import DayField, HourField, PersonField, PlaceField
from access.roles import ON_CALL

_STAND_INS = [(reason.value, reason.label) for reason in STAND_IN_REASONS]


class _WhoAndWhere(forms.Form):
    person = PersonField(label=_("Personne"), help_text=_("Son adresse professionnelle ou son nom."))
    place = PlaceField(
        label=_("Lieu"), help_text=_("Son code ou son nom. Tous les lieux qui en dépendent sont compris.")
    )
    first_day = DayField(label=_("Premier jour"), help_text=_("Inclus. Au plus tôt aujourd’hui."))
    last_day = DayField(
        label=_("Dernier jour"), help_text=_("Inclus. Obligatoire : l’accès prend fin automatiquement.")
    )

    def terms(self) -> Terms:
        values = self.cleaned_data
        return Terms(values["place"], values["first_day"], values["last_day"], values["reason"])

    def __init__(self, *args: Any, people: Any, places: Any, wider: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(PersonField, self.fields["person"]).offer(people, active_first=True)
        cast(PlaceField, self.fields["place"]).offer(places, wider)


class GrantForm(_WhoAndWhere):
    """Form that assigns a caretaker to one building. Other assignments need an access request (forms/requests.py)."""

    reason = forms.ChoiceField(label=_("Motif"), choices=START_CHOICES)
    field_order = ("person", "place", "first_day", "last_day", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].label = _("Immeuble")
        self.fields["place"].help_text = _("Son code ou son nom.")


class StandInForm(_WhoAndWhere):
    reason = forms.ChoiceField(
        label=_("Motif"),
        choices=_STAND_INS,
        widget=forms.RadioSelect,
        help_text=_("N’indiquez pas la cause d’une absence."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].help_text = _("Inclus, 31 jours au plus. L’accès prend fin automatiquement.")


class OnCallForm(_WhoAndWhere):
    from_hour = HourField(label=_("À partir de"), help_text=_("Par exemple 18 h, 7 h 30 ou 20:00, heure de Paris."))
    to_hour = HourField(label=_("Jusqu’à"), help_text=_("L’accès prend fin à cette minute."))
    pattern = forms.ChoiceField(
        label=_("Horaires"),
        choices=[
            ("whole", _("En continu, de la première heure du premier jour à la dernière heure du dernier jour")),
            ("nightly", _("Chaque nuit ou chaque jour, entre ces deux heures")),
        ],
        initial="whole",
        widget=forms.RadioSelect,
    )
    field_order = ("person", "place", "first_day", "from_hour", "last_day", "to_hour", "pattern")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].help_text = _("Jour de la dernière heure. 31 jours au plus.")

    def terms(self) -> Terms:
        values = self.cleaned_data
        hours = Hours(values["from_hour"], values["to_hour"], values["pattern"] == "nightly")
        days = (values["first_day"], values["last_day"])
        return Terms(values["place"], *days, StartReason.ON_CALL, ON_CALL.code, hours)


class ExtendForm(forms.Form):
    last_day = DayField(
        label=_("Nouveau dernier jour"), help_text=_("Inclus. Au plus trois ans après le premier jour.")
    )


class EndForm(forms.Form):
    ended_on = DayField(
        label=_("Fin de l’accès le"),
        help_text=_("Aujourd’hui : l’accès prend fin immédiatement. Vous pouvez aussi choisir un jour à venir."),
    )
    reason = forms.ChoiceField(label=_("Motif"), choices=EndReason.choices)


class EndStandInForm(forms.Form):
    ended_on = EndForm.base_fields["ended_on"]


class MoveForm(forms.Form):
    place = PlaceField(label=_("Nouvel immeuble"), help_text=_("Son code ou son nom."))
    day = DayField(
        label=_("Premier jour au nouveau lieu"), help_text=_("L’accès à l’ancien lieu prend fin le même jour.")
    )
    last_day = DayField(label=_("Dernier jour au nouveau lieu"), help_text=_("Inclus."))

    def __init__(self, *args: Any, places: Any, wider: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(PlaceField, self.fields["place"]).offer(places, wider)


def first_values(person: Person | None, place: Place | None, first: date, last: date | None = None) -> dict[str, Any]:
    """Return the initial values of a form that grants an assignment.

    The link to the form gives person, place and days in its URL, for example for a gap in the coverage chart.
    """
    return {"person": person, "place": place, "first_day": first, "last_day": last}


def end_values(assignment: Assignment, day: date) -> dict[str, Any]:
    return {"ended_on": day, "reason": EndReason.STAND_IN_OVER if assignment.is_stand_in else EndReason.END_OF_POST}
