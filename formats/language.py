"""The language of the current request, for formatting numbers, ordinals and dates. Sentences are translated by gettext
instead."""

from django.utils.translation import get_language

LANGUAGES = ("fr", "en")


def in_french() -> bool:
    """Whether the active language is French, which is the default and the language of the source strings."""
    return (get_language() or "fr").startswith("fr")


def ordinal_letters(number: int) -> str:
    """Return the suffix of an ordinal number: 1er, 2e in French; 1st, 2nd, 3rd, 4th, 11th in English."""
    if in_french():
        return "er" if number == 1 else "e"
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def date_number(number: int) -> str:
    """Format the day of the month in a date. In French, 1 gives "1er" and 2 gives "2"; in English, 1 gives "1"."""
    return "1er" if number == 1 and in_french() else str(number)
