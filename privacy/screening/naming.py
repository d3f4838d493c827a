"""A name may be any word, for somebody is called so; what no longer has the shape of a name is read like a sentence.

A name has its capitals, but for the small words inside names. Typed all in small letters it may still be one, and then
discloses only by words that have no other sense. A body's name says in small letters whom it helps, not of what they
suffer. Whoever is refused wrongly writes the name with its capitals, alone.
"""

import re
from collections.abc import Iterator

from privacy.screening import finding, screen
from privacy.screening.findings import Finding
from privacy.screening.judging import Stretch, is_certain
from privacy.screening.reading import read
from privacy.screening.shown import shown
from privacy.screening.words import plain

_SMALL = (
    "d da das de degli dei del della den der des di do dos du e el et ibn l la le les lo los of ten ter und van von vom"
    " y zu zur al ben bin bint"
)
_TELLING = "sa son ses leur leurs est sont etait qui que car pour avec sous chez dans depuis pas ne il elle sans suite"
_KIN = "le la les un une mere pere fils fille soeur frere mari femme voisin voisine ami amie ex"
_BODIES = (
    "association asso union federation fondation service secours samu caisse mutuelle comite office agence societe"
)
INSIDE_NAMES = frozenset(_SMALL.split())
TELLING = frozenset(_TELLING.split())  # of sentences, in whatever letters
KIN = frozenset(_KIN.split())  # of sentences, where nothing has a capital
BODIES = frozenset(_BODIES.split())  # first words of those who manage, guard or help
THEIR_WORK = frozenset({"private_life", "hardship", "religion"})
_SIGNS = re.compile(r"[,;:()\[\]!?«»\"“”=…/]")
_WORD = re.compile(r"[^\W\d_]+")


def screen_name(text: str, language: str = "fr") -> list[Finding]:
    """What is written in the place of a name discloses; nothing for a name."""
    text, _places = shown(text)
    words = _WORD.findall(text)
    known = {plain(word) for word in words}
    if not TELLING.isdisjoint(known):
        return screen(text, None, language)
    if words and plain(words[0]) in BODIES and not _SIGNS.search(text):
        return [one for one in screen(text, None, language) if one.category not in THEIR_WORK] or [
            *_certain(text, language)
        ]
    small = {word for word in words if word[0].islower() and plain(word) not in INSIDE_NAMES}
    bare = bool(words) and all(word[0].islower() for word in words)
    if bare and not KIN.isdisjoint(known):
        return screen(text, None, language)
    if not small and not _SIGNS.search(text):
        return []
    said = [] if bare else [one for one in screen(text, None, language) if _holds(one, small)]
    return said or [*_certain(text, language)]


def _holds(found: Finding, small: set[str]) -> bool:
    return not small.isdisjoint(_WORD.findall(found.text))


def _certain(text: str, language: str) -> Iterator[Finding]:
    """Words that have no other sense, if only a rare family's."""
    reading = read(text)
    for hit, said in reading.found:
        if is_certain(hit, said):
            yield finding(text, reading, Stretch(hit.group.category, hit.first, hit.last, 0.0, certain=True), language)
