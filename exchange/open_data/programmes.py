"""Reads housing programmes from the open data file "logements sociaux financés à Paris".

`read_file` uses or refuses every line, and gives a message for each refusal. `plan_buildings` turns one programme into
buildings. The file does not describe single dwellings, so a planned dwelling has only a stable key.
"""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from exchange.open_data.programme_file import (
    SENTENCES,
    Line,
    Refused,
    UnreadableFile,
    decode,
    keys_of,
    lines_of,
    refusal,
    repetition,
)
from exchange.open_data.street_addresses import Address, has_open_range, parse_addresses
from formats.folding import folded

UNKNOWN = "unknown"
LOAN_COLUMNS = ("nb_plai", "nb_plus", "nb_plus_cd", "nb_pls")
MODES = {
    "construction neuve": "new_build",
    "acquisition rehabilitation": "bought_and_renovated",
    "acquisition conventionnement": "bought_and_regulated",
}
# A street number with more than LARGEST_BUILDING dwellings is split into several buildings.
# If a street number is split, each building gets at most CARETAKER_PART dwellings, which one caretaker can manage.
LARGEST_BUILDING = 150
CARETAKER_PART = 100


@dataclass(frozen=True, slots=True)
class Nature:
    """A kind of programme. If `home` is True, its residents have an occupancy contract instead of a lease.

    `reason` tells in French which contract they have.
    """

    code: str
    home: bool
    reason: str


