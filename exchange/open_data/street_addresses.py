"""Parses street addresses typed as free text: one line in capitals, often with several numbers and streets.

The source has texts such as "TERRAIN X - 65-77, RUE VANEAU 4, IMPASSE OUDINOT". For a range such as 65-77, only the two
written numbers are returned, because the numbers between them may not exist. Accents that are missing in capitals are
not restored.
"""

import re
import unicodedata
from dataclasses import dataclass

from formats.folding import folded

STREET_TYPES = {
    "RUE": "rue",
    "RUELLE": "ruelle",
    "AVENUE": "avenue",
    "AV": "avenue",
    "BOULEVARD": "boulevard",
    "BD": "boulevard",
    "PLACE": "place",
    "PL": "place",
    "QUAI": "quai",
    "PASSAGE": "passage",
    "IMPASSE": "impasse",
    "SQUARE": "square",
    "SQ": "square",
    "CITE": "cité",
    "VILLA": "villa",
    "ALLEE": "allée",
    "COUR": "cour",
    "COURS": "cours",
    "CHEMIN": "chemin",
    "ESPLANADE": "esplanade",
}
SMALL_WORDS = frozenset({"de", "du", "des", "la", "le", "les", "et", "au", "aux", "en", "sur", "sous"})
ARTICLES_OF_A_NAME = frozenset({"le", "la", "les"})
KEPT_IN_CAPITALS = re.compile(r"ZAC|PRG|PNE|APHP|[IVX]{2,}|V|X|(?=.*\d)(?!1ER$)[A-Z0-9./]+")
ABBREVIATIONS = {"FBG": "FAUBOURG", "FG": "FAUBOURG", "ST": "SAINT", "STE": "SAINTE"}

# A letter belongs to a number only if no space separates them: "9A" is one number, "35 A 41" is a range from 35 to 41.
_NUMBER = r"\d{1,4}(?:\s*,?\s*(?:BIS|TER|QUATER)\b|[A-F]\b)?(?!\w)"
_BETWEEN = r"\s*(?:-|,|/|&|\bET\b|\bA\b)\s*"
_NUMBERS = rf"(?<![\w.])(?P<numbers>{_NUMBER}(?:{_BETWEEN}{_NUMBER})*)\s*,?\s*"
_TYPES = "|".join(sorted(STREET_TYPES, key=len, reverse=True)).replace("CITE", "CIT[EÉ]").replace("ALLEE", "ALL[EÉ]E")
# A street type inside a street name, as in "RUE DE LA COUR DES NOUES", does not begin another street.
_UNNUMBERED = r"(?<!\bDE )(?<!\bDU )(?<!\bDES )(?<!\bLA )(?<!\bBATIMENT )(?<!['’\w-])(?!PL\b)"
STREET_START = re.compile(rf"(?:{_NUMBERS}|{_UNNUMBERED})\b(?P<type>{_TYPES})\b\.?\s+(?=\w)")
STREET_END = re.compile(r"[(),|]|\s-|-\s|\s/\s|\b(?:GROUPE|BARRE|PL)\b|(?<!\bLA )\bPORTE\b|\s\d{1,2}\s*$")
NUMBERED_ONLY = re.compile(rf"[\s,-]*{_NUMBERS}(?P<name>[^\W\d].{{2,}})")
# A plot number is removed first, so that it is not taken for a street number: "LOT 3 - 1 BIS ET 3 PASSAGE GOIX".
LOT = re.compile(r"\b(?:[IÎ]?LOTS?|POLE)\s+[\w.-]*")
NUMBER = re.compile(r"(?P<digits>\d{1,4})(?:\s*,?\s*(?P<word>BIS|TER|QUATER)\b|(?P<letter>[A-F])\b)?")
RANGE = re.compile(rf"({_NUMBER})\s*(?:-|\bA\b)\s*(?=({_NUMBER}))")
# Neighbouring houses on one side of a street have numbers that differ by two, so a range "1-3" omits no house.
NEXT_DOOR = 2


