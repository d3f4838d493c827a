"""The trained weights: one column says whether a note discloses, ten say what."""

import gzip
import json
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING

from privacy.screening.findings import CATEGORIES

if TYPE_CHECKING:
    from privacy.screening.features import Signs
    from privacy.screening.matching import Word

DATA = Path(__file__).parent / "data"
WEIGHTS = DATA / "weights.bin.gz"
ORDINARY = DATA / "ordinary.bin"
COLUMNS = ("any", *CATEGORIES)
MANY_WORDS = 200_000
# How many words on a pair may reach.
SOON = 3


@dataclass(frozen=True, slots=True)
class Known:
    """Rows of the features and of the words of one note."""

    named: list[int]
    meant: list[int]


@dataclass(slots=True)
class Model:
    """Weights by name of feature, a list a column."""

    rows: dict[str, int]
    columns: dict[str, "array[float]"]
    intercepts: dict[str, float]
    meanings: dict[int, int] = field(default_factory=dict)
    leanings: dict[str, "array[float]"] = field(default_factory=dict)
    by_word: dict[int, tuple[int, ...]] = field(default_factory=dict)
    by_first: dict[str, dict[str, int]] = field(default_factory=dict)

    def known(self, signs: "Signs") -> "Known":
        """What of a note the model has weights for: found once, added up for as many columns as are asked."""
        rows, meanings = self.rows, self.meanings
        named = {row for name in signs.names if (row := rows.get(name)) is not None}
        named.update(*[self.rows_of(word) for word in signs.spoken])
        named.update(self.rows_of_pairs(signs.spoken))
        return Known(list(named), [row for word in signs.meant if (row := meanings.get(word)) is not None])

    def rows_of_pairs(self, spoken: "list[Word]") -> Iterator[int]:
        """Pairs of near words, by their first: most words begin none, and no pair need be spelled out."""
        if not self.by_first:
            self.by_first[""] = {}
            for name, row in self.rows.items():
                if name.startswith("b:"):
                    first, _, second = name[2:].partition("_")
                    self.by_first.setdefault(first, {})[second] = row
        stems = [word.stem for word in spoken]
        for at, first in enumerate(stems):
            seconds = self.by_first.get(first)
            if seconds:
                for second in stems[at + 1 : at + 1 + SOON]:
                    if second in seconds:
                        yield seconds[second]

    def rows_of(self, word: "Word") -> tuple[int, ...]:
        """The features a word brings by itself, looked up once for all the notes it stands in."""
        found = self.by_word.get(word.sum)
        if found is None:
            if len(self.by_word) > MANY_WORDS:
                self.by_word.clear()
            found = tuple(row for name in word.names if (row := self.rows.get(name)) is not None)
            self.by_word[word.sum] = found
        return found

    def total(self, known: "Known", column: str = "any") -> float:
        """What is named, added up; what is meant, added up over the root of the number of words."""
        weights, leanings = self.columns[column], self.leanings.get(column)
        named = self.intercepts[column] + sum([weights[row] for row in known.named])
        if leanings is None or not known.meant:
            return named
        return named + sum([leanings[row] for row in known.meant]) / sqrt(len(known.meant))

    def score(self, signs: "Signs", column: str = "any") -> float:
        return self.total(self.known(signs), column)

    def leaning(self, word: int, column: str = "any") -> float:
        row = self.meanings.get(word)
        return 0.0 if row is None or column not in self.leanings else self.leanings[column][row]

    def weight(self, name: str, column: str = "any") -> float:
        row = self.rows.get(name)
        return 0.0 if row is None else self.columns[column][row]


def steps(weights: Sequence[float]) -> tuple[float, bytes]:
    """A column in 255 steps: what is lost is far below what separates two notes."""
    scale = max(map(abs, weights), default=0.0) / 127 or 1.0
    return scale, array("b", [round(value / scale) for value in weights]).tobytes()


def write(model: Model, path: Path = WEIGHTS) -> None:
    names = sorted(model.rows, key=model.rows.__getitem__)
    sums = sorted(model.meanings, key=model.meanings.__getitem__)
    named = [steps(model.columns[column]) for column in COLUMNS]
    meant = [steps(model.leanings.get(column, [0.0] * len(sums))) for column in COLUMNS]
    head = {
        "names": names,
        "scales": [scale for scale, _ in named],
        "intercepts": model.intercepts,
        "meanings": len(sums),
        "meaning scales": [scale for scale, _ in meant],
    }
    line = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    body = (
        b"".join(column for _, column in named) + array("I", sums).tobytes() + b"".join(column for _, column in meant)
    )
    path.write_bytes(gzip.compress(line + body, compresslevel=9, mtime=0))


def read_columns(body: bytes, count: int, scales: list[float]) -> dict[str, "array[float]"]:
    columns = {}
    for place, (column, scale) in enumerate(zip(COLUMNS, scales, strict=True)):
        written = array("b", body[place * count : (place + 1) * count])
        columns[column] = array("d", [step * scale for step in written])
    return columns


def read_file(path: Path) -> Model:
    line, _, body = gzip.decompress(path.read_bytes()).partition(b"\n")
    head = json.loads(line)
    names, count = head["names"], head["meanings"]
    columns = read_columns(body, len(names), head["scales"])
    sums = array("I")
    after = len(names) * len(COLUMNS)
    sums.frombytes(body[after : after + 4 * count])
    leanings = read_columns(body[after + 4 * count :], count, head["meaning scales"])
    rows = dict(zip(names, range(len(names)), strict=True))
    return Model(rows, columns, head["intercepts"], dict(zip(sums, range(count), strict=True)), leanings)


@cache
def load() -> Model:
    return read_file(WEIGHTS)


@cache
def known_words() -> frozenset[int]:
    """Ordinary words, as sums that cannot be turned back: they are not misspellings of others."""
    sums = array("I")
    sums.frombytes(ORDINARY.read_bytes())
    return frozenset(sums)
