"""The trained linear model that scores notes.

Each feature has eleven weights. One is for the decision whether a note discloses something. Ten are for the categories
of disclosure, such as health.
"""

import gzip
import json
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from math import sqrt
from pathlib import Path
from typing import cast

from screening.expressions.matching import Word
from screening.findings import CATEGORIES
from screening.weights import opinion
from screening.weights.features import SOON, Find, Sign, Signs
from screening.words.spelling import runs_of

WEIGHTS = Path(__file__).parents[1] / "data" / "weights.bin.gz"
COLUMNS = ("any", *CATEGORIES)
MANY_WORDS = 200_000
MANY_SIGNS = 50_000
# An embedding weight is divided by the root of the note's number of words, or by AMONG if a word is weighed alone.
AMONG = 3.0
NO_PAIR: dict[int | None, int] = {}


@dataclass(slots=True, eq=False)
class Entry:
    """What the model stores about a word, for all notes.

    `rows`: indices of the word's features in the lists of weights. `meant`: the word's row in the embedding table.
    `number`: identifies the word's stem as the second word of a pair. `seconds`: number of a second word -> index of
    the pair that begins with this word. `weight` and `leaning`: what the word's features and its embedding add to the
    score for refusal. `category_weights`: what the word's features add to the score of a category, cached by category.
    """

    rows: tuple[int, ...]
    meant: int | None
    number: int | None
    seconds: dict[int | None, int]
    weight: float
    leaning: float
    category_weights: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Known:
    """The features of a note that have weights.

    `named` has the weight indices of its expressions, word pairs and tone. `words` has each word of the note once.
    `meant` has the words that are in the embedding table, each as often as it occurs in the note.
    """

    named: set[int]
    words: set[Entry]
    meant: list[Entry]


