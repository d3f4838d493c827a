"""Forms that filter the audit log."""

from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.grants.reasons import LookReason
from access.models import Place
from access.pages.fields import DayField
from access.roles import ROLES
from audit.events import KINDS, Outcome
from audit.reading import OUTCOMES, REFUSALS, Asked
from casework.screening_results import CATEGORIES
from oversight.audit_log.lines import place_and_below, place_choices

ALL_REFUSALS = "refusals"
_OUTCOMES: list[tuple[str, Promise | str]] = [
    ("", _("Toutes les issues")),
    (ALL_REFUSALS, _("tous les refus")),
    *((outcome.value, OUTCOMES[outcome]) for outcome in Outcome),
]


_ROLES: list[tuple[str, Promise | str]] = [
    ("", _("Tous les rôles")),
    *((role.code, role.name) for role in ROLES.values()),
]


_CATEGORIES: list[tuple[str, Promise | str]] = [("", _("Toutes les catégories")), *CATEGORIES.items()]


def kind_choices() -> list[tuple[Any, Any]]:
    """Return the kinds of event for the filter, in two groups: openings of data, and changes."""
    looks = [(kind.code, kind.sentence) for kind in KINDS.values() if kind.look]
    changes = [(kind.code, kind.sentence) for kind in KINDS.values() if not kind.look]
    return [("", _("Tous les événements")), (_("Consultations"), looks), (_("Changements"), changes)]


def midnight(day: date, later: int = 0) -> datetime:
    """Return the start, in Paris time, of the day that is `later` days after `day`."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=later), time.min))


class AuditLogFilter(forms.Form):
    """Filters of the audit log. The filters come in the query string, so they are ids, codes and days, never typed text
    about a person."""

    place = forms.ModelChoiceField(label=_("Lieu"), queryset=Place.objects.none(), required=False)
    role = forms.ChoiceField(label=_("Rôle"), choices=_ROLES, required=False)
    kind = forms.ChoiceField(label=pgettext_lazy("trace", "Événement"), choices=kind_choices, required=False)
    outcome = forms.ChoiceField(label=_("Issue"), choices=_OUTCOMES, required=False)
    category = forms.ChoiceField(label=_("Catégorie refusée"), choices=_CATEGORIES, required=False)
    first = DayField(label=_("Du"), required=False)
    last = DayField(label=_("Au"), required=False)
    about = forms.UUIDField(widget=forms.HiddenInput, required=False)
    # `number`: short identifier of an audit event. Access reports print it, so tenants quote it in requests.
    number = forms.RegexField("[0-9a-f]{8}", widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = cast("forms.ModelChoiceField[Place]", self.fields["place"])
        place.queryset = Place.objects.all()
        choices = [("", _("Tous les lieux")), *place_choices()]
        # place_choices() leaves out buildings. If a link filters by a building, this building is added to the choices.
        if (key := str(self.data.get("place", ""))) not in dict(choices):
            with suppress(forms.ValidationError):
                choices.append((key, place.clean(key).name))
        place.widget.choices = choices

    def filters(self) -> Asked:
        wanted = self.cleaned_data
        outcome = wanted["outcome"]
        return Asked(
            about=wanted["about"],
            number=wanted["number"],
            places=place_and_below(wanted["place"]) if wanted["place"] else None,
            kinds=[wanted["kind"]] if wanted["kind"] else [],
            roles=[wanted["role"]] if wanted["role"] else [],
            outcomes=REFUSALS if outcome == ALL_REFUSALS else [outcome] if outcome else [],
            start=midnight(wanted["first"]) if wanted["first"] else None,
            category=wanted["category"],
            end=midnight(wanted["last"], 1) if wanted["last"] else None,
        )

    @property
    def scope(self) -> str:
        """The code of the most specific filter in use, or "all" without a filter. The audit event about the opening
        of the page contains this code."""
        named = {"about": "subject", "place": "place", "kind": "kind", "role": "role", "outcome": "outcome"}
        named |= {"category": "category", "number": "number"}
        return next((code for name, code in named.items() if self.cleaned_data.get(name)), "all")


def spell_reference(typed: str) -> str:
    """Format a typed account reference in the same way as printed letters: "k7qx 9m2d 4rtb" becomes
    "K7QX-9M2D-4RTB"."""
    signs = "".join(sign for sign in typed.upper() if sign.isalnum())
    return "-".join((signs[:4], signs[4:8], signs[8:]))


class AccountAsked(forms.Form):
    reference = forms.CharField(
        label=_("Référence du compte"),
        help_text=_("Douze caractères, comme sur le courrier du locataire : K7QX-9M2D-4RTB."),
        max_length=20,
    )

    def clean_reference(self) -> str:
        return spell_reference(self.cleaned_data["reference"])


class ReasonAsked(forms.Form):
    reason = forms.ChoiceField(label=_("Motif"), choices=LookReason.choices, widget=forms.RadioSelect)
    before = forms.CharField(widget=forms.HiddenInput, required=False)
