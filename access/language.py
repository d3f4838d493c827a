"""Which of the two languages is spoken, for what is more than a word: figures, signs, ordinals. Words are gettext's."""

from django.utils.translation import get_language


def in_french() -> bool:
    """French is what the sentences of the code are written in, and what is spoken outside a request."""
    return (get_language() or "fr").startswith("fr")


def ordinal_letters(number: int) -> str:
    """What follows the figure: 1er, 2e; in English 1st, 2nd, 3rd, 4th, 11th."""
    if in_french():
        return "er" if number == 1 else "e"
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def date_number(number: int) -> str:
    """The day of a month as a date begins: 1er mars, 2 mars; 1 March, 2 March."""
    return "1er" if number == 1 and in_french() else str(number)
