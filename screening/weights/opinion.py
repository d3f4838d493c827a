"""A small neural network that scores a note if the linear model (model.py) is uncertain whether to refuse it.

The linear model adds one weight per feature. It cannot express that several words, or their order, have a meaning
together. The network looks at windows of five words. Each word has a vector, computed from its stem, its letters, its
meaning and the expressions that contain it. The five vectors of a window give the values of ninety-six hidden units.
The score uses the maximum of each unit over all windows of the text.

Hidden units are computed as integers, and the score is rounded once (`fsum`). So every machine computes the same score:
the order in which a processor adds numbers does not change it.
"""

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from math import fsum, sqrt
from pathlib import Path

import numpy
from numpy.typing import NDArray

from screening.expressions.lexicon import Group
from screening.expressions.matching import Word
from screening.expressions.reading import SILENT, Reading
from screening.weights import meanings
from screening.weights.features import with_doubt

OPINION = Path(__file__).parents[1] / "data" / "opinion.bin.gz"
WIDTH = 5
HALF = WIDTH // 2
# To store fractions as integers, vectors of words are multiplied by FINE_WORD and the network's weights by FINE_WEIGHT.
FINE_WORD, FINE_WEIGHT = 256, 1024
# To lose less by rounding, the vectors of a word's features are multiplied by COARSER and their sum is divided by it.
COARSER = 4096
FINEST = FINE_WORD * COARSER
# The cache `Opinion.by_place` is emptied beyond MANY_PLACES entries, because each takes two kilobytes of memory.
MANY_PLACES = 15_000

# `Itself` is a key of the cache `by_part`: a word, and why the screening ignores the word ("name", "street"... or "").
Itself = tuple[Word, str]
# `Stood` is a word's context: why the word is ignored, the pause before it, and features of expressions around it.
Stood = tuple[str, int, tuple[str, ...]]
# `Place` is a key of the cache `by_place`: a word, why it is ignored, the pause before it, and expression features.
Place = tuple[Word, str, int, tuple[str, ...]]
# `Added` is what a word adds to the hidden units: a row for each position that the word has in a window of five words,
# with a column for each unit. Sums of five rows fit into 32 bits (tests/screening/test_opinion.py proves it).
Added = NDArray[numpy.int32]


def is_heard(word: Word, covered: str) -> bool:
    """Whether the network may use the word itself.

    Of a number, sign or name, the network only learns that a number, sign or name is at this place.
    """
    return word.is_word and covered not in SILENT


def traits(word: Word, covered: str) -> Iterator[str]:
    """Yield the names of a word's features: its stem, its kind, and the word lists that contain it.

    The method `Opinion.own` adds features of the word's letters and of its meaning.
    """
    if not is_heard(word, covered):
        yield f"k:~{covered}" if covered in SILENT else "k:#" if word.norm.isdigit() else "k:~"
        return
    yield f"u:{word.stem}"
    if word.kind:
        yield f"k:{word.kind}"
    if word.light:
        yield "k:light"
    yield from (f"m:{mark}" for mark in sorted(word.marks))


def letters(word: Word, covered: str) -> list[str]:
    return [name for name in word.names() if name[0] == "h"] if is_heard(word, covered) else []


@lru_cache(maxsize=20_000)
def signs_of(group: Group, faint: bool, of: str) -> tuple[str, ...]:
    """Return the feature names of an expression found in a text.

    They are its category, its lexicon section, its strength, and whom or what it is about.
    """
    strength = with_doubt(group.strength, faint)
    target = of if group.strength != "hint" else "-"
    return (
        f"f:{group.category}|{strength}",
        f"f:{strength}",
        f"g:{group.category}|{group.name}",
        f"o:{strength}|{target}",
    )


def found_over(reading: Reading) -> list[tuple[str, ...]]:
    """Return, for each word of the text, the feature names of all expressions that contain the word."""
    over: list[tuple[str, ...]] = [()] * len(reading.words)
    for hit, target in reading.found_hits:
        signs = signs_of(hit.group, hit.faint, target.of)
        for at in range(hit.first - reading.shift, hit.last + 1 - reading.shift):
            over[at] = tuple(sorted({*over[at], *signs})) if over[at] else signs
    return over


def places(reading: Reading) -> list[Place]:
    before = [token.before for token in reading.tokens]
    return list(zip(reading.words, reading.covered, before, found_over(reading), strict=True))


def surroundings(covered: str, before: int, signs: tuple[str, ...]) -> tuple[str, ...]:
    """Return the feature names of a word's context.

    They are the kind of pause before the word, why the screening ignores the word (`covered`, if not empty), and the
    features of the expressions that contain the word (`signs`).
    """
    return (f"b:{before}", *((f"c:{covered}",) if covered else ()), *signs)


