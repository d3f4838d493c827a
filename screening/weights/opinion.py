"""A small neural network that scores a note when the linear model (model.py) is uncertain whether to refuse it.

The linear model adds one weight per feature. It cannot express that words mean something together or in an order. The
network looks at windows of five words: each word with two words on either side. Each word's features (stem, letters,
meaning, expressions found there) give a vector. The five vectors of a window give the values of ninety-six hidden
units. The score uses, of each unit, the maximum over all windows of the text.

Vectors are packed into integers (screening/weights/packed.py), which is fast enough without a numerical library.
"""

import gzip
import json
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from math import sqrt
from operator import add
from pathlib import Path

from screening.expressions.lexicon import Group
from screening.expressions.matching import Word
from screening.expressions.reading import SILENT, Reading
from screening.weights import meanings
from screening.weights.features import with_doubt
from screening.weights.packed import LANE, MIDDLE, each, higher, packed, unpacked, weighed

OPINION = Path(__file__).parents[1] / "data" / "opinion.bin.gz"
WIDTH = 5
HALF = WIDTH // 2
# Fixed-point scales: word vectors are stored times FINE_WORD, and weights of the network times FINE_WEIGHT.
FINE_WORD, FINE_WEIGHT = 256, 1024
# Vectors are also multiplied by this factor before the sum over a word's features, to keep rounding errors small.
COARSER = 4096
FINEST = FINE_WORD * COARSER
# Offset that stores signed int8 weights as unsigned bytes.
NOUGHT = 128
UNSIGNED = bytes((step + NOUGHT) % 256 for step in range(256))
# Maximum size of the cache `Opinion.by_place`, to limit memory: each of its entries takes two kilobytes.
MANY_PLACES = 15_000

# A word without a known feature contributes zero to each of the five windows that contain the word.
NOTHING = (0,) * WIDTH

# Key of a word in the cache `by_part`: the word, and why the screening ignores it ("name", "street"..., or "").
Itself = tuple[Word, str]
# Key of a word's context in the cache `by_part`: why the word is ignored, the pause before it, expression features.
Stood = tuple[str, int, tuple[str, ...]]
# Key of a word with its context in the cache `by_place`: the word, then the three parts of the key of its context.
Place = tuple[Word, str, int, tuple[str, ...]]
# What a word contributes to each of the five windows that contain it as their first, second... fifth word.
Added = tuple[int, ...]


def is_heard(word: Word, covered: str) -> bool:
    """Whether the network may use the word itself. Of a number, sign or name, it only learns that there is one."""
    return word.is_word and covered not in SILENT


