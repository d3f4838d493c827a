"""Template filters for amounts, telephone numbers, floors and dates, in the typography of the page's language.

In French, numbers have a narrow no-break space (U+202F) between thousands and before the euro sign, a true minus
(U+2212) and a decimal comma. For None, filters return an empty string, but `floor_name` says that the floor is unknown.
"""

import datetime
import json
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.templatetags.static import static
from django.utils import timezone
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext, override

from access.models.place import Level, Place
from formats.language import in_french, ordinal_letters
from formats.telephone import dialled, reads_as
from formats.typography import after_de as elided_after_de

register = template.Library()

NARROW = "\u202f"
HARD = "\u00a0"
MINUS = "\u2212"

# Pairs (substring of a user agent, its browser or system). The first match counts: Edge also sends "Chrome".
_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
# Short month names by the rules of the Imprimerie nationale. Django's French names, such as "fév.", break these rules.
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
    """Convert a value to JSON for an HTML attribute that a script reads. Django escapes the JSON text like any other
    value."""
    return json.dumps(value, cls=DjangoJSONEncoder)


@register.filter
def browser(agent: str) -> str:
    """Describe a user agent in words: the browser, then the operating system."""
    named = next((name for sign, name in _BROWSERS if sign in agent), gettext("Un navigateur"))
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return f"{named}, {system}" if system else named


@register.filter
def after_de(name: str) -> str:
    """Put "de" before a person's name, or "d’" before a vowel. In English, return the name alone, because the
    translated sentence contains the preposition."""
    return elided_after_de(name) if in_french() else name


# --- Small parts, of which a page has many ----------------------------------------------------------------------------


@register.simple_tag
@lru_cache(maxsize=200)
def icon(name: str) -> SafeString:
    """Return the SVG of an icon. Screen readers ignore the icon, because a label is always beside the icon."""
    drawing = f"{static('loge/sprite.svg')}#i-{name}"
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', drawing)


@register.simple_tag
@lru_cache(maxsize=200)
def key(name: str) -> SafeString:
    """Return the HTML of a keyboard shortcut, shown beside the link that the shortcut opens. Screen readers ignore this
    text, because they read the link's attribute aria-keyshortcuts."""
    return format_html('<kbd aria-hidden="true">{}</kbd>', name)


# --- Sums and numbers ------------------------------------------------------------------------------------------------


def grouped(number: int, french: bool) -> str:
    return f"{number:,}".replace(",", NARROW if french else ",")


@register.filter
def figure(number: int | None) -> str:
    """Format an integer: 21840 gives 21 840."""
    if number is None:
        return ""
    return f"{MINUS if number < 0 else ''}{grouped(abs(number), in_french())}"


# Pages repeat sums and dates, so each is formatted and escaped once. To look it up takes a tenth of the time.
@register.filter
def euros(cents: int | None, unit: str = "") -> SafeString:
    """Format cents as euros: 105180 gives 1 051,80. `euros:"€"` adds the sign: 1 051,80 € or €1,051.80."""
    return mark_safe("") if cents is None else euros_in(cents, unit, in_french())


@lru_cache(maxsize=4_096)
def euros_in(cents: int, unit: str, french: bool) -> SafeString:
    whole, rest = divmod(abs(cents), 100)
    minus, written = MINUS if cents < 0 else "", f"{grouped(whole, french)}{',' if french else '.'}{rest:02}"
    if not unit:
        return format_html("{}{}", minus, written)
    return (
        format_html("{}{}{}", minus, written, NARROW + unit) if french else format_html("{}{}{}", minus, unit, written)
    )