@dataclass(slots=True)
class Opinion:
    """The neural network, which scores a note from windows of five words.

    `rows` maps the name of a feature to its row in `vectors`, whose values are multiplied by the row's number in
    `scales`. The matrix `turn` maps a word's embedding to a vector. The matrix `runs` maps this vector to what the word
    adds to the network's hidden units, in each of the five windows that contain the word.
    """

    rows: dict[str, int]
    vectors: NDArray[numpy.int8]
    scales: NDArray[numpy.float64]
    turn: NDArray[numpy.int64]
    runs: NDArray[numpy.int32]
    # A hidden unit adds to the score what exceeds its threshold in `floors`, times its weight in `weights`.
    floors: NDArray[numpy.int64]
    weights: NDArray[numpy.float64]
    intercept: float
    by_place: dict[Place, Added] = field(default_factory=dict)
    by_part: dict[Itself | Stood, Added] = field(default_factory=dict)

    def vector(self, names: Sequence[str], of_letters: Sequence[str] = ()) -> NDArray[numpy.int64]:
        """Return the sum of the vectors of the given features, multiplied by FINEST. Features without a vector add
        nothing.

        A word has many features of its letters (`of_letters`). Their vectors are divided by the square root of their
        number, so that they do not outweigh the others.
        """
        whole = [self.rows[name] for name in names if name in self.rows]
        divided = [self.rows[name] for name in of_letters if name in self.rows]
        shares = [1.0] * len(whole) + [1 / sqrt(max(1, len(divided)))] * len(divided)
        rows = whole + divided
        factors = (self.scales[rows] * shares * FINEST).round().astype(numpy.int64)
        vector: NDArray[numpy.int64] = numpy.einsum("i,ij->j", factors, self.vectors[rows])
        return vector

    def own(self, word: Word, covered: str) -> NDArray[numpy.int64]:
        """Return the vector of a word without its context: the sum of the vectors of its letters, stem and meaning."""
        vector = self.vector(list(traits(word, covered)), letters(word, covered))
        known = meanings.load()
        row = known.rows.get(word.sum) if is_heard(word, covered) else None
        if row is None:
            return vector
        meant = known.coordinates[row * meanings.COORDINATES : (row + 1) * meanings.COORDINATES]
        turned: NDArray[numpy.int64] = numpy.einsum("i,ij->j", numpy.frombuffer(meant, numpy.int8), self.turn)
        return vector + turned

    def added(self, vector: NDArray[numpy.int64]) -> Added:
        """Compute from the vector of a word (or of its context) what it adds to the network's hidden units."""
        parts = (vector // COARSER).astype(numpy.int32)
        by_run: Added = numpy.einsum("i,ij->j", parts, self.runs)
        return by_run.reshape(WIDTH, -1)

    def known(self, place: Place) -> Added:
        """Return what a word and its context add to the network's hidden units.

        Words and contexts are cached separately, because the same words and contexts recur in new combinations.
        """
        if len(self.by_place) > MANY_PLACES:
            self.by_place.clear()
            self.by_part.clear()
        itself, place_part = place[:2], place[1:]
        own, around = self.by_part.get(itself), self.by_part.get(place_part)
        if own is None:
            own = self.by_part[itself] = self.added(self.own(*itself))
        if around is None:
            around = self.by_part[place_part] = self.added(self.vector(surroundings(*place_part)))
        total = self.by_place[place] = own + around
        return total

    def heard(self, reading: Reading) -> NDArray[numpy.int32]:
        """Return, for each word, the values of the hidden units in the window around the word, as a row."""
        cached = self.by_place.get
        stood = [added if (added := cached(place)) is not None else self.known(place) for place in places(reading)]
        count, units = len(stood), len(self.weights)
        by_run = numpy.concatenate(stood).reshape(count, WIDTH, units)
        windows = numpy.zeros((count + WIDTH - 1, units), numpy.int32)
        for run in range(WIDTH):
            windows[WIDTH - 1 - run : WIDTH - 1 - run + count] += by_run[:, run]
        return windows[HALF : HALF + count]

    def score(self, reading: Reading) -> float:
        if not reading.words:
            return self.intercept
        excess = numpy.maximum(self.heard(reading).max(0) - self.floors, 0)
        return fsum([self.intercept, *(excess * self.weights).tolist()])

    def by_word(self, reading: Reading) -> list[float]:
        """Return, for each word, how much the window around the word adds to the network's score.

        Of each hidden unit, the score uses only the window with the highest value, or the first of several. Other
        windows add nothing.
        """
        if not reading.words:
            return []
        heard = self.heard(reading)
        excess = numpy.maximum(heard.max(0) - self.floors, 0)
        weights: list[float] = numpy.bincount(heard.argmax(0), excess * self.weights, len(heard)).tolist()
        return weights


def read_file(path: Path) -> Opinion:
    """Read the network from a gzip file.

    The file has a line of JSON, the quantised vectors, their scales, and the weights as integers.
    """
    line, _, body = gzip.decompress(path.read_bytes()).partition(b"\n")
    head = json.loads(line)
    names, size, units = head["names"], head["size"], head["units"]
    count, first = len(names) * size, meanings.COORDINATES * size
    vectors = numpy.frombuffer(body, numpy.int8, count).reshape(-1, size)
    scales = numpy.frombuffer(body, numpy.float32, len(names), count).astype(numpy.float64)
    weights = numpy.frombuffer(body, numpy.int16, offset=count + 4 * len(names)).astype(numpy.int32)
    turn = (weights[:first] * (FINEST / (FINE_WEIGHT * meanings.STEPS))).round().astype(numpy.int64)
    # Each of `rows` has the hidden units' weights for one of the five positions in a window, and one coordinate.
    # Each row of `runs` joins the weights of a coordinate for all five positions.
    rows = weights[first:].reshape(WIDTH, size, units)
    runs = numpy.ascontiguousarray(rows.transpose(1, 0, 2)).reshape(size, WIDTH * units)
    fine = FINE_WORD * FINE_WEIGHT
    return Opinion(
        dict(zip(names, range(len(names)), strict=True)),
        vectors,
        scales,
        turn.reshape(-1, size),
        runs,
        -(numpy.array(head["biases"]) * fine).round().astype(numpy.int64),
        numpy.array(head["weights"]) / fine,
        head["intercept"],
    )


@cache
def load() -> Opinion:
    return read_file(OPINION)
