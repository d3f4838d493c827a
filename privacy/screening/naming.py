"""A name may be any word, for somebody is called so; what no longer has the shape of a name is read like a sentence.

A name has its capitals, but for the small words inside names. Typed all in small letters it may still be one, and then
discloses only by words that have no other sense. A body's name says in small letters whom it helps, not of what they
suffer. Words that nobody is called by (`never_names`) are refused whatever their capitals, order and spacing. Whoever
is refused wrongly otherwise writes the name with its capitals, alone.
"""

import re
from collections.abc import Iterator

from privacy.screening import finding, screen
from privacy.screening.cutting import cut
from privacy.screening.findings import Finding
from privacy.screening.judging import Stretch, is_certain
from privacy.screening.matching import Word, hits
from privacy.screening.never_names import never_names
from privacy.screening.reading import read
from privacy.screening.shown import shown
from privacy.screening.words import plain, stem

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
SURE = frozenset({"certain", "sure"})
# In a sentence these may describe things; in the place of a name they describe a person.
_ALONE = (
    "musulman musulmane catholique catholiques protestant protestante evangelique orthodoxe israelite juive bouddhiste"
    " hindouiste chiite sunnite salafiste islamiste integriste adventiste mormon agnostique athee apostat infirme"
    " impotent grabataire invalide alcool drogue drogues pute putes putain sdf vih hiv rsa cgt cfdt lgbt oqtf tdah avc"
    " hpv clandestin clandestine tsigane manouche romanichel maghrebin maghrebine terroriste criminel criminelle"
)
ALONE = frozenset(_ALONE.split())
# Linking words that no name contains: "garde à vue", "sous dialyse".
_LINKING = frozenset({"a", "au", "aux", "sous", "sans", "en"})
MISSPELT_FROM = 10
JOINED_FROM = 8
_SIGNS = re.compile(r"[;:()\[\]!?«»\"“”=…/]")
_WORD = re.compile(r"[^\W\d_]+")


def screen_address(address: str) -> list[Finding]:
    """What stands before the @ of an e-mail address, read as a name with its capitals."""
    local, _places = shown(address.partition("@")[0])
    return screen_name(" ".join(_WORD.findall(local)).title())


def screen_name(text: str, language: str = "fr") -> list[Finding]:
    """What is written in the place of a name discloses; nothing for a name."""
    text, _places = shown(text)
    words = _WORD.findall(text)
    known = {plain(word) for word in words}
    never = list(_never_a_name(text, words, language))
    if not TELLING.isdisjoint(known):
        return screen(text, None, language) or never
    if words and plain(words[0]) in BODIES and not _SIGNS.search(text):
        found = [one for one in screen(text, None, language) if one.category not in THEIR_WORK]
        return found or [*_certain(text, language)]
    small = {word for word in words if word[0].islower() and plain(word) not in INSIDE_NAMES}
    bare = bool(words) and all(word[0].islower() for word in words)
    if bare and not KIN.isdisjoint(known):
        return screen(text, None, language)
    if never or (not small and not _SIGNS.search(text)):
        return never
    said = [] if bare else [one for one in screen(text, None, language) if _holds(one, small)]
    return said or [*_certain(text, language)]


def _never_a_name(text: str, words: list[str], language: str) -> Iterator[Finding]:
    """Look for such words in either order of first and last name. The finding covers the whole text, because several
    words may disclose only together."""
    orders = [words, words[::-1]] if len(words) > 1 else [words]
    written = [text, *(" ".join(order) for order in orders), *filter(None, map(_joined, orders))]
    category = next((disclosed for spelling in written if (disclosed := _never_category(spelling))), "")
    if category:
        reading = read(text)
        yield finding(text, reading, Stretch(category, 0, len(reading.tokens) - 1, 0.0, certain=True), language)


def _never_category(text: str) -> str:
    """The category disclosed by words that are no names: one that discloses in most uses, or two ambiguous ones."""
    done = cut(text)
    matches = hits(done.tokens, done.words)
    lawful = {at for hit in matches if hit.group.category == "lawful" for at in range(hit.first, hit.last + 1)}
    weak: dict[int, str] = {}
    for hit in matches:
        inside = range(hit.first, hit.last + 1)
        places = [at for at in inside if _is_never_a_name(done.words[at])]
        if not places or hit.group.category == "lawful" or not lawful.isdisjoint(places):
            continue
        if hit.group.strength in SURE or any(done.words[at].norm in ALONE for at in places):
            return hit.group.category
        weak |= dict.fromkeys(places, hit.group.category)
    return next(iter(weak.values())) if len(weak) > 1 else ""


def _is_never_a_name(word: Word) -> bool:
    """Misspellings count for long words only: a short one may be a name similar to the word."""
    if word.light:
        return word.norm in _LINKING
    keys = word.keys if len(word.norm) >= MISSPELT_FROM else {word.stem}
    return word.norm in ALONE or not never_names().isdisjoint(keys)


def _joined(words: list[str]) -> str:
    """The words joined, if together they are one such word."""
    word = plain("".join(words))
    return word if len(words) > 1 and len(word) >= JOINED_FROM and stem(word) in never_names() else ""


def _holds(found: Finding, small: set[str]) -> bool:
    return not small.isdisjoint(_WORD.findall(found.text))


def _certain(text: str, language: str) -> Iterator[Finding]:
    """Words that have no other sense, if only a rare family's."""
    reading = read(text)
    for hit, said in reading.found:
        if is_certain(hit, said):
            yield finding(text, reading, Stretch(hit.group.category, hit.first, hit.last, 0.0, certain=True), language)
