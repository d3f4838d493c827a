"""Splits a text into words with their positions, and recognises disguised words."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from screening.words.spelling import plain

# JOINED, PAUSE and STOP tell what precedes a word: nothing relevant, a pause in a sentence, or a sentence's end.
JOINED, PAUSE, STOP = 0, 1, 2

PIECES = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")
PAUSES = frozenset(',():/–—«»"[]…|+=>→')
STOPS = frozenset(".!?;\n")
ABBREVIATED = re.compile(r"mr?|mmes?|mlle|melle|me|dr|bat|esc|apt|appt|av|bd|ste?|tel|ref|no|rdc|env|res|ex|[pst]")
SPELLED_OUT = re.compile(r"(?<![^\W_])[^\W_](?:[ .\-_*·/•|\u00a0\u202f]{1,3}[^\W_])+(?![^\W_])")
# `DISGUISED` matches words in which digits or signs may replace letters, such as "m@lade".
DISGUISED = re.compile(r"(?<![\w@$€*!#|])[\w@$€*!#|]{4,}")
MASKED = re.compile(r"[^\W\d][0-9@$€*!#|]|[0-9@$€*!#|][^\W\d]")
MASKS = frozenset("0123456789@$€*!#|")
SIGNS = str.maketrans(
    {
        "0": "o",
        "1": "i",
        "3": "e",
        "4": "a",
        "5": "s",
        "7": "t",
        "@": "a",
        "$": "s",
        "€": "e",
        "!": "i",
        "|": "l",
        "+": "t",
        "8": "b",
    }
)
VOWELS = "aeiou"
LENGTHENED = re.compile(r"(\w)\1{2,}")
LONG_ENOUGH = 3
LONGEST = 24
DOTTED = 8
PREFIX = 3


class Speller(Protocol):
    """The part of the lexicons that the tokenizer uses: which words they contain, and how their words begin."""

    @property
    def beginnings(self) -> frozenset[str]: ...

    def knows(self, norm: str) -> bool: ...


@dataclass(slots=True)
class Token:
    start: int
    end: int
    written: str
    norm: str
    before: int


@dataclass(frozen=True, slots=True)
class Cover:
    """A passage of a text, from `start` to `end`, that is read as the one word `norm`.

    For "m a l a d e", `norm` is "malade".
    """

    start: int
    end: int
    norm: str


def readings(written: str) -> Iterator[str]:
    """Yield the words that a disguised word such as "m@l4de" may mean.

    Each digit or sign stands for a letter, and "*" for any vowel.
    """
    plainly = plain(written.translate(SIGNS))
    yield "".join(letter for letter in plainly if letter.isalpha())
    if "1" in written:
        yield "".join(letter for letter in plain(written.replace("1", "l").translate(SIGNS)) if letter.isalpha())
    if "*" in written:
        for vowel in VOWELS:
            yield "".join(letter for letter in plainly.replace("*", vowel) if letter.isalpha())


def unveil(written: str, known: Callable[[str], bool]) -> str | None:
    """Return the known word that a text with digits and signs means ("malade" for "m@lade"), or None."""
    return next((word for word in readings(written) if len(word) > LONG_ENOUGH and known(word)), None)


def longest_word(first: int, letters: str, text: str, places: list[int], speller: Speller) -> int:
    """Return the length of the longest word of the lexicons that starts at `letters[first]`, or 0 if none starts there.

    `letters` has the letters of a passage of separated letters, such as "m a l a d e". An acronym counts only if it is
    written with full stops.
    """
    left = len(letters) - first
    if letters[first : first + PREFIX] in speller.beginnings:
        for length in range(min(left, LONGEST), LONG_ENOUGH, -1):
            if speller.knows(letters[first : first + length]):
                return length
    if text[places[first] + 1] == ".":
        for length in range(min(left, DOTTED), 1, -1):
            if speller.knows(letters[first : first + length].upper()):
                return length
    return 0


def spelled(match: re.Match[str], speller: Speller) -> list[Cover]:
    """Return the words of the lexicons in a passage of separated letters.

    Of overlapping words, only the longest counts.
    """
    text = match.string
    places = [match.start() + at for at, sign in enumerate(match.group()) if sign.isalnum()]
    letters = "".join(plain(text[place].translate(SIGNS))[:1] or "?" for place in places)
    lengths = [(longest_word(first, letters, text, places, speller), first) for first in range(len(places) - 1)]
    return apart([candidate for candidate in lengths if candidate[0]], places, letters)


def apart(candidates: list[tuple[int, int]], places: list[int], letters: str) -> list[Cover]:
    """Choose the words to read in a passage of separated letters ("m a l a d e"). Of overlapping words, take the
    longest.

    Each candidate is (length of the word, index of its first letter).
    """
    taken = bytearray(len(places))
    result = []
    for length, first in sorted(candidates, key=lambda candidate: (-candidate[0], candidate[1])):
        if not any(taken[first : first + length]):
            taken[first : first + length] = b"\1" * length
            result.append(Cover(places[first], places[first + length - 1] + 1, letters[first : first + length]))
    return result


def is_disguised(written: str) -> bool:
    if written.isalpha() or written.isdigit():
        return False
    return any(sign.isalpha() for sign in written) and any(sign in MASKS for sign in written)


def covers(text: str, speller: Speller) -> list[Cover]:
    """Find disguised words: words of separated letters ("m a l a d e"), and words with digits and signs ("m@lade")."""
    candidates = [cover for match in SPELLED_OUT.finditer(text) for cover in spelled(match, speller)]
    for match in DISGUISED.finditer(text) if MASKED.search(text) else ():
        written = match.group().rstrip("!")
        if len(written) <= LONGEST and is_disguised(match.group()) and (meant := unveil(written, speller.knows)):
            candidates.append(Cover(match.start(), match.start() + len(written), meant))
    result: list[Cover] = []
    for cover in sorted(candidates, key=lambda cover: cover.start):
        if not result or result[-1].end <= cover.start:
            result.append(cover)
    return result


@lru_cache(maxsize=50_000)
def normal(written: str) -> str:
    """Return a word in lower case without accents. A letter that is repeated three times or more is kept once."""
    return LENGTHENED.sub(r"\1", plain(written))


def pause_of(sign: str, before: str) -> int:
    if sign in STOPS:
        return JOINED if sign == "." and ABBREVIATED.fullmatch(before) else STOP
    return PAUSE if sign in PAUSES else JOINED


def scan(text: str, hidden: list[Cover], before: int = STOP, last: str = "") -> tuple[list[Token], int]:
    """Split a text into tokens. Returns the tokens, and the kind of pause after the last one.

    `hidden`: the passages of the text that spell one word in disguise, such as "m a l a d e". `before`: the kind of
    pause before the text. `last`: the word before the text.
    """
    tokens: list[Token] = []
    covering = iter(hidden)
    cover = next(covering, None)
    last_end = 0
    for match in PIECES.finditer(text):
        start, end, written = match.start(), match.end(), match.group()
        if "\n" in text[last_end:start]:
            before = STOP
        last_end = end
        while cover and cover.end <= start:
            cover = next(covering, None)
        if cover and cover.start <= start:
            if start == cover.start:
                tokens.append(Token(start, cover.end, text[start : cover.end], cover.norm, before))
                before = JOINED
            continue
        if written.isalnum() or ord(written[0]) > 0x2600:
            tokens.append(Token(start, end, written, normal(written), before))
            before = JOINED
        elif written == "-" and text[start - 1 : start] == " ":
            before = max(before, PAUSE)
        else:
            before = max(before, pause_of(written, tokens[-1].norm if tokens else last))
    return tokens, STOP if "\n" in text[last_end:] else before
