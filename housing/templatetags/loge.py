"""How the house writes: sums, telephone numbers, floors and dates, in the typography of the page's language.

Figures take the narrow no-break space (U+202F) for thousands and before the euro sign, the true minus (U+2212), and a
comma. A filter given None writes nothing, except for a floor, where not knowing is worth saying.
"""

import datetime
import json
import re
from collections.abc import Callable

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy, ngettext

from access.language import in_french, ordinal_letters
from access.models.place import Level, Place
from access.telephone import dialled, reads_as

register = template.Library()

NARROW = "\u202f"
HARD = "\u00a0"
MINUS = "\u2212"

# Signs of a browser's own description, the narrower first.
_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
# Django's French abbreviations ("jan.", "fév.") are not those of the Imprimerie nationale.
SHORT_MONTHS = (
    gettext_lazy("janv."),
    gettext_lazy("févr."),
    gettext_lazy("mars"),
    gettext_lazy("avr."),
    gettext_lazy("mai"),
    gettext_lazy("juin"),
    gettext_lazy("juil."),
    gettext_lazy("août"),
    gettext_lazy("sept."),
    gettext_lazy("oct."),
    gettext_lazy("nov."),
    gettext_lazy("déc."),
)


@register.filter
def as_json(value: object) -> str:
    """For an attribute that a script of ours reads: quoted like any other value."""
    return json.dumps(value, cls=DjangoJSONEncoder)


@register.filter
def browser(agent: str) -> str:
    """What a browser says it is, as somebody would say it; a phone before the system it runs."""
    named = next((name for sign, name in _BROWSERS if sign in agent), gettext("Un navigateur"))
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return f"{named}, {system}" if system else named


# --- Small parts, of which a page has many ----------------------------------------------------------------------------


@register.simple_tag
def icon(name: str) -> SafeString:
    """One icon of the sprite, hidden from screen readers: a word stands beside it."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>', name)


@register.simple_tag
def key(name: str) -> SafeString:
    """A key beside what it reaches. Screen readers hear it from aria-keyshortcuts."""
    return format_html('<kbd aria-hidden="true">{}</kbd>', name)


# --- Sums and numbers ------------------------------------------------------------------------------------------------


def grouped(number: int) -> str:
    return f"{number:,}".replace(",", NARROW if in_french() else ",")


@register.filter
def figure(number: int | None) -> str:
    """A count: 21840 is 21 840."""
    if number is None:
        return ""
    return f"{MINUS if number < 0 else ''}{grouped(abs(number))}"


@register.filter
def euros(cents: int | None, unit: str = "") -> str:
    """Cents, signed: 105180 is 1 051,80, and `euros:"€"` adds the sign: 1 051,80 €, €1,051.80."""
    if cents is None:
        return ""
    whole, rest = divmod(abs(cents), 100)
    comma = "," if in_french() else "."
    minus, written = MINUS if cents < 0 else "", f"{grouped(whole)}{comma}{rest:02}"
    if not unit:
        return f"{minus}{written}"
    return f"{minus}{written}{NARROW}{unit}" if in_french() else f"{minus}{unit}{written}"


@register.filter
def due(cents: int | None) -> SafeString:
    """A balance in cents, owed when positive: the word has a slot of its own, so the figures of a column line up."""
    if cents is None:
        return mark_safe("")
    word = gettext("dû") if cents > 0 else gettext("av.") if cents < 0 else ""
    return format_html('{}<span class="sens">{}</span>', euros(abs(cents)), word)


@register.filter
def ordinal(number: int) -> SafeString:
    """1 is 1er and 2 is 2e, letters raised; in English 1st and 2nd, on the line."""
    return format_html("{}<sup>{}</sup>" if in_french() else "{}{}", number, ordinal_letters(number))


# --- Telephone -------------------------------------------------------------------------------------------------------


def _stored(number: str | None) -> str:
    """The number with its country code, also for numbers from the settings. Other texts are returned unchanged."""
    if number and re.fullmatch(r"\+33[1-9]\d{8}", number):
        return number  # the usual case, kept fast for long lists
    return reads_as(number or "") or re.sub(r"[^\d+]", "", number or "")


@register.filter
def phone(number: str | None) -> str:
    """0639981234 is 06 39 98 12 34, never broken at a line's end; a foreign number is left as it was written."""
    digits = dialled(_stored(number))
    return HARD.join(re.findall("..", digits)) if digits else (number or "").replace(" ", HARD)


@register.filter
def tel(number: str | None) -> str:
    """For `href="tel:"`: +33639981234."""
    return _stored(number)