@dataclass(frozen=True, slots=True)
class Address:
    """One address on a street.

    `number` is None if the source has none; postcode and city are "" if missing.
    """

    number: str | None
    street: str
    postcode: str
    city: str

    @property
    def site(self) -> str:
        """Remove accents, case and punctuation from an address, so that different spellings of it become equal."""
        return folded(f"{self.number or ''} {self.street} {self.postcode}")


def tidy(text: str) -> str:
    """Return the text on one line, with single spaces, composed letters (NFC) and no control characters."""
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in composed).split())


def parse_addresses(text: str, postcode: str, city: str) -> tuple[Address, ...]:
    """Return all distinct addresses of the text, in order. If it has no street, the whole text becomes a street
    name."""
    doors = [door for part in _parts(text) for door in doors_in(part)] or [(None, in_french_case(text))]
    return tuple(Address(number, street, postcode, city) for number, street in dict.fromkeys(doors))


def has_open_range(text: str) -> bool:
    """Return True if the text has a range such as "1-11", which leaves out numbers between its two ends."""
    numbers = (start["numbers"] or "" for part in _parts(text) for start in STREET_START.finditer(part))
    ranges = (match for written in numbers for match in RANGE.finditer(written))
    ends = (re.findall(r"\d+", match[1])[:1] + re.findall(r"\d+", match[2])[:1] for match in ranges)
    return any(int(last) - int(first) > NEXT_DOOR for first, last in ends)


def in_french_case(text: str) -> str:
    """Convert a street name from capitals to usual French case: "PLACE DE L'EUROPE" -> "Place de l’Europe". Adds no
    accents."""
    cased = " ".join(_case_word(word, first=rank == 0) for rank, word in enumerate(text.upper().split()))
    return cased[:1].upper() + cased[1:]


def _parts(text: str) -> list[str]:
    return re.split(r"\s/\s|\|", LOT.sub("|", text.upper()))


def doors_in(part: str) -> list[tuple[str | None, str]]:
    """Return the (number, street) pairs in one part of an address text. A street without a number has None as number.

    The text is divided into parts at slashes and plot numbers.
    """
    starts = list(STREET_START.finditer(part))
    if not starts:
        bare = NUMBERED_ONLY.match(part)
        return [(number, in_french_case(_name(bare["name"]))) for number in _numbers(bare["numbers"])] if bare else []
    doors: list[tuple[str | None, str]] = []
    ends = [following.start() for following in starts[1:]] + [len(part)]
    for start, end in zip(starts, ends, strict=True):
        street_type = STREET_TYPES[start["type"].replace("É", "E")]
        street = f"{street_type} {lower_preposition(in_french_case(_name(part[start.end() : end])))}"
        numbers: list[str | None] = [*_numbers(start["numbers"] or "")]
        doors += [(number, street) for number in numbers or [None]]
    return doors


def lower_preposition(name: str) -> str:
    """Lowercase a preposition after the street type: "De Rivoli" -> "de Rivoli". An article alone belongs to a surname
    and keeps its capital: "rue Le Sueur"."""
    first = name.split(" ", maxsplit=1)[0].lower()
    follows = first in SMALL_WORDS - ARTICLES_OF_A_NAME or name[:2] in {"D’", "L’"}
    return name[:1].lower() + name[1:] if follows else name


def _name(rest: str) -> str:
    name = STREET_END.split(rest, maxsplit=1)[0].strip(" ,.-/")
    return re.sub(r"\s+(?:ET|OU|ANGLE)$", "", name)


def _numbers(written: str) -> list[str]:
    numbers = []
    for match in NUMBER.finditer(written):
        word = f" {match['word'].lower()}" if match["word"] else ""
        numbers.append(f"{int(match['digits'])}{match['letter'] or word}")
    return numbers


def _case_word(word: str, *, first: bool) -> str:
    word = ABBREVIATIONS.get(word, word)
    if KEPT_IN_CAPITALS.fullmatch(word):
        return word
    if not first and word.lower() in SMALL_WORDS:
        return word.lower()
    elided = re.fullmatch(r"([DL])['’](.+)", word)
    if elided:
        return f"{elided[1].lower()}’{_case_word(elided[2], first=True)}"
    return re.sub(r"[^\W_]+", lambda piece: piece[0].capitalize(), word).replace("'", "’")
