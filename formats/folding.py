"""Normalises names of people and streets so that searches can compare them: lower case, no accents, single spaces."""

import re
import unicodedata

_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ı": "i", "ł": "l", "Ł": "l", "ø": "o"}
)


def folded(text: str) -> str:
    """Normalise a text: "de La Rochefoucauld-Müller" becomes "de la rochefoucauld muller"."""
    flat = unicodedata.normalize("NFKD", text.translate(_LIGATURES).casefold())
    letters = "".join(mark for mark in flat if not unicodedata.combining(mark))
    return re.sub(r"[^a-z0-9]+", " ", letters).strip()
