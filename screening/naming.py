"""Screens texts entered as a name. Any word may be a name, but a text that does not look like a name is screened.

A name is capitalised, except for small words inside it. A text in lower case may still be a name. It is refused only
for words that can disclose something and mean nothing else. In the name of an organisation, words in lower case may
state whom it helps.

Words that are nobody's name (`never_names`) are refused in any capitals, order and spacing. Somebody whose name is
wrongly refused can enter the name alone, with its capitals.
"""

import re
from collections.abc import Iterator

from screening import finding, screen
from screening.expressions.matching import Word, hits
from screening.expressions.reading import parse_text
from screening.findings import Finding
from screening.judging import Stretch, is_certain
from screening.never_names import never_names
from screening.words.cutting import cut
from screening.words.shown import visible_text
from screening.words.spelling import plain, stem

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
# TELLING: words that occur in sentences, not in names. A text with one of them is screened as a sentence.
TELLING = frozenset(_TELLING.split())
KIN = frozenset(_KIN.split())  # A text in small letters with a word of KIN ("fils") is screened as a sentence.
BODIES = frozenset(_BODIES.split())  # A name whose first word is in BODIES is the name of an organisation.
THEIR_WORK = frozenset({"private_life", "hardship", "religion"})
SURE = frozenset({"certain", "sure"})
# _ALONE has words that may describe a thing in a sentence. As a name, they would describe a person and are refused.
_ALONE = (
    "musulman musulmane catholique catholiques protestant protestante evangelique orthodoxe israelite juive bouddhiste"
    " hindouiste chiite sunnite salafiste islamiste integriste adventiste mormon agnostique athee apostat infirme"
    " impotent grabataire invalide alcool drogue drogues pute putes putain sdf vih hiv rsa cgt cfdt lgbt oqtf tdah avc"
    " hpv clandestin clandestine tsigane manouche romanichel maghrebin maghrebine terroriste criminel criminelle"
)
ALONE = frozenset(_ALONE.split())
# _LINKING has prepositions that occur in no person's name, so that "sous dialyse" does not pass as a name.
_LINKING = frozenset({"a", "au", "aux", "sous", "sans", "en"})
MISSPELT_FROM = 10
JOINED_FROM = 8
_SIGNS = re.compile(r"[;:()\[\]!?«»\"“”=…/]")
_WORD = re.compile(r"[^\W\d_]+")


def screen_address(address: str) -> list[Finding]:
    """Screen an e-mail address. The part before the @ is screened like a capitalised name."""
    local, _places = visible_text(address.partition("@")[0])
    return screen_name(" ".join(_WORD.findall(local)).title())


def screen_name(text: str, language: str = "fr") -> list[Finding]:
    """Return what a text entered as a name discloses. An empty list means that the name may be stored."""
    text, _places = visible_text(text)
    words = _WORD.findall(text)
    known = {plain(word) for word in words}
    never = list(_never_a_name(text, words, language))
    if not TELLING.isdisjoint(known):
        return screen(text, None, language) or never
    if words and plain(words[0]) in BODIES and not _SIGNS.search(text):
        findings = [each for each in screen(text, None, language) if each.category not in THEIR_WORK]
        return findings or [*_certain(text, language)]
    small = {word for word in words if word[0].islower() and plain(word) not in INSIDE_NAMES}
    bare = bool(words) and all(word[0].islower() for word in words)
    if bare and not KIN.isdisjoint(known):
        return screen(text, None, language)
    if never or (not small and not _SIGNS.search(text)):
        return never
    findings = [] if bare else screen(text, None, language)
    findings = [each for each in findings if not small.isdisjoint(_WORD.findall(each.text))]
    return findings or [*_certain(text, language)]


def _never_a_name(text: str, words: list[str], language: str) -> Iterator[Finding]:
    """Yield a finding if a text entered as a name has words that are nobody's name. The words are also tried in reverse
    order.

    The finding covers the whole text, because some words disclose something only together.
    """
    orders = [words, words[::-1]] if len(words) > 1 else [words]
    written = [text, *(" ".join(order) for order in orders)]
    # A word that is nobody's name may be split by spaces ("séro positif"), so the text is also tried without spaces.
    joined = [plain("".join(order)) for order in orders if len(order) > 1]
    written += [word for word in joined if len(word) >= JOINED_FROM and stem(word) in never_names()]
    category = next((disclosed for spelling in written if (disclosed := _never_category(spelling))), "")
    if category:
        reading = parse_text(text)
        yield finding(text, reading, Stretch(category, 0, len(reading.tokens) - 1, 0.0, certain=True), language)


def _never_category(text: str) -> str:
    """Return the category (health, religion...) of what a text discloses by words that are nobody's name, or "".

    One word with a clear meaning is enough for a disclosure. Of ambiguous words, two are needed.
    """
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
    """Whether a word is nobody's name, so that it may not be entered as one.

    A misspelling of such a word counts only if it is long, because a short misspelling may be a real name.
    """
    if word.light:
        return word.norm in _LINKING
    keys = word.keys if len(word.norm) >= MISSPELT_FROM else {word.stem}
    return word.norm in ALONE or not never_names().isdisjoint(keys)


def _certain(text: str, language: str) -> Iterator[Finding]:
    """Yield a finding for each expression that has only one meaning.

    Such an expression discloses something even in a text entered as a name.
    """
    reading = parse_text(text)
    for hit, target in reading.found_hits:
        if is_certain(hit, target):
            yield finding(text, reading, Stretch(hit.group.category, hit.first, hit.last, 0.0, certain=True), language)
