"""Normalises names of people and streets for comparison in searches: lowercase, no accents, single spaces."""

import re
import unicodedata

_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ı": "i", "ł": "l", "Ł": "l", "ø": "o"}
)


def folded(text: str) -> str:
    """ "de La Rochefoucauld-Müller" -> "de la rochefoucauld muller"."""
    flat = unicodedata.normalize("NFKD", text.translate(_LIGATURES).casefold())
    letters = "".join(mark for mark in flat if not unicodedata.combining(mark))
    return re.sub(r"[^a-z0-9]+", " ", letters).strip()
