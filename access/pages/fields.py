"""Form fields for days, hours, people and places that are typed as text."""

import re
from datetime import date, time
from itertools import combinations
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import Q
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from access.models import Level, Person, Place
from access.models.place import PlaceQuerySet
from access.reach import today
from formats.folding import folded

_DAY = re.compile(r"(\d{1,2})[/. -](\d{1,2})(?:[/. -](\d{4}|\d{2}))?")
_HOUR = re.compile(r"([01]?\d|2[0-3])(?:\s*[h:]\s*([0-5]\d)?)?", re.IGNORECASE)
MOST_SUGGESTED = 400
MOST_NAMED = 5  # Maximum number of people whom an error message names.
NOT_HERE = _(
    "%(place)s ne peut pas être confié ici : écrivez le nom ou le code d’un bâtiment. Pour un lieu plus grand, "
    "demandez un accès."
)
LONGEST_NAME = 120  # Longer texts are not compared with names: normalising them for each person would take minutes.


def needed_for(field: forms.Field, words: object) -> forms.Field:
    """Return an optional field whose label shows `words`, for example "required for a child", instead of "optional"."""
    field.needed_for = words  # type: ignore[attr-defined]
    return field


class DayField(forms.Field):
    """Form field for a day typed as text. A day without a year means the date nearest to today."""

    widget = forms.TextInput(
        attrs={"inputmode": "numeric", "autocomplete": "off", "size": "12", "placeholder": _("jj/mm/aaaa")}
    )
    default_error_messages = {
        "invalid": _("Écrivez la date sous la forme jour/mois ou jour/mois/année : 23/11 ou 23/11/2026."),
        "unreal": _("Ce jour n’existe pas : vérifiez le jour et le mois."),
        "far": _("Cette année est trop éloignée : vérifiez-la."),
    }

    def to_python(self, value: Any) -> date | None:
        if not value or isinstance(value, date):
            return value or None
        try:
            return typed_day(value)
        except TooFar as error:
            raise ValidationError(self.error_messages["far"], code="far") from error
        except ValueError as error:
            code = "unreal" if _DAY.fullmatch(value.strip()) else "invalid"
            raise ValidationError(self.error_messages[code], code=code) from error

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%d/%m/%Y}" if isinstance(value, date) else value


class HourField(forms.Field):
    """Form field for a time of day typed as text, such as 18 h, 7h30 or 20:00."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": "8"})
    default_error_messages = {"invalid": _("Écrivez l’heure sous la forme 18 h, 7 h 30 ou 20:00.")}

    def to_python(self, value: Any) -> time | None:
        if not value or isinstance(value, time):
            return value or None
        match = _HOUR.fullmatch(value.strip())
        if match is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return time(int(match[1]), int(match[2] or 0))


def nearest(day: int, month: int, around: date) -> date:
    """Return the date with this day and month closest to `around`. Raises ValueError if no such date exists."""
    dates = []
    for year in (around.year - 1, around.year, around.year + 1):
        try:
            dates.append(date(year, month, day))
        except ValueError:
            continue
    if not dates:
        raise ValueError
    return min(dates, key=lambda candidate: abs(candidate - around))


def typed_day(text: str) -> date:
    """Parse a day such as "23/11", "23.11.26", "23/11/2026" or "2026-11-23".

    Raises ValueError for any other text, and TooFar for a year outside 1900 to 2199.
    """
    match = _DAY.fullmatch(text.strip())
    if match is None:
        return plausible_day(date.fromisoformat(text.strip()))
    day, month, year = match.groups()
    if year is None:
        return nearest(int(day), int(month), today())
    return plausible_day(date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day)))


class TooFar(ValueError):
    """Raised for a date outside the years 1900 to 2199, which is probably a typing error."""


def plausible_day(day: date) -> date:
    """Return the day if its year is between 1900 and 2199, else raise TooFar.

    A year outside this range is a typing error, and date arithmetic with it could overflow.
    """
    if not 1900 <= day.year < 2200:
        raise TooFar
    return day


class Suggesting(forms.TextInput):
    """Text input with a list of suggestions (HTML datalist), which works without JavaScript."""

    suggestions: list[tuple[str, str]] = []

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        if not self.suggestions:
            return super().render(name, value, attrs, renderer)
        key = f"{(attrs or {}).get('id', name)}_liste"
        field = super().render(name, value, {**(attrs or {}), "list": key}, renderer)
        options = format_html_join("", '<option value="{}">{}</option>', self.suggestions)
        return format_html('{}<datalist id="{}">{}</datalist>', field, key, options)


class CountedTextarea(forms.Textarea):
    """Text area below which a script shows how many characters are left (static/loge/loge.js).

    Without the script nothing is shown there, so the field's help text should name the limit.
    """

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        field = super().render(name, value, attrs, renderer)
        return format_html(
            '{}<p class="hint" data-left="{}" data-over="{}" hidden></p><p class="vh" role="status"></p>',
            field,
            _("Caractères restants :"),
            _("Caractères en trop :"),
        )


class NamedField(forms.CharField):
    """Base of the fields whose text is looked up in the database."""

    def text_of(self, value: Any) -> str:
        """Return the typed text. Raises ValidationError for a null character, which PostgreSQL does not accept."""
        text = (super().to_python(value) or "").strip()
        ProhibitNullCharactersValidator()(text)
        return text


def _several(people: list[Person]) -> ValidationError:
    """Return the error for a name that fits several people. Its message names the first of them."""
    names = ", ".join(f"{person.name} ({person.email})" for person in people[:MOST_NAMED])
    sentence = (
        _("Plusieurs personnes ont ce nom, dont %(names)s. Écrivez l’adresse.")
        if len(people) > MOST_NAMED
        else _("Plusieurs personnes ont ce nom : %(names)s. Écrivez l’adresse.")
    )
    return ValidationError(sentence, code="several", params={"names": names})


def is_name_of(text: str, name: str) -> bool:
    """Whether the typed text may be this name: "noel caron", "Caron" or "legoff" for "Noël Le Goff-Caron".

    Accents, case and the order of words are ignored. Each typed word must be in the name: "Le Roux" is not "Paul Roux".
    """
    words, parts = folded(text).split(), folded(name).split()
    if not words:  # The text is empty, or in another alphabet, for example in Greek.
        return text.casefold() == name.casefold()
    joined = {"".join(parts[start:end]) for start, end in combinations(range(len(parts) + 1), 2)}
    return set(words) <= set(parts) or "".join(words) in joined


def is_whole_name(text: str, person: Person) -> bool:
    """Whether the typed text is the person's email address or complete name, and not only a part of the name."""
    return text.strip().casefold() == person.email.casefold() or folded(text) == folded(person.name)


