"""A text cut into words that know where they stand, disguises taken off."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from privacy.screening.words import plain

# What stands before a word: nothing that counts, a pause inside a sentence, or the end of a sentence.
JOINED, PAUSE, STOP = 0, 1, 2

PIECES = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")
PAUSES = frozenset(',():/–—«»"[]…|+=>→')
STOPS = frozenset(".!?;\n")
ABBREVIATED = re.compile(r"mr?|mmes?|mlle|melle|me|dr|bat|esc|apt|appt|av|bd|ste?|tel|ref|no|rdc|env|res|ex|[pst]")
SPELLED_OUT = re.compile(r"(?<![^\W_])[^\W_](?:[ .\-_*·/]{1,3}[^\W_])+(?![^\W_])")
# Letters with figures or signs among them.
DISGUISED = re.compile(r"(?=[^\s]*[^\W\d_])(?=[^\s]*[0-9@$€*!#|])(?<![\w@$€*])[\w@$€*!#|]{4,}")
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


def spelled(match: re.Match[str], known: Callable[[str], bool]) -> Cover | None:
    """The longest known word among letters that stand apart; initials with full stops count too."""
    places = [match.start() + at for at, sign in enumerate(match.group()) if sign.isalnum()]
    letters = [plain(match.string[place].translate(SIGNS)) for place in places]
    for length in range(len(letters), 1, -1):
        for first in range(len(letters) - length + 1):
            word = "".join(letters[first : first + length])
            stretch = match.string[places[first] : places[first + length - 1] + 1]
            if (len(word) > LONG_ENOUGH and known(word)) or ("." in stretch and known(word.upper())):
                return Cover(places[first], places[first + length - 1] + 1, word)
    return None


def covers(text: str, known: Callable[[str], bool]) -> list[Cover]:
    """Spelled-out and disguised words. Cheap when there are none, which is nearly always."""
    found = [cover for match in SPELLED_OUT.finditer(text) if (cover := spelled(match, known))]
    for match in DISGUISED.finditer(text):
        disguised = unveil(match.group().rstrip("!"), known)
        if disguised and not any(cover.start < match.end() and match.start() < cover.end for cover in found):
            found.append(Cover(match.start(), match.start() + len(match.group().rstrip("!")), disguised))
    return sorted(found, key=lambda cover: cover.start)


def shortened(norm: str) -> str:
    """Letters held down are one letter."""
    return LENGTHENED.sub(r"\1", norm) if LENGTHENED.search(norm) else norm


def pause_of(sign: str, before: str) -> int:
    if sign in STOPS:
        return JOINED if sign == "." and ABBREVIATED.fullmatch(before) else STOP
    return PAUSE if sign in PAUSES else JOINED


def tokenize(text: str, known: Callable[[str], bool]) -> list[Token]:
    tokens: list[Token] = []
    hidden = covers(text, known)
    before = STOP
    last_end = 0
    for match in PIECES.finditer(text):
        start, end, written = match.start(), match.end(), match.group()
        if "\n" in text[last_end:start]:
            before = STOP
        last_end = end
        cover = next((cover for cover in hidden if cover.start <= start < cover.end), None)
        if cover:
            if start == cover.start:
                tokens.append(Token(start, cover.end, text[start : cover.end], cover.norm, before))
                before = JOINED
            continue
        if written.isalnum() or ord(written[0]) > 0x2600:
            tokens.append(Token(start, end, written, shortened(plain(written)), before))
            before = JOINED
        elif written == "-" and text[start - 1 : start] == " ":
            before = max(before, PAUSE)
        else:
            before = max(before, pause_of(written, tokens[-1].norm if tokens else ""))
    return tokens
