"""The trained weights: one column says whether a note discloses, ten say what."""

import gzip
import json
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from privacy.screening.findings import CATEGORIES

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

    def score(self, names: Iterable[str], column: str = "any") -> float:
        rows, weights = self.rows, self.columns[column]
        return self.intercepts[column] + sum(weights[row] for name in names if (row := rows.get(name)) is not None)

    def weight(self, name: str, column: str = "any") -> float:
        row = self.rows.get(name)
        return 0.0 if row is None else self.columns[column][row]


def write(model: Model, path: Path = WEIGHTS) -> None:
    """Each column in 255 steps: what is lost is far below what separates two notes."""
    names = sorted(model.rows, key=model.rows.__getitem__)
    scales = {column: max(map(abs, weights), default=1.0) / 127 or 1.0 for column, weights in model.columns.items()}
    head = {"names": names, "scales": scales, "intercepts": model.intercepts}
    body = b"".join(
        array("b", [round(value / scales[column]) for value in model.columns[column]]).tobytes() for column in COLUMNS
    )
    line = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    path.write_bytes(gzip.compress(line + body, compresslevel=9, mtime=0))


def read_file(path: Path) -> Model:
    line, _, body = gzip.decompress(path.read_bytes()).partition(b"\n")
    head = json.loads(line)
    names = head["names"]
    columns = {}
    for place, column in enumerate(COLUMNS):
        steps = array("b", body[place * len(names) : (place + 1) * len(names)])
        scale = head["scales"][column]
        columns[column] = array("d", [step * scale for step in steps])
    return Model(dict(zip(names, range(len(names)), strict=True)), columns, head["intercepts"])


@cache
def load() -> Model:
    return read_file(WEIGHTS)


@cache
def known_words() -> frozenset[int]:
    """Ordinary words, as sums that cannot be turned back: they are not misspellings of others."""
    sums = array("I")
    sums.frombytes(ORDINARY.read_bytes())
    return frozenset(sums)
