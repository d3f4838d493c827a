"""Finds names of people in a sentence: a name after a title ("Mme Durand"), and the names of given people.

Needs neither Django nor the database.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from formats.folding import folded
from screening import Context
from screening.expressions.matching import vocabulary

# _DOTTED has the titles that may end with a full stop ("M."), _WHOLE the titles that a space must follow.
_DOTTED = "m mm mr mme mmes mlle mlles dr mrs ms"
_WHOLE = (
    "m mr mme mmes mlle mlles mle melle monsieur madame mademoiselle messieurs mesdames me maître maitre dr docteur"
    " famille mrs ms miss mister doctor family"
)
_SPACE = r"[^\S\n]"
_TITLE = re.compile(
    rf"(?<![\w.])(?:(?:{_DOTTED.replace(' ', '|')})\.{_SPACE}*|(?:{_WHOLE.replace(' ', '|')}){_SPACE}+)", re.IGNORECASE
)
TITLES = frozenset(folded(title) for title in f"{_DOTTED} {_WHOLE}".split())
# `_PART` matches a word of a name, with the full stop of an initial, and the spaces after it.
_PART = re.compile(rf"([^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_]))*)((?<![^\W_][^\W_])\.)?{_SPACE}*")
_WORD = re.compile(r"[^\W_]+")
# _PARTICLES may be lower-case words of a name. "le" and "la" are no particles, because of "M. le maire".
_PARTICLES = "de du des d da das di do dos du del della van von den der ten ter ben bin el al ibn zu y e"
PARTICLES = frozenset(_PARTICLES.split())
_OFFICES = (
    "maire president presidente directeur directrice prefet prefete ministre juge procureur procureure gardien"
    " gardienne locataire proprietaire responsable conseiller conseillere chef bat batiment escalier porte etage hall"
    " mayor chair president director manager caretaker tenant"
)
# A title followed by one of OFFICES, such as "M. Maire", names a function and not a person.
OFFICES = frozenset(_OFFICES.split())
# _STREET matches the beginning of a street name with a title in it, as in "rue du Docteur Roux".
_STREET = re.compile(
    rf"(?<!\w)(?:rues?|avenue|av|boulevard|bd|all[ée]e|impasse|quai|square|chemin|street|road){_SPACE}+"
    rf"(?:(?:de{_SPACE}+la|du|de){_SPACE}+)?(?:docteur|dr|monsieur|madame|ma[iî]tre|doctor)\b\.?{_SPACE}*$",
    re.IGNORECASE,
)
# _LETTER matches an M that is the letter of a building, staircase or door ("bât. M") instead of a title.
_LETTER = re.compile(
    rf"(?<!\w)(?:b[âa]t|b[âa]timent|esc|escalier|hall|entr[ée]e|porte|lot|tour|all[ée]e|building|staircase|door)"
    rf"\.?{_SPACE}+m{_SPACE}+$",
    re.IGNORECASE,
)
_ACRONYM = re.compile(r"[A-Z]{2,4}")
# A name of one word is found without a title only if it has ALONE_FROM letters: shorter ones are often ordinary words.
ALONE_FROM = 4


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a sentence, normalised, with its position and the way it is written."""

    key: str
    start: int
    end: int
    written: str