# --- Floors ----------------------------------------------------------------------------------------------------------


@register.filter
def floor_name(floor: int | None, style: str = "") -> SafeString:
    """0 is rez-de-chaussée, 3 is 3e étage, -1 is 1er sous-sol; `:"short"` is RDC, 3e, ss 1, and ? if unknown."""
    short = style == "short"
    if floor is None:
        return mark_safe("?") if short else format_html("{}", gettext("étage inconnu"))
    if floor == 0:
        return format_html("{}", gettext("RDC") if short else gettext("rez-de-chaussée"))
    if floor < 0:
        return (
            format_html("{} {}", gettext("ss"), -floor)
            if short
            else format_html(gettext("{} sous-sol"), ordinal(-floor))
        )
    return ordinal(floor) if short else format_html(gettext("{} étage"), ordinal(floor))


# --- Dates -----------------------------------------------------------------------------------------------------------


def as_date(value: datetime.date) -> datetime.date:
    """The day it is in the house's time zone: a moment just before midnight UTC is already tomorrow in Paris."""
    if not isinstance(value, datetime.datetime):
        return value
    return timezone.localdate(value) if timezone.is_aware(value) else value.date()


def day_number(day: datetime.date) -> SafeString:
    """French alone says the first of a month by its rank: 1er mars, 2 mars; 1 March."""
    return ordinal(1) if day.day == 1 and in_french() else mark_safe(str(day.day))  # noqa: S308 - a number


def day_and_month(day: datetime.date) -> SafeString:
    return format_html("{} {}", day_number(day), MONTHS[day.month])


def figures(day: datetime.date, year: bool) -> SafeString:
    """24.11.2026 in a column; 24/11/2026 in English, where a point would make a decimal number of 24.11."""
    parts = [f"{day:%d}", f"{day:%m}", *([str(day.year)] if year else [])]
    return format_html("{}", ("." if in_french() else "/").join(parts))


WRITTEN: dict[str, Callable[[datetime.date], SafeString]] = {
    "": lambda day: format_html("{} {}", WEEKDAYS[day.weekday()], day_and_month(day)),
    "full": lambda day: format_html("{} {} {}", WEEKDAYS[day.weekday()], day_and_month(day), day.year),
    "date": lambda day: format_html("{} {}", day_and_month(day), day.year),
    "short": lambda day: format_html("{}{}{}", day_number(day), HARD, SHORT_MONTHS[day.month - 1]),
    "month": lambda day: format_html("{} {}", MONTHS[day.month], day.year),
    "month-short": lambda day: format_html("{}", SHORT_MONTHS[day.month - 1]),
    "weekday": lambda day: format_html("{}", WEEKDAYS[day.weekday()]),
    "day-month": day_and_month,
    "ledger": lambda day: figures(day, year=False),
    "figures": lambda day: figures(day, year=True),
}


@register.filter
def day(value: datetime.date | None, style: str = "") -> SafeString:
    """A date or a moment in words; the styles are the keys of WRITTEN. mardi 24 novembre unless told otherwise."""
    return WRITTEN[style](as_date(value)) if value else mark_safe("")


@register.filter
def through(first: datetime.date, last: datetime.date) -> SafeString:
    """27 nov. → 4 décembre 2026, and 23 octobre 2025 → 4 décembre 2026: no year is left to guess."""
    style = "short" if as_date(first).year == as_date(last).year else "date"
    return format_html('{} → <span class="nowrap">{}</span>', day(first, style), day(last, "date"))


@register.filter
def since(value: datetime.date | None) -> SafeString:
    """depuis le 1er mars 2019."""
    return format_html(gettext("depuis le {}"), day(value, "date")) if value else mark_safe("")


@register.filter
def until(value: datetime.date | None) -> SafeString:
    """jusqu’au 31 décembre 2027."""
    return format_html(gettext("jusqu’au {}"), day(value, "date")) if value else mark_safe("")


@register.filter
def placed(place: Place) -> str:
    """A building after the residence that it stands in, said once: most bear their residence's name already."""
    above = place.parent if place.level == Level.BUILDING else None
    return place.name if above is None or place.name.startswith(above.name) else f"{above.name}, {place.name}"


@register.filter
def days_left(last_day: datetime.date | None, today: datetime.date) -> str:
    """What remains of a period whose last day is included: encore 5 jours, aujourd’hui, terminé."""
    if last_day is None:
        return ""
    days = (as_date(last_day) - as_date(today)).days
    if days < 0:
        return gettext("terminé")
    if days == 0:
        return gettext("aujourd’hui")
    return ngettext("encore {} jour", "encore {} jours", days).format(figure(days))