@register.filter
def thousands(cents: int | None) -> str:
    """Format a sum rounded to thousands of euros: 4500000 gives 45 000 €, and zero gives moins de 1 000 €."""
    if cents is None:
        return ""
    french = in_french()
    written = grouped(cents // 100 or 1000, french)
    amount = f"{written}{NARROW}€" if french else f"€{written}"
    return amount if cents else gettext("moins de %(amount)s") % {"amount": amount}


@register.filter
def due(cents: int | None) -> SafeString:
    """Format a balance in cents without its sign, followed by a word: owed if positive, paid in advance if negative.

    The word has its own `<span>`, so that the amounts of a column align.
    """
    return mark_safe("") if cents is None else due_in(cents, get_language())


@lru_cache(maxsize=4_096)
def due_in(cents: int, _language: str | None) -> SafeString:
    word = gettext("dû") if cents > 0 else gettext("av.") if cents < 0 else ""
    return format_html('{}<span class="sens">{}</span>', euros(abs(cents)), word)


@register.filter
def ordinal(number: int) -> SafeString:
    """Format an ordinal number: 1 gives 1er and 2 gives 2e, with superscript letters. English 1st and 2nd have no
    superscript."""
    return format_html("{}<sup>{}</sup>" if in_french() else "{}{}", number, ordinal_letters(number))


# --- Telephone -------------------------------------------------------------------------------------------------------


def _stored(number: str | None) -> str:
    """Return a telephone number in stored form, such as +33639981234. Of a foreign number, keep only digits and "+"."""
    if number and re.fullmatch(r"\+33[1-9]\d{8}", number):
        # Most telephone numbers are French and already in stored form. Not parsing them makes long lists faster.
        return number
    return reads_as(number or "") or re.sub(r"[^\d+]", "", number or "")


@register.filter
def phone(number: str | None) -> str:
    """Format a telephone number: 0639981234 gives 06 39 98 12 34 with no-break spaces. A foreign number is
    unchanged."""
    digits = dialled(_stored(number))
    return HARD.join(re.findall("..", digits)) if digits else (number or "").replace(" ", HARD)


@register.filter
def tel(number: str | None) -> str:
    """Format a telephone number for a link with `href="tel:"`: 0639981234 gives +33639981234."""
    return _stored(number)


# --- Floors ----------------------------------------------------------------------------------------------------------


@register.filter
def floor_name(floor: int | None, style: str = "") -> SafeString:
    """Name a floor: 0 gives rez-de-chaussée, 3 gives 3e étage, -1 gives 1er sous-sol. With the style "short" these are
    RDC, 3e and ss 1, and an unknown floor is a question mark."""
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


@register.simple_tag
def where(unit: Any, building_name: str = "") -> str:
    """Describe a dwelling in a few words: Bâtiment A, esc. B, 3e, porte 12. Without a dwelling, name the building."""
    if unit is None:
        return building_name
    parts = (
        building_name,
        gettext("esc.\u00a0%(name)s") % {"name": unit.staircase} if unit.staircase else "",
        "" if unit.floor is None else floor_name(unit.floor, "short"),
        gettext("porte\u00a0%(door)s") % {"door": unit.door} if unit.door else "",
    )
    return format_html_join(", ", "{}", ((part,) for part in parts if part))


# --- Dates -----------------------------------------------------------------------------------------------------------


def as_date(value: datetime.date) -> datetime.date:
    """Return the date of a moment in the landlord's time zone: at 23:30 UTC it is already the next day in Paris. A date
    is returned unchanged."""
    if not isinstance(value, datetime.datetime):
        return value
    return timezone.localdate(value) if timezone.is_aware(value) else value.date()


def day_number(day: datetime.date) -> SafeString:
    """Format the day of the month. Only the first is an ordinal in French: 1er mars, but 2 mars. English: 1 March."""
    return ordinal(1) if day.day == 1 and in_french() else mark_safe(str(day.day))  # noqa: S308 - a number


def day_and_month(day: datetime.date) -> SafeString:
    return format_html("{} {}", day_number(day), MONTHS[day.month])


def figures(day: datetime.date, year: bool) -> str:
    """Format a day in figures: 24.11.2026; in English 24/11/2026, because 24.11 would look like a decimal number."""
    parts = [f"{day.day:02}", f"{day.month:02}", *([str(day.year)] if year else [])]
    return ("." if in_french() else "/").join(parts)


WRITTEN: dict[str, Callable[[datetime.date], str]] = {
    "": lambda day: format_html("{} {}", WEEKDAYS[day.weekday()], day_and_month(day)),
    "full": lambda day: format_html("{} {} {}", WEEKDAYS[day.weekday()], day_and_month(day), day.year),
    "date": lambda day: format_html("{} {}", day_and_month(day), day.year),
    "short": lambda day: format_html("{}{}{}", day_number(day), HARD, SHORT_MONTHS[day.month - 1]),
    "month": lambda day: f"{MONTHS[day.month]} {day.year}",
    "month-title": lambda day: capfirst(f"{MONTHS[day.month]} {day.year}"),
    "month-short": lambda day: str(SHORT_MONTHS[day.month - 1]),
    "weekday": lambda day: str(WEEKDAYS[day.weekday()]),
    "day-month": day_and_month,
    "ledger": lambda day: figures(day, year=False),
    "figures": lambda day: figures(day, year=True),
}


@register.filter
def day(value: datetime.date | None, style: str = "") -> str:
    """Format a date, or the date of a moment. `style` is a key of WRITTEN; the default gives mardi 24 novembre."""
    return written_date(as_date(value), style, get_language()) if value else ""


@lru_cache(maxsize=4_096)
def written_date(value: datetime.date, style: str, _language: str | None) -> SafeString:
    return format_html("{}", WRITTEN[style](value))


# --- Months ----------------------------------------------------------------------------------------------------------


@register.simple_tag
def month_options(months: Sequence[datetime.date], chosen: datetime.date | None) -> SafeString:
    """Return the options of a select field for a month. A long ledger has hundreds of months, so each option is
    formatted only once."""
    language, options = get_language() or "", mark_safe("")
    for month in months:
        options += month_option(month, language, month == chosen)
    return options


@lru_cache(maxsize=4096)
def month_option(month: datetime.date, language: str, selected: bool) -> SafeString:
    with override(language):
        value, label = f"{month:%Y-%m}", day(month, "month")
    if selected:
        return format_html('<option value="{}" selected>{}</option>', value, label)
    return format_html('<option value="{}">{}</option>', value, label)


@register.filter
def through(first: datetime.date, last: datetime.date) -> SafeString:
    """Format a period: 27 nov. → 4 décembre 2026. If the years differ, the first date has its year too."""
    style = "short" if as_date(first).year == as_date(last).year else "date"
    return format_html('{} → <span class="nowrap">{}</span>', day(first, style), day(last, "date"))


@register.filter
def since(value: datetime.date | None) -> SafeString:
    """Format the beginning of a period: depuis le 1er mars 2019."""
    return format_html(gettext("depuis le {}"), day(value, "date")) if value else mark_safe("")


@register.filter
def until(value: datetime.date | None) -> SafeString:
    """Format the end of a period: jusqu’au 31 décembre 2027."""
    return format_html(gettext("jusqu’au {}"), day(value, "date")) if value else mark_safe("")


@register.filter
def placed(place: Place) -> str:
    """Return the name of a place. The name of a building's estate comes before the building's name ("Les Tilleuls,
    Bâtiment A"), unless the building's name already begins with the name of the estate."""
    above = place.parent if place.level == Level.BUILDING else None
    return place.name if above is None or place.name.startswith(above.name) else f"{above.name}, {place.name}"


@register.filter
def is_under(place: Place, paths: Sequence[str]) -> bool:
    """Return whether the place is at or below one of the places with these paths."""
    return place.is_under(paths)


@register.filter
def days_left(last_day: datetime.date | None, today: datetime.date) -> str:
    """Return a text about the time until `last_day`: "encore 5 jours", "aujourd’hui" or "terminé". Return "" if
    `last_day` is None."""
    if last_day is None:
        return ""
    days = (as_date(last_day) - as_date(today)).days
    if days < 0:
        return gettext("terminé")
    if days == 0:
        return gettext("aujourd’hui")
    return ngettext("encore {} jour", "encore {} jours", days).format(figure(days))
