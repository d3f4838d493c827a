"""The trained weights: one column says whether a note discloses, ten say what."""

import gzip
import json
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING

from privacy.screening.findings import CATEGORIES

if TYPE_CHECKING:
    from privacy.screening.features import Signs

DATA = Path(__file__).parent / "data"
WEIGHTS = DATA / "weights.bin.gz"
ORDINARY = DATA / "ordinary.bin"
COLUMNS = ("any", *CATEGORIES)


@dataclass(slots=True)
class Model:
    """Weights by name of feature, a list a column."""

    rows: dict[str, int]
    columns: dict[str, "array[float]"]
    intercepts: dict[str, float]
    meanings: dict[int, int] = field(default_factory=dict)
    leanings: dict[str, "array[float]"] = field(default_factory=dict)

    def score(self, signs: "Signs", column: str = "any") -> float:
        rows, weights = self.rows, self.columns[column]
        named = sum([weights[row] for name in signs.names if (row := rows.get(name)) is not None])
        return self.intercepts[column] + named + self.leaning_of(signs.words, column)

    def leaning_of(self, words: list[int], column: str) -> float:
        """Where the words lean by their meaning: their sum over the root of their number."""
        meanings, leanings = self.meanings, self.leanings.get(column)
        if leanings is None:
            return 0.0
        known = [leanings[row] for word in words if (row := meanings.get(word)) is not None]
        return sum(known) / sqrt(len(known)) if known else 0.0

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
