"""The language of the current request, for numbers, ordinals and dates; sentences go through gettext."""

from django.utils.translation import get_language

LANGUAGES = ("fr", "en")


def in_french() -> bool:
    """Whether the active language is French, which is also the language of the source strings and the default."""
    return (get_language() or "fr").startswith("fr")


def ordinal_letters(number: int) -> str:
    """Suffix of an ordinal: 1er, 2e; in English 1st, 2nd, 3rd, 4th, 11th."""
    if in_french():
        return "er" if number == 1 else "e"
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def date_number(number: int) -> str:
    """Day of the month as dates write it: 1er mars, 2 mars; 1 March, 2 March."""
    return "1er" if number == 1 and in_french() else str(number)
