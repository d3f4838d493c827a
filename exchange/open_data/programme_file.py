"""Parses the programme file. Detects unreadable files, refused lines, and several lines with the same programme id.

The file must be UTF-8, with or without a byte order mark. Windows-1252 is refused, because nearly every byte is valid
in it: a wrong guess would silently store wrong letters in addresses. Whoever exports the file can choose UTF-8 instead.
"""

import csv
import hashlib
import io
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from exchange.open_data.street_addresses import tidy
from formats.folding import folded

COLUMNS = (
    "id_livraison",
    "adresse",
    "code_postal",
    "ville",
    "annee_financement",
    "bailleur",
    "nb_logements",
    "nb_plai",
    "nb_plus",
    "nb_plus_cd",
    "nb_pls",
    "mode_realisation",
    "nature_programme",
    "latitude",
    "longitude",
)
# A line with more than MOST_DWELLINGS is refused as a typing error: the largest known programme has 1,332 dwellings.
MOST_DWELLINGS = 10_000
LONGEST_ADDRESS = 300
SENTENCES = {
    "not_utf8": "Le fichier n’est pas en UTF-8 (octet {at})\u00a0: exportez-le en «\u00a0CSV UTF-8\u00a0».",
    "not_csv": "Le fichier n’est pas un CSV lisible, séparé par des virgules ({why}).",
    "empty": "Le fichier est vide.",
    "no_lines": "Le fichier ne contient que la ligne de titres.",
    "missing_columns": "Colonnes absentes\u00a0: {names}.",
    "repeated_columns": "Colonnes présentes deux fois\u00a0: {names}.",
    "field_count": "La ligne compte {found} champs au lieu de {expected}.",
    "no_id": "L’identifiant de livraison est absent.",
    "no_address": "L’adresse est absente.",
    "address_too_long": "L’adresse dépasse {most} caractères.",
    "no_count": "Le nombre de logements est absent.",
    "count_not_whole": "Le nombre de logements «\u00a0{value}\u00a0» n’est pas un nombre entier.",
    "count_negative": "Le nombre de logements «\u00a0{value}\u00a0» est négatif.",
    "no_dwelling": "Le programme ne compte aucun logement.",
    "count_too_large": "Le nombre de logements «\u00a0{value}\u00a0» dépasse {most}.",
    "same_line": "La ligne répète mot pour mot la ligne {first}.",
    "postcode": "Le code postal «\u00a0{value}\u00a0» est absent ou n’a pas cinq chiffres.",
    "city": "La ville est absente.",
    "year": "L’année «\u00a0{value}\u00a0» est absente ou illisible.",
    "landlord": "Le bailleur est absent.",
    "mode": "Le mode de réalisation «\u00a0{value}\u00a0» n’est pas connu.",
    "nature": "La nature «\u00a0{value}\u00a0» n’est pas connue\u00a0: traitée comme un foyer, sans bail.",
    "loan_count": "Le nombre {column} «\u00a0{value}\u00a0» n’est pas un nombre entier positif.",
    "loans_sum": "Les prêts couvrent {found} logements sur {expected}.",
    "coordinates": "Les coordonnées sont absentes ou illisibles.",
    "no_number": "L’adresse ne donne aucun numéro de rue.",
    "open_range": "L’adresse donne un intervalle\u00a0: seuls les numéros écrits sont repris.",
}


class UnreadableFile(ValueError):
    """Raised if the whole file is refused. `code` identifies the reason; str() gives the message in French."""

    def __init__(self, code: str, **facts: object) -> None:
        self.code = code
        super().__init__(SENTENCES[code].format(**facts))


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that could not be used. `line` counts from 1, and line 1 is the header."""

    line: int
    reason: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file: its number, and its cleaned cells by column name."""

    number: int
    cells: dict[str, str]