@dataclass(slots=True)
class Model:
    """The weights of the linear model.

    `columns` maps "any" (the decision on refusal) and each category to a list of weights. `rows` maps the name of a
    feature to its index in these lists. `leanings` maps the keys of `columns` to lists of weights for the rows of the
    embedding table.
    """

    rows: dict[str, int]
    columns: dict[str, Sequence[float]]
    intercepts: dict[str, float]
    meanings: dict[int, int] = field(default_factory=dict)
    leanings: dict[str, Sequence[float]] = field(default_factory=dict)
    # `second` is the neural network, which also scores a note if the linear model's score is uncertain.
    second: opinion.Opinion | None = None
    # `by_word` and `by_sign` are caches for all notes: the weight indices of each word and of each group of features.
    by_word: dict[Word, Entry] = field(default_factory=dict)
    by_sign: dict[Sign, tuple[int, ...]] = field(default_factory=dict)
    # `by_run` has the weight indices of substrings of words, in a dict of its own, because a small dict is faster.
    by_run: dict[str, int] = field(default_factory=dict)
    # `by_first` has the weight index of each pair of nearby words, by the first word's stem and the second's number.
    # `numbers` has the number of each stem that is second in such a pair, because numbers are looked up faster.
    by_first: dict[str, dict[int | None, int]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        numbers = self.numbers
        for name, row in self.rows.items():
            if name[0] == "h":
                self.by_run[name[2:]] = row
            elif name[0] == "b":
                first, _, second = name[2:].partition("_")
                self.by_first.setdefault(first, {})[numbers.setdefault(second, len(numbers))] = row

    def known(self, signs: Signs) -> Known:
        """Look up the weight indices of a note's features.

        The decision on refusal and all categories use these indices.
        """
        by_word, by_sign = self.by_word, self.by_sign
        entries = [by_word.get(word) or self.entry(word) for word in signs.spoken]
        seconds, numbers = [entry.seconds for entry in entries], [entry.number for entry in entries]
        pairs: list[Iterable[int | None]] = [map(dict.get, seconds, numbers[reach:]) for reach in range(1, SOON + 1)]
        named = set(chain(*[by_sign.get(sign) or self.rows_of(sign) for sign in signs.signs()], *pairs))
        # `dict.get` returned None for pairs without a weight.
        named.discard(None)
        return Known(cast("set[int]", named), set(entries), [entry for entry in entries if entry.meant is not None])

    def rows_of(self, sign: Sign) -> tuple[int, ...]:
        """Return the weight indices of a group of features and, recursively, of the smaller groups in it (`parts`).

        The smaller groups are cached too, because most new groups consist of known smaller groups.
        """
        by_sign = self.by_sign
        cached = by_sign.get(sign)
        if cached is None:
            if len(by_sign) > MANY_SIGNS:
                by_sign.clear()
            rows = [row for name in sign.names() if (row := self.rows.get(name)) is not None]
            cached = by_sign[sign] = tuple({*rows, *chain(*map(self.rows_of, sign.parts()))})
        return cached

    def entry(self, word: Word) -> Entry:
        if len(self.by_word) > MANY_WORDS:
            self.by_word.clear()
        rows = tuple(self.rows_of_word(word))
        meant = None if word.light else self.meanings.get(word.sum)
        leanings = self.leanings.get("any")
        entry = self.by_word[word] = Entry(
            rows,
            meant,
            self.numbers.get(word.stem),
            self.by_first.get(word.stem, NO_PAIR),
            self.weight(rows),
            leanings[meant] if leanings and meant is not None else 0.0,
        )
        return entry

    def rows_of_word(self, word: Word) -> list[int]:
        rows = [row for row in map(self.by_run.get, runs_of(word.norm)) if row is not None]
        row = None if word.light else self.rows.get(f"u:{word.stem}")
        return rows if row is None else [row, *rows]

    def weight(self, rows: Iterable[int], column: str = "any") -> float:
        return sum(map(self.columns[column].__getitem__, rows))

    def total(self, known: Known) -> float:
        """Return the linear model's score of a note, which decides whether the note is refused.

        It is the constant term, plus the weights of all features, plus the embedding weights of the words. The sum of
        the embedding weights is divided by the root of the number of words.
        """
        meant = known.meant
        total = self.intercepts["any"] + self.weight(known.named) + sum([entry.weight for entry in known.words])
        return total + sum([entry.leaning for entry in meant]) / sqrt(len(meant)) if meant else total

    def totals(self, known: Known, columns: Iterable[str]) -> dict[str, float]:
        """Return the scores of a note for the given categories, computed like the score for refusal in `total`."""
        meant = [entry.meant for entry in known.meant if entry.meant is not None]
        sums = {
            column: self.intercepts[column]
            + self.weight(known.named, column)
            + sum([self.category_weight(entry, column) for entry in known.words])
            for column in columns
        }
        if meant:
            for column, leanings in self.leanings.items():
                if column in sums:
                    sums[column] += sum(map(leanings.__getitem__, meant)) / sqrt(len(meant))
        return sums

    def category_weight(self, entry: Entry, category: str) -> float:
        """Return what a word's features add to the score of a category. The result is cached in the entry."""
        weight = entry.category_weights.get(category)
        if weight is None:
            weight = entry.category_weights[category] = self.weight(entry.rows, category)
        return weight

    def score(self, signs: Signs) -> float:
        return self.total(self.known(signs))

    def weight_of(self, find: Find) -> float:
        """Return how much an expression adds to the score that decides whether a note is refused."""
        return self.weight(self.rows_of(find))

    def weight_of_word(self, word: Word, column: str) -> float:
        """Return how much a word adds to the score for refusal plus the score for the category `column`.

        If no expression of the lexicons explains why a note is refused, the words with the highest weights are
        reported.
        """
        entry = self.by_word.get(word) or self.entry(word)
        weight = entry.weight + self.category_weight(entry, column)
        leanings = self.leanings.get(column)
        if entry.meant is None or leanings is None:
            return weight
        return weight + (entry.leaning + leanings[entry.meant]) / AMONG


def steps(weights: Sequence[float]) -> tuple[float, bytes]:
    """Convert weights to signed bytes.

    Returns the scale by which a byte is multiplied to restore a weight, and the bytes.
    """
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
    """Convert the stored bytes to lists of weights: one list for refusal and one per category.

    Equal bytes share one float object to save memory.
    """
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
    model = read_file(WEIGHTS)
    model.second = opinion.load()
    return model