def find_names(text: str, context: Context) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each person's name that may not be written in the text, in the order of the text.

    Searched are names after a title ("Mme Durand"), and the names in `context.others`. The names of the tenants
    (`context.names`), streets and allowed wordings are accepted.
    """
    words = [Word(folded(match[0]), *match.span(), match[0]) for match in _WORD.finditer(text)]
    own = {key for name in context.names for key in folded(name).split()}
    accepted = accepted_words(words, context)
    end = 0
    for start, last in sorted((*names_after_titles(text), *listed_names(text, words, context.others))):
        inside = [word for word in words if start <= word.start < last]
        foreign = [word for word in inside if word.start not in accepted and word.key not in own and counts(word)]
        if start >= end and foreign:
            yield start, last
            end = last


def counts(word: Word) -> bool:
    """Whether a word identifies a person as part of a name. Titles, particles ("de") and initials do not."""
    return len(word.key) > 1 and word.key not in PARTICLES and word.key not in TITLES


def names_after_titles(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each title followed by a name, such as "Mme Durand"."""
    for title in _TITLE.finditer(text):
        end, before = end_of_name(text, title.end()), text[: title.end()]
        if end and not (
            _STREET.search(before) or _LETTER.search(before) or is_no_name_after(title[0], text[title.end() : end])
        ):
            yield title.start(), end


def is_no_name_after(title: str, name: str) -> bool:
    """Whether the capitalised words after a title are not a person's name.

    In "Mme. Rappelle", the full stop ends a sentence. In "famille de Vitré", Vitré is the town that a family comes
    from.
    """
    first = name.split()[0]
    if title.lower().startswith("famil"):
        return first in PARTICLES or first[:2] in {"d'", "d’"}
    if "." in title and title.strip() not in {"M.", "MM.", "Mr.", "Dr.", "Mrs.", "Ms."}:
        return vocabulary().knows(folded(first)) or len(first) < ALONE_FROM
    return False


def end_of_name(text: str, start: int) -> int:
    """Return the end of the name that begins at `start`, or 0 if no name begins there.

    A name must be capitalised. In a text all in capitals no name is recognised, because every word is capitalised.
    """
    end, at = 0, start
    if text.isupper():
        return end
    while (part := _PART.match(text, at)) and is_part_of_name(part[1], is_first=not end):
        end = part.end(1) if len(part[1]) > 1 and part[1] not in PARTICLES else end
        at = part.end()
    return end


def is_part_of_name(word: str, *, is_first: bool) -> bool:
    if word in PARTICLES:
        return True
    capital = word[2:3] if word[:2] in {"d'", "d’"} else word[:1]
    return capital.isupper() and folded(word) not in OFFICES and (is_first or not _ACRONYM.fullmatch(word))


def accepted_words(words: list[Word], context: Context) -> set[int]:
    """Return the start positions of words that are part of a street or of an allowed wording.

    These words do not count as names.
    """
    phrases = by_first_word(context.streets | context.allowed)
    return {
        word.start
        for at, first in enumerate(words)
        for phrase in phrases.get(first.key, ())
        if tuple(word.key for word in words[at : at + len(phrase)]) == phrase
        for word in words[at : at + len(phrase)]
    }


@lru_cache(maxsize=16)
def by_first_word(phrases: frozenset[str]) -> dict[str, list[tuple[str, ...]]]:
    """Group normalised phrases by their first word, the longest first."""
    by_first: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for phrase in sorted({tuple(folded(phrase).split()) for phrase in phrases} - {()}, key=len, reverse=True):
        by_first[phrase[0]].append(phrase)
    return dict(by_first)


def listed_names(text: str, words: list[Word], names: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each of the given names in the text.

    A name of one word may also be an ordinary word ("petit"), so it counts only with a title before it, or if it is
    written like a name: capitalised, and not because a sentence begins with it.
    """
    by_first = by_first_word(frozenset(names))
    for at, first in enumerate(words):
        for name in by_first.get(first.key, ()):
            inside = words[at : at + len(name)]
            if tuple(word.key for word in inside) != name:
                continue
            if len(name) > 1 or (at and words[at - 1].key in TITLES) or is_written_as_name(text, first):
                yield first.start, inside[-1].end
                break


def is_written_as_name(text: str, word: Word) -> bool:
    begins_sentence = not re.search(r"[^\W_]", re.split(r"[.!?;:\n]", text[: word.start])[-1])
    return len(word.key) >= ALONE_FROM and word.written[0].isupper() and not text.isupper() and not begins_sentence