def traits(word: Word, covered: str) -> Iterator[str]:
    """Yield the feature names of a word alone: for its stem, its kind, and the word lists that contain it.

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
    """Feature names of an expression found in a text: its category, lexicon section, strength, and whom it is about."""
    strength = with_doubt(group.strength, faint)
    target = of if group.strength != "hint" else "-"
    return (
        f"f:{group.category}|{strength}",
        f"f:{strength}",
        f"g:{group.category}|{group.name}",
        f"o:{strength}|{target}",
    )


def found_over(reading: Reading) -> list[tuple[str, ...]]:
    """For each word, the features of all expressions that include it."""
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
    """Feature names of a word's context: the pause before the word, and the expressions that include it (`signs`).

    `covered`, if not empty, is the reason why the screening ignores the word, which is a feature too.
    """
    return (f"b:{before}", *((f"c:{covered}",) if covered else ()), *signs)


@dataclass(slots=True)
class Opinion:
    """The network: a quantised vector for each feature, and packed rows of weights.

    The matrix `turn` maps a word's coordinates in the embedding table to a vector. The matrix `runs` maps a word's
    vector to its contributions to the units of the five windows that contain the word.
    """

    size: int
    rows: dict[str, int]
    vectors: bytes
    scales: Sequence[float]
    turn: list[int]
    runs: list[int]
    # `floors` has a threshold per hidden unit, above which its value counts. `weights` has its weight in the score.
    floors: list[int]
    weights: list[float]
    intercept: float
    by_place: dict[Place, Added] = field(default_factory=dict)
    by_part: dict[Itself | Stood, Added] = field(default_factory=dict)

    def vector(self, name: str, share: float = 1.0) -> int:
        """The packed vector of a feature, multiplied by FINEST and by `share`.

        Of some kinds of features a word has several. For them, `share` is less than 1.
        """
        row = self.rows[name]
        spread = bytearray(LANE // 8 * self.size)
        spread[:: LANE // 8] = self.vectors[row * self.size : (row + 1) * self.size]
        return (int.from_bytes(spread, "little") - each(NOUGHT, self.size)) * round(self.scales[row] * share * FINEST)

    def own(self, word: Word, covered: str) -> int:
        """The packed vector of a word itself: of its letters, stem and meaning, but not of its context in the text."""
        runs = [name for name in letters(word, covered) if name in self.rows]
        share = 1 / sqrt(max(1, len(runs)))
        vector = sum([self.vector(name) for name in traits(word, covered) if name in self.rows])
        return vector + sum([self.vector(name, share) for name in runs]) + self.turned(word, covered)

    def turned(self, word: Word, covered: str) -> int:
        """The packed vector of a word's meaning; zero if the word is not in the embedding table."""
        known = meanings.load()
        row = known.rows.get(word.sum) if is_heard(word, covered) else None
        if row is None:
            return 0
        return weighed(known.coordinates[row * meanings.COORDINATES : (row + 1) * meanings.COORDINATES], self.turn)

    def added(self, vector: int) -> Added:
        """Multiply the vector of a word (or of its context) by the matrix `runs`.

        Returns what the word contributes to each of the five windows that contain it.
        """
        if not vector:  # no feature of the word is known
            return NOTHING
        parts = [(part - MIDDLE) // COARSER for part in unpacked(vector + each(MIDDLE, self.size), self.size)]
        units = len(self.weights)
        whole = unpacked(weighed(parts, self.runs) + each(MIDDLE, WIDTH * units), WIDTH * units)
        middles = each(MIDDLE, units)
        return tuple(
            [int.from_bytes(whole[run * units : (run + 1) * units], "little") - middles for run in range(WIDTH)]
        )

    def known(self, place: Place) -> Added:
        """What a word in its context contributes to each of the five windows that contain it.

        It is the sum of the contributions of the word itself and of its context. These two parts are cached separately,
        because most words and contexts recur in new combinations.
        """
        if len(self.by_place) > MANY_PLACES:
            self.by_place.clear()
            self.by_part.clear()
        itself, place_part = place[:2], place[1:]
        own, around = self.by_part.get(itself), self.by_part.get(place_part)
        if own is None:
            own = self.by_part[itself] = self.added(self.own(*itself))
        if around is None:
            vectors = [self.vector(name) for name in surroundings(*place_part) if name in self.rows]
            around = self.by_part[place_part] = self.added(sum(vectors))
        total = self.by_place[place] = tuple(map(add, own, around))
        return total

    def heard(self, reading: Reading) -> list[int]:
        """Return a packed vector per word: the values of the hidden units in the window around the word, plus MIDDLE.

        MIDDLE is added because the coordinates of a packed vector must not be negative when it is unpacked.
        """
        by_place = self.by_place
        stood = [by_place.get(place) or self.known(place) for place in places(reading)]
        if not stood:
            return []
        middles, none = each(MIDDLE, len(self.weights)), [0] * HALF
        first, second, third, fourth, fifth = zip(*stood, strict=True)
        shifted = ([*none, *first], [0, *second], third, [*fourth[1:], 0], [*fifth[2:], *none])
        return [middles + a + b + c + d + e for a, b, c, d, e in zip(*shifted, strict=False)]

    def score(self, reading: Reading) -> float:
        heard, units = self.heard(reading), len(self.weights)
        if not heard:
            return self.intercept
        tops, highest = each(MIDDLE << 1, units), heard[0]
        for other in heard:
            highest = higher(highest, other, tops)
        numbers = zip(unpacked(highest, units), self.floors, self.weights, strict=True)
        return self.intercept + sum([weight * (number - floor) for number, floor, weight in numbers if number > floor])

    def by_word(self, reading: Reading) -> list[float]:
        """Return, per word, how much the window around the word adds to the network's score.

        Each hidden unit adds to the score only in the window where its value is highest.
        """
        heard = [unpacked(run, len(self.weights)) for run in self.heard(reading)]
        weights = [0.0] * len(heard)
        for column, floor, weight in zip(zip(*heard, strict=True), self.floors, self.weights, strict=False):
            highest = max(column)
            if highest > floor:
                # If a hidden unit has its highest value in several windows, it counts for the first of these windows.
                weights[column.index(highest)] += weight * (highest - floor)
        return weights


def read_file(path: Path) -> Opinion:
    """Read the network from a gzip file: a line of JSON, the quantised vectors, their scales, integer weights."""
    line, _, body = gzip.decompress(path.read_bytes()).partition(b"\n")
    head = json.loads(line)
    names, size, units = head["names"], head["size"], head["units"]
    vectors = body[: len(names) * size].translate(UNSIGNED)
    scales, weights = array("f"), array("h")
    after = len(names) * size
    scales.frombytes(body[after : after + 4 * len(names)])
    weights.frombytes(body[after + 4 * len(names) :])
    first = meanings.COORDINATES * size
    turn = [round(weight * FINEST / (FINE_WEIGHT * meanings.STEPS)) for weight in weights[:first]]
    # `rows` has one row of weights per combination of a position in the window and a coordinate of a word's vector.
    # `runs` joins the rows of a coordinate for all five positions, so that one multiplication serves all of them.
    rows = [weights[at : at + units] for at in range(first, len(weights), units)]
    runs = [packed([weight for row in rows[part::size] for weight in row]) for part in range(size)]
    fine = FINE_WORD * FINE_WEIGHT
    return Opinion(
        size,
        dict(zip(names, range(len(names)), strict=True)),
        vectors,
        scales,
        [packed(turn[at : at + size]) for at in range(0, first, size)],
        runs,
        [MIDDLE - round(bias * fine) for bias in head["biases"]],
        [weight / fine for weight in head["weights"]],
        head["intercept"],
    )


@cache
def load() -> Opinion:
    return read_file(OPINION)