class PersonField(NamedField):
    """Form field for a person, typed as email address or as a name, of which a part is enough if it fits one person.

    The form must call `offer()` with the people who may be chosen. Error messages name only these people.
    """

    people: Any = None
    active_first = False
    widget = Suggesting(attrs={"autocomplete": "off"})

    def offer(self, people: Any, *, active_first: bool = False) -> None:
        """Set the people who may be chosen. With `active_first`, a person whose sign-in is closed is not suggested,
        and does not make the name of an active person ambiguous."""
        self.people, self.active_first = people, active_first
        if active_first:
            people = people.filter(is_active=True)
        self.widget.suggestions = [(p.email, p.name) for p in people.order_by("name")[:MOST_SUGGESTED]]

    def to_python(self, value: Any) -> Any:
        text = self.text_of(value)
        if not text:
            return None
        people = list(self.people.filter(email__iexact=text)) or self._named(text)
        if not people:
            raise ValidationError(_("Aucune personne de votre périmètre n’a ce nom ou cette adresse."), code="unknown")
        if self.active_first:
            people = [person for person in people if person.is_active] or people
        if len(people) > 1:
            raise _several(people)
        return people[0]

    def _named(self, text: str) -> list[Person]:
        """Return the people with exactly this name. If there are none, return those whose name may contain it."""
        if len(text) > LONGEST_NAME:
            return []
        people = [person for person in self.people.order_by("name", "email") if is_name_of(text, person.name)]
        return [person for person in people if folded(person.name) == folded(text)] or people

    def prepare_value(self, value: Any) -> Any:
        return value.email if isinstance(value, Person) else value


class PlaceField(NamedField):
    """Form field for a place, typed as code, or as a name if only one place has this name.

    The form must call `offer()` with the places that may be chosen.
    """

    places: Any = None
    wider: Any = None
    widget = Suggesting(attrs={"autocomplete": "off"})

    def offer(self, places: PlaceQuerySet, wider: PlaceQuerySet | None = None) -> None:
        """Set the places that may be chosen. `wider` has the places that the person may see, also those that the form
        does not accept, so that the error message can name the place."""
        self.places, self.wider = places, wider
        above_buildings = places.exclude(level=Level.BUILDING).order_by("name")[:MOST_SUGGESTED]
        room = max(MOST_SUGGESTED - len(above_buildings), 0)
        buildings = places.buildings().select_related("parent").order_by("parent__name", "name")[:room]
        self.widget.suggestions = [(p.code, label_of(p)) for p in (*above_buildings, *buildings)]

    def to_python(self, value: Any) -> Any:
        text = self.text_of(value)
        if not text:
            return None
        named = Q(code__iexact=text) | Q(name__iexact=text)
        places = list(self.places.filter(named)[:2])
        if not places:
            if self.wider is not None and (place := self.wider.filter(named).first()):
                raise ValidationError(NOT_HERE, code="level", params={"place": label_of(place)})
            raise ValidationError(_("Aucun lieu de votre périmètre n’a ce nom ou ce code."), code="unknown")
        if len(places) > 1:
            raise ValidationError(_("Deux lieux portent ce nom : écrivez le code."), code="twice")
        return places[0]

    def prepare_value(self, value: Any) -> Any:
        return value.code if isinstance(value, Place) else value


def label_of(place: Place) -> str:
    """Return the name of a place with its level, such as "Les Glycines, bâtiment A (bâtiment)".

    The name of a building comes after the name of its estate.
    """
    within = f"{place.parent.name}, " if place.level == Level.BUILDING and place.parent else ""
    return f"{within}{place.name} ({place.get_level_display()})"
