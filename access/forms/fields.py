"""A day, a colleague and a place as one types them, narrowed to what the person asking may work on."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from access.models import Level, Person, Place
from access.models.place import PlaceQuerySet
from access.reach import today

_TYPED = re.compile(r"(\d{1,2})[/. ](\d{1,2})(?:[/. ](\d{4}))?")
MOST_SUGGESTED = 400


class DayField(forms.CharField):
    """ "24/11/2026", "2026-11-24", or "24/11" for the nearest one."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": "12"})
    default_error_messages = {"day": _("Ce n’est pas un jour : écrivez 24/11 ou 24/11/2026.")}

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return typed_day(text)
        except ValueError as error:
            raise ValidationError(self.error_messages["day"], code="day") from error

    def prepare_value(self, value: Any) -> Any:
        return value.strftime("%d/%m/%Y") if isinstance(value, date) else value


def typed_day(text: str) -> date:
    """Raises ValueError for what is no day."""
    found = _TYPED.fullmatch(text.strip())
    if not found:
        return date.fromisoformat(text.strip())
    day, month, year = found.groups()
    if year:
        return date(int(year), int(month), int(day))
    near = today()
    return min((date(near.year + step, int(month), int(day)) for step in (-1, 0, 1)), key=lambda d: abs(d - near))


class Suggesting(forms.TextInput):
    """A text field with its suggestions beside it: typing narrows them, and no script is needed."""

    suggestions: list[tuple[str, str]] = []

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        if not self.suggestions:
            return super().render(name, value, attrs, renderer)
        key = f"{(attrs or {}).get('id', name)}_liste"
        field = super().render(name, value, {**(attrs or {}), "list": key}, renderer)
        options = format_html_join("", '<option value="{}">{}</option>', self.suggestions)
        return format_html('{}<datalist id="{}">{}</datalist>', field, key, options)


class PersonField(forms.CharField):
    """By address, or by name when only one person has it. `people` is set by the form."""

    people: Any = None
    widget = Suggesting(attrs={"autocomplete": "off"})

    def offer(self, people: Any) -> None:
        self.people = people
        self.widget.suggestions = [(p.email, p.name) for p in people.order_by("name")[:MOST_SUGGESTED]]

    def to_python(self, value: Any) -> Any:
        text = (super().to_python(value) or "").strip()
        if not text:
            return None
        found = list(self.people.filter(Q(email__iexact=text) | Q(name__iexact=text))[:2])
        if not found:
            raise ValidationError(_("Personne de ce nom ni de cette adresse dans votre périmètre."), code="unknown")
        if len(found) > 1:
            raise ValidationError(_("Deux personnes portent ce nom : écrivez l’adresse."), code="twice")
        return found[0]

    def prepare_value(self, value: Any) -> Any:
        return value.email if isinstance(value, Person) else value


class PlaceField(forms.CharField):
    """By code, or by name when only one place has it. `places` is set by the form."""

    places: Any = None
    widget = Suggesting(attrs={"autocomplete": "off"})

    def offer(self, places: PlaceQuerySet) -> None:
        self.places = places
        some = places.exclude(level=Level.BUILDING).order_by("name")[:MOST_SUGGESTED]
        room = max(MOST_SUGGESTED - len(some), 0)
        buildings = places.buildings().select_related("parent").order_by("parent__name", "name")[:room]
        self.widget.suggestions = [(p.code, label_of(p)) for p in (*some, *buildings)]

    def to_python(self, value: Any) -> Any:
        text = (super().to_python(value) or "").strip()
        if not text:
            return None
        found = list(self.places.filter(Q(code__iexact=text) | Q(name__iexact=text))[:2])
        if not found:
            raise ValidationError(_("Aucun lieu de ce nom ni de ce code dans votre périmètre."), code="unknown")
        if len(found) > 1:
            raise ValidationError(_("Deux lieux portent ce nom : écrivez le code."), code="twice")
        return found[0]

    def prepare_value(self, value: Any) -> Any:
        return value.code if isinstance(value, Place) else value


def label_of(place: Place) -> str:
    """ "Les Glycines, bâtiment A (bâtiment)": a building is said after its estate."""
    within = f"{place.parent.name}, " if place.level == Level.BUILDING and place.parent else ""
    return f"{within}{place.name} ({place.get_level_display()})"
