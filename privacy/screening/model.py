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
    from privacy.screening.features import Find, Signs, Tone
    from privacy.screening.lexicon import Pattern
    from privacy.screening.matching import Word
    from privacy.screening.opinion import Opinion

DATA = Path(__file__).parent / "data"
WEIGHTS = DATA / "weights.bin.gz"
ORDINARY = DATA / "ordinary.bin"
COLUMNS = ("any", *CATEGORIES)
MANY_WORDS = 200_000
MANY_SIGNS = 50_000
# A word that means something is weighed as one of so many.
AMONG = 3.0
# How many words on a pair may reach.
SOON = 3
NO_PAIR: dict[str, int] = {}


@dataclass(slots=True, eq=False)
class Entry:
    """What the model knows of a word: its features, its row among words that mean something, the words it pairs with.

    What it weighs for the verdict stands at hand; for a category it is added up when it is first asked.
    """

    rows: tuple[int, ...]
    meant: int | None
    seconds: dict[str, int]
    weight: float
    leaning: float
    columns: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Known:
    """Of one note the rows of what was found and of its pairs of words, its words, and those that mean something."""

    named: set[int]
    words: set[Entry]
    meant: list[Entry]


@dataclass(slots=True)
class Model:
    """Weights by name of feature, a list a column."""

    rows: dict[str, int]
    columns: dict[str, Sequence[float]]
    intercepts: dict[str, float]
    meanings: dict[int, int] = field(default_factory=dict)
    leanings: dict[str, Sequence[float]] = field(default_factory=dict)
    # Asked where the weights hesitate.
    second: "Opinion | None" = None
    # Looked up once for all the notes they stand in.
    by_word: "dict[Word, Entry]" = field(default_factory=dict)
    by_sign: "dict[Find | Tone | Pattern, tuple[int, ...]]" = field(default_factory=dict)
    by_find: "dict[Find, float]" = field(default_factory=dict)
    by_first: dict[str, dict[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, row in self.rows.items():
            if name[0] == "b":
                first, _, second = name[2:].partition("_")
                self.by_first.setdefault(first, {})[second] = row

    def known(self, signs: "Signs") -> Known:
        """What of a note the model has weights for: found once, added up for as many columns as are asked."""
        by_word, by_sign = self.by_word, self.by_sign
        named: set[int] = set()
        for sign in signs.signs():
            found = by_sign.get(sign)
            named.update(self.rows_of(sign) if found is None else found)
        entries = [by_word.get(word) or self.entry(word) for word in signs.spoken]
        stems = [word.stem for word in signs.spoken]
        paired = [entry.seconds for entry in entries]
        for reach in range(1, SOON + 1):
            named.update([rows[stem] for rows, stem in zip(paired, stems[reach:], strict=False) if stem in rows])
        return Known(named, set(entries), [entry for entry in entries if entry.meant is not None])

    def rows_of(self, sign: "Find | Tone | Pattern") -> tuple[int, ...]:
        if len(self.by_sign) > MANY_SIGNS:
            self.by_sign.clear()
        found = self.by_sign[sign] = tuple({row for name in sign.names() if (row := self.rows.get(name)) is not None})
        return found

    def entry(self, word: "Word") -> Entry:
        if len(self.by_word) > MANY_WORDS:
            self.by_word.clear()
        row_of = self.rows.get
        rows = tuple([row for name in word.names if (row := row_of(name)) is not None])
        meant = None if word.light else self.meanings.get(word.sum)
        weights, leanings = self.columns["any"], self.leanings.get("any")
        found = self.by_word[word] = Entry(
            rows,
            meant,
            self.by_first.get(word.stem, NO_PAIR),
            sum([weights[row] for row in rows]),
            leanings[meant] if leanings and meant is not None else 0.0,
        )
        return found

    def weight_of_entry(self, entry: Entry, column: str) -> float:
        weight = entry.columns.get(column)
        if weight is None:
            weights = self.columns[column]
            weight = entry.columns[column] = sum([weights[row] for row in entry.rows])
        return weight

    def total(self, known: Known, column: str = "any") -> float:
        """What is named, added up; what is meant, added up over the root of the number of words."""
        weights, meant = self.columns[column], known.meant
        total = self.intercepts[column] + sum([weights[row] for row in known.named])
        if column == "any":
            total += sum([entry.weight for entry in known.words])
            return total + sum([entry.leaning for entry in meant]) / sqrt(len(meant)) if meant else total
        total += sum([self.weight_of_entry(entry, column) for entry in known.words])
        leanings = self.leanings.get(column)
        if not meant or leanings is None:
            return total
        return total + sum([leanings[entry.meant or 0] for entry in meant]) / sqrt(len(meant))

    def score(self, signs: "Signs", column: str = "any") -> float:
        return self.total(self.known(signs), column)

    def weight_of(self, find: "Find") -> float:
        """What an expression adds to the verdict by itself."""
        weight = self.by_find.get(find)
        if weight is None:
            if len(self.by_find) > MANY_SIGNS:
                self.by_find.clear()
            weights = self.columns["any"]
            weight = self.by_find[find] = sum([weights[row] for row in self.rows_of(find)])
        return weight

    def weight_of_word(self, word: "Word", column: str) -> float:
        """What a word adds to the verdict and to a column, where no expression explains it."""
        entry = self.by_word.get(word) or self.entry(word)
        weight = entry.weight + self.weight_of_entry(entry, column)
        leanings = self.leanings.get(column)
        if entry.meant is None or leanings is None:
            return weight
        return weight + (entry.leaning + leanings[entry.meant]) / AMONG


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


def read_columns(body: bytes, count: int, scales: list[float]) -> dict[str, Sequence[float]]:
    """Each step stands for one of 255 weights, which all its rows share."""
    columns: dict[str, Sequence[float]] = {}
    for place, (column, scale) in enumerate(zip(COLUMNS, scales, strict=True)):
        weights = [(step if step < 128 else step - 256) * scale for step in range(256)]
        columns[column] = list(map(weights.__getitem__, body[place * count : (place + 1) * count]))
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
    from privacy.screening import opinion

    model = read_file(WEIGHTS)
    model.second = opinion.load()
    return model


@cache
def known_words() -> frozenset[int]:
    """Ordinary words, as sums that cannot be turned back: they are not misspellings of others."""
    sums = array("I")
    sums.frombytes(ORDINARY.read_bytes())
    return frozenset(sums)