def decode(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile("not_utf8", at=error.start + 1) from error
    if not text.strip():
        raise UnreadableFile("empty")
    if "\0" in text:
        raise UnreadableFile("not_csv", why="octet nul")
    return text


def lines_of(text: str) -> tuple[list[Line], list[Refused]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[Line] = []
    refused: list[Refused] = []
    try:
        titles = titles_of(next(reader))
        start = reader.line_num + 1
        for cells in reader:
            if len(cells) == len(titles):
                lines.append(Line(start, dict(zip(titles, map(tidy, cells), strict=True))))
            elif cells:
                refused.append(_refuse(start, "field_count", found=len(cells), expected=len(titles)))
            start = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFile("not_csv", why=f"ligne {reader.line_num}") from error
    return lines, refused


def titles_of(cells: list[str]) -> list[str]:
    """Return the column names of the header. Raises UnreadableFile if one is missing or repeated."""
    titles = [tidy(cell).lower() for cell in cells]
    if len(titles) < 2:
        raise UnreadableFile("not_csv", why="une seule colonne")
    missing = [name for name in COLUMNS if name not in titles]
    if missing:
        raise UnreadableFile("missing_columns", names=", ".join(missing))
    repeated = [name for name in COLUMNS if titles.count(name) > 1]
    if repeated:
        raise UnreadableFile("repeated_columns", names=", ".join(repeated))
    return titles


def _refuse(line: int, reason: str, **facts: object) -> Refused:
    return Refused(line, reason, SENTENCES[reason].format(**facts))


def refusal(line: Line) -> Refused | None:
    address = line.cells["adresse"]
    if not line.cells["id_livraison"]:
        return _refuse(line.number, "no_id")
    if not folded(address):
        return _refuse(line.number, "no_address")
    if len(address) > LONGEST_ADDRESS:
        return _refuse(line.number, "address_too_long", most=LONGEST_ADDRESS)
    value = line.cells["nb_logements"]
    reason = refusal_of_count(value)
    return _refuse(line.number, reason, value=value, most=MOST_DWELLINGS) if reason else None


def refusal_of_count(value: str) -> str | None:
    """Return the reason why a cell is not a valid number of dwellings, or None if the number is valid."""
    if not value:
        return "no_count"
    if not re.fullmatch(r"-?[0-9]+", value):
        return "count_not_whole"
    digits = value.lstrip("-0")
    if not digits:
        return "no_dwelling"
    if value.startswith("-"):
        return "count_negative"
    # The number of digits is checked before int() is called, because int() raises ValueError for thousands of digits.
    return "count_too_large" if len(digits) > 9 or int(digits) > MOST_DWELLINGS else None


def repetition(line: Line, first_lines: dict[tuple[str, ...], int]) -> Refused | None:
    first = first_lines.setdefault(tuple(line.cells[name] for name in COLUMNS), line.number)
    return None if first == line.number else _refuse(line.number, "same_line", first=first)


def keys_of(lines: Iterable[Line]) -> dict[int, str]:
    """Return a unique programme key for each line number: the programme id, plus a digest if several lines share it.

    The digest covers only as many columns as are needed to tell these lines apart, the address first. The order of the
    lines does not change a key.
    """
    groups: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        groups[line.cells["id_livraison"]].append(line)
    distinguishing = ("adresse", "annee_financement", "mode_realisation", "nature_programme")
    order = (*distinguishing, *(name for name in COLUMNS if name not in distinguishing))
    keys: dict[int, str] = {}
    for shared, group in groups.items():
        depths = range(len(order) + 1)
        depth = next(size for size in depths if len({_joined(line, order[:size]) for line in group}) == len(group))
        for line in group:
            digest = hashlib.sha256(_joined(line, order[:depth]).encode()).hexdigest()[:10]
            keys[line.number] = f"{shared}-{digest}" if depth else shared
    return keys


def _joined(line: Line, names: Iterable[str]) -> str:
    return "\n".join(line.cells[name] for name in names)