NATURES = {
    "logement familial": Nature("family", False, "bail d’habitation ordinaire au nom du ménage"),
    "residence etudiante": Nature("student_residence", True, "contrat lié au statut d’étudiant, gestion déléguée"),
    "foyer pour jeunes travailleurs ou residence pour jeunes actifs": Nature(
        "young_workers", True, "logement-foyer : contrat de résidence signé avec le gestionnaire"
    ),
    "foyer pour personnes handicapees": Nature(
        "disabled_home", True, "contrat de séjour ; l’adresse révélerait la santé des résidents"
    ),
    "etablissement d hebergement pour personnes agees dependantes": Nature(
        "care_home", True, "contrat de séjour médico-social ; l’adresse révélerait la santé des résidents"
    ),
    "residence sociale pour demunis": Nature(
        "social_residence", True, "logement-foyer : titre d’occupation temporaire ; révèle la précarité"
    ),
    "maison relais": Nature("relay_home", True, "pension de famille : contrat de résidence avec le gestionnaire"),
    "residence sociale issue du plan de traitement des foyers de travailleurs migrants": Nature(
        "migrant_workers", True, "logement-foyer : contrat de résidence ; révèle l’origine des résidents"
    ),
    "residence pour personnes agees": Nature("elderly_residence", True, "logement-foyer : contrat de séjour ou mixte"),
    "centre d hebergement d urgence": Nature("emergency_shelter", True, "accueil sans titre d’occupation"),
}
NATURE_CODES = {wording: nature.code for wording, nature in NATURES.items()}
HOME_BY_CODE = {nature.code: nature.home for nature in NATURES.values()}


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark on a line that is used: a cell was ignored, or its value is doubtful."""

    line: int
    reason: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Loans:
    """The number of dwellings for each kind of loan. None means that the cell is unreadable."""

    plai: int | None
    plus: int | None
    plus_cd: int | None
    pls: int | None

    def total(self) -> int | None:
        counts = (self.plai, self.plus, self.plus_cd, self.pls)
        return None if None in counts else sum(count or 0 for count in counts)


@dataclass(frozen=True, slots=True)
class Programme:
    """A line of the file, as a housing programme that the import uses. `key` is unique in the file. Latitude and
    longitude are in degrees. If one of them is unknown, both are None."""

    key: str
    source_line: int
    id_livraison: str
    source_address: str
    addresses: tuple[Address, ...]
    dwellings: int
    year: int | None
    landlord: str
    nature: str
    mode: str
    loans: Loans
    latitude: float | None
    longitude: float | None
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """Line and dwelling counts of a file. `lines` excludes the header and blank lines."""

    lines: int
    used: int
    refused: int
    remarks: int
    dwellings: int


@dataclass(frozen=True, slots=True)
class Reading:
    """The content of a file. `lines` is its number of lines. Each line is either in `programmes` or in `refused`."""

    lines: int
    programmes: tuple[Programme, ...]
    refused: tuple[Refused, ...]

    @property
    def remarks(self) -> tuple[Remark, ...]:
        return tuple(remark for programme in self.programmes for remark in programme.remarks)

    def reconcile(self) -> Totals:
        """Return the numbers of used and refused lines, of remarks and of dwellings in the file.

        Raises RuntimeError if a line is neither in `programmes` nor in `refused`, which would be a bug in the reader.
        """
        used, refused = len(self.programmes), len(self.refused)
        if used + refused != self.lines:
            raise RuntimeError(f"{self.lines} lines read but {used} used and {refused} refused")
        dwellings = sum(programme.dwellings for programme in self.programmes)
        return Totals(self.lines, used, refused, len(self.remarks), dwellings)


@dataclass(frozen=True, slots=True)
class PlannedBuilding:
    """The dwellings of a housing programme from number `first` to `first + dwellings - 1`. `part` is "A", "B"… if a
    street number was split into several buildings, otherwise None."""

    key: str
    programme: str
    addresses: tuple[Address, ...]
    part: str | None
    first: int
    dwellings: int

    @property
    def dwelling_keys(self) -> tuple[tuple[str, int], ...]:
        """A pair (programme key, number) for each dwelling. The import invents these numbers: they are not door
        numbers."""
        return tuple((self.programme, ordinal) for ordinal in range(self.first, self.first + self.dwellings))


def read_file(path: Path) -> Reading:
    """Read the whole file. Raises UnreadableFile if it is not the expected CSV, and OSError if it cannot be opened."""
    lines, refused = lines_of(decode(path.read_bytes()))
    count = len(lines) + len(refused)
    if not count:
        raise UnreadableFile("no_lines")
    usable: list[Line] = []
    first_lines: dict[tuple[str, ...], int] = {}
    for line in lines:
        problem = refusal(line) or repetition(line, first_lines)
        if problem:
            refused.append(problem)
        else:
            usable.append(line)
    keys = keys_of(usable)
    programmes = tuple(read_programme(line, keys[line.number]) for line in usable)
    return Reading(count, programmes, tuple(sorted(refused, key=lambda line_refused: line_refused.line)))


def is_home(nature: str) -> bool:
    """Return True if residents of this kind of programme have no leases, or if the kind is unknown.

    An unknown kind gets no leases, because a lease created by mistake does more harm than a missing one.
    """
    return HOME_BY_CODE.get(nature, True)


def plan_buildings(programme: Programme) -> list[PlannedBuilding]:
    """Distribute all dwellings of a programme over buildings: one per street number, or several for a large one.

    If there are fewer dwellings than street numbers, neighbouring numbers share a building, so that no building is
    empty. If some addresses have a number, an address without one belongs to the first building.
    """
    planned: list[PlannedBuilding] = []
    first = 1
    for addresses, dwellings in share_dwellings(programme):
        parts: list[tuple[str | None, int]] = [(None, dwellings)]
        if dwellings > LARGEST_BUILDING:
            sizes = _fair(dwellings, -(-dwellings // CARETAKER_PART))
            parts = [(_letters(rank), size) for rank, size in enumerate(sizes)]
        for part, size in parts:
            key = f"{programme.key}/{len(planned) + 1}"
            planned.append(PlannedBuilding(key, programme.key, addresses, part, first, size))
            first += size
    return planned


def share_dwellings(programme: Programme) -> Iterator[tuple[tuple[Address, ...], int]]:
    """Yield the addresses and the number of dwellings of each building, before large buildings are split.

    If there are fewer dwellings than street numbers, neighbouring street numbers share a building.
    """
    numbered = [(address,) for address in programme.addresses if address.number]
    bare = tuple(address for address in programme.addresses if not address.number)
    doors = [(*numbered[0], *bare), *numbered[1:]] if numbered else [bare]
    groups = min(len(doors), programme.dwellings)
    left = iter(doors)
    for taken, dwellings in zip(_fair(len(doors), groups), _fair(programme.dwellings, groups), strict=True):
        yield tuple(itertools.chain.from_iterable(itertools.islice(left, taken))), dwellings


def _fair(total: int, groups: int) -> list[int]:
    """Divide `total` into `groups` parts as equal as possible. The first parts take the remainder."""
    share, rest = divmod(total, groups)
    return [share + (rank < rest) for rank in range(groups)]


def _letters(rank: int) -> str:
    """Return the letters of the building part with this rank: "A" for 0, "Z" for 25, "AA" for 26."""
    before, last = divmod(rank, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + last)


class _Reader:
    """Parses the cells of one line, and collects remarks on missing or doubtful values."""

    def __init__(self, line: Line) -> None:
        self.line = line.number
        self.cells = line.cells
        self.remarks: list[Remark] = []

    def add(self, reason: str, **facts: object) -> None:
        self.remarks.append(Remark(self.line, reason, SENTENCES[reason].format(**facts)))

    def text(self, name: str, reason: str, form: str = r".+", **facts: object) -> str:
        """Return the cell if it matches the regular expression. Otherwise return "" and add a remark."""
        value = self.cells[name]
        if re.fullmatch(form, value):
            return value
        self.add(reason, value=value, **facts)
        return ""

    def number(self, name: str, reason: str, form: str, **facts: object) -> int | None:
        value = self.text(name, reason, form, **facts)
        return int(value) if value else None

    def code(self, name: str, reason: str, codes: Mapping[str, str]) -> str:
        """Translate the words in a cell to a code of `codes`. For unknown words, return UNKNOWN and add a remark."""
        value = self.cells[name]
        if folded(value) not in codes:
            self.add(reason, value=value)
        return codes.get(folded(value), UNKNOWN)

    def addresses(self) -> tuple[Address, ...]:
        text = self.cells["adresse"]
        addresses = parse_addresses(text, self.text("code_postal", "postcode", r"[0-9]{5}"), self.text("ville", "city"))
        if not any(address.number for address in addresses):
            self.add("no_number")
        if has_open_range(text):
            self.add("open_range")
        return addresses

    def loans(self, dwellings: int) -> Loans:
        counts = {name: self.number(name, "loan_count", r"[0-9]{1,6}", column=name) for name in LOAN_COLUMNS}
        loans = Loans(**{name.removeprefix("nb_"): count for name, count in counts.items()})
        total = loans.total()
        if total not in {None, dwellings}:
            self.add("loans_sum", found=total, expected=dwellings)
        return loans

    def coordinates(self) -> tuple[float, float] | tuple[None, None]:
        cells = [self.cells[name] for name in ("latitude", "longitude")]
        if all(re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,15})?", cell) for cell in cells):
            latitude, longitude = map(float, cells)
            # The coordinates 0, 0 are ignored, because exports often write them for an unknown location.
            if abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude or longitude):
                return latitude, longitude
        self.add("coordinates")
        return None, None


def read_programme(line: Line, key: str) -> Programme:
    """Build the housing programme that a line describes, with remarks on cells that are missing or unreadable."""
    cells = _Reader(line)
    dwellings = int(line.cells["nb_logements"])
    latitude, longitude = cells.coordinates()
    return Programme(
        key=key,
        source_line=line.number,
        id_livraison=line.cells["id_livraison"],
        source_address=line.cells["adresse"],
        addresses=cells.addresses(),
        dwellings=dwellings,
        year=cells.number("annee_financement", "year", r"(19|20)[0-9]{2}"),
        landlord=cells.text("bailleur", "landlord"),
        nature=cells.code("nature_programme", "nature", NATURE_CODES),
        mode=cells.code("mode_realisation", "mode", MODES),
        loans=cells.loans(dwellings),
        latitude=latitude,
        longitude=longitude,
        remarks=tuple(cells.remarks),
    )
