"""A text cut into words that know where they stand, disguises taken off."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from privacy.screening.words import plain

# What stands before a word: nothing that counts, a pause inside a sentence, or the end of a sentence.
JOINED, PAUSE, STOP = 0, 1, 2

PIECES = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")
PAUSES = frozenset(',():/–—«»"[]…|+=>→')
STOPS = frozenset(".!?;\n")
ABBREVIATED = re.compile(r"mr?|mmes?|mlle|melle|me|dr|bat|esc|apt|appt|av|bd|ste?|tel|ref|no|rdc|env|res|ex|[pst]")
SPELLED_OUT = re.compile(r"(?<![^\W_])[^\W_](?:[ .\-_*·/•|\u00a0\u202f]{1,3}[^\W_])+(?![^\W_])")
# What may be letters with figures or signs among them.
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
    """What the lexicons know of spelling: whole words, and how they begin."""

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
    """A stretch of the text that stands for one word."""

    start: int
    end: int
    norm: str


def readings(written: str) -> Iterator[str]:
    """What signs and figures may stand for; a star for a vowel."""
    plainly = plain(written.translate(SIGNS))
    yield "".join(letter for letter in plainly if letter.isalpha())
    if "1" in written:
        yield "".join(letter for letter in plain(written.replace("1", "l").translate(SIGNS)) if letter.isalpha())
    if "*" in written:
        for vowel in VOWELS:
            yield "".join(letter for letter in plainly.replace("*", vowel) if letter.isalpha())


def unveil(written: str, known: Callable[[str], bool]) -> str | None:
    """The word behind signs and figures, when it is one the lexicons know."""
    return next((word for word in readings(written) if len(word) > LONG_ENOUGH and known(word)), None)


def longest_word(first: int, letters: str, text: str, places: list[int], speller: Speller) -> int:
    """How many letters from `first` on make a known word; initials need their full stops."""
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
    """The known words among letters that stand apart, the longest first."""
    text = match.string
    places = [match.start() + at for at, sign in enumerate(match.group()) if sign.isalnum()]
    letters = "".join(plain(text[place].translate(SIGNS))[:1] or "?" for place in places)
    lengths = [(longest_word(first, letters, text, places, speller), first) for first in range(len(places) - 1)]
    return apart([one for one in lengths if one[0]], places, letters)


def apart(found: list[tuple[int, int]], places: list[int], letters: str) -> list[Cover]:
    """Of words that share letters, the longest."""
    taken = bytearray(len(places))
    kept = []
    for length, first in sorted(found, key=lambda one: (-one[0], one[1])):
        if not any(taken[first : first + length]):
            taken[first : first + length] = b"\1" * length
            kept.append(Cover(places[first], places[first + length - 1] + 1, letters[first : first + length]))
    return kept


def is_disguised(written: str) -> bool:
    if written.isalpha() or written.isdigit():
        return False
    return any(sign.isalpha() for sign in written) and any(sign in MASKS for sign in written)


def covers(text: str, speller: Speller) -> list[Cover]:
    """Spelled-out and disguised words, none over another. Cheap when there are none, which is nearly always."""
    found = [cover for match in SPELLED_OUT.finditer(text) for cover in spelled(match, speller)]
    for match in DISGUISED.finditer(text) if MASKED.search(text) else ():
        written = match.group().rstrip("!")
        if len(written) <= LONGEST and is_disguised(match.group()) and (meant := unveil(written, speller.knows)):
            found.append(Cover(match.start(), match.start() + len(written), meant))
    kept: list[Cover] = []
    for cover in sorted(found, key=lambda cover: cover.start):
        if not kept or kept[-1].end <= cover.start:
            kept.append(cover)
    return kept


@lru_cache(maxsize=50_000)
def normal(written: str) -> str:
    """A word without case and accents; letters held down are one letter."""
    return LENGTHENED.sub(r"\1", plain(written))


def pause_of(sign: str, before: str) -> int:
    if sign in STOPS:
        return JOINED if sign == "." and ABBREVIATED.fullmatch(before) else STOP
    return PAUSE if sign in PAUSES else JOINED


def scan(text: str, hidden: list[Cover], before: int = STOP, last: str = "") -> tuple[list[Token], int]:
    """The words of a text, and what stands after the last; `last` is the word before the first."""
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
