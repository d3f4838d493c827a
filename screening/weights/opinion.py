"""A small neural network that scores a note if the linear model (model.py) is uncertain whether to refuse it.

The linear model adds one weight per feature. It cannot express that several words, or their order, have a meaning
together. The network looks at windows of five words. Each word has a vector, computed from its stem, its letters, its
meaning and the expressions that contain it. The five vectors of a window give the values of ninety-six hidden units.
The score uses the maximum of each unit over all windows of the text.

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
# To store fractions as integers, vectors of words are multiplied by FINE_WORD and the network's weights by FINE_WEIGHT.
FINE_WORD, FINE_WEIGHT = 256, 1024
# To lose less by rounding, the vectors of a word's features are multiplied by COARSER and their sum is divided by it.
COARSER = 4096
FINEST = FINE_WORD * COARSER
# A signed weight from -128 to 127 is stored as an unsigned byte after adding NOUGHT.
NOUGHT = 128
UNSIGNED = bytes((step + NOUGHT) % 256 for step in range(256))
# The cache `Opinion.by_place` is emptied beyond MANY_PLACES entries, because each takes two kilobytes of memory.
MANY_PLACES = 15_000

# A word without a known feature adds zero to each of the network's five windows that contain the word.
NOTHING = (0,) * WIDTH

# `Itself` is a key of the cache `by_part`: a word, and why the screening ignores the word ("name", "street"... or "").
Itself = tuple[Word, str]
# `Stood` is a word's context: why the word is ignored, the pause before it, and features of expressions around it.
Stood = tuple[str, int, tuple[str, ...]]
# `Place` is a key of the cache `by_place`: a word, why it is ignored, the pause before it, and expression features.
Place = tuple[Word, str, int, tuple[str, ...]]
# `Added` has five packed vectors: what a word adds to the windows in which it is the first, second... fifth word.
Added = tuple[int, ...]


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

    Vectors are packed: one large integer has all coordinates of a vector (see `packed.py`). The matrix `turn` maps a
    word's embedding to a vector. The matrix `runs` maps this vector to what the word adds to the network's hidden
    units, in each of the five windows that contain the word.
    """

    size: int
    rows: dict[str, int]
    vectors: bytes
    scales: Sequence[float]
    turn: list[int]
    runs: list[int]
    # A hidden unit adds to the score what exceeds its threshold in `floors`, times its weight in `weights`.
    floors: list[int]
    weights: list[float]
    intercept: float
    by_place: dict[Place, Added] = field(default_factory=dict)
    by_part: dict[Itself | Stood, Added] = field(default_factory=dict)

    def vector(self, name: str, share: float = 1.0) -> int:
        """Return the packed vector of a feature, multiplied by FINEST and by `share`.

        A word has many features of its letters. For these, `share` is less than 1, so that they do not outweigh the
        others.
        """
        row = self.rows[name]
        spread = bytearray(LANE // 8 * self.size)
        spread[:: LANE // 8] = self.vectors[row * self.size : (row + 1) * self.size]
        return (int.from_bytes(spread, "little") - each(NOUGHT, self.size)) * round(self.scales[row] * share * FINEST)

    def own(self, word: Word, covered: str) -> int:
        """Return the vector of a word without its context, packed into an integer: the sum of the vectors of its
        letters, stem and meaning."""
        runs = [name for name in letters(word, covered) if name in self.rows]
        share = 1 / sqrt(max(1, len(runs)))
        vector = sum([self.vector(name) for name in traits(word, covered) if name in self.rows])
        return vector + sum([self.vector(name, share) for name in runs]) + self.turned(word, covered)

    def turned(self, word: Word, covered: str) -> int:
        """Return the packed vector of a word's meaning, or 0 if the word is not in the embedding table."""
        known = meanings.load()
        row = known.rows.get(word.sum) if is_heard(word, covered) else None
        if row is None:
            return 0
        return weighed(known.coordinates[row * meanings.COORDINATES : (row + 1) * meanings.COORDINATES], self.turn)

    def added(self, vector: int) -> Added:
        """Compute from the vector of a word (or of its context) what it adds to the network's hidden units.

        Returns five packed vectors, one for each window of five words that contains the word.
        """
        if not vector:  # If the model knows no feature of a word, the word's vector is zero.
            return NOTHING
        parts = [(part - MIDDLE) // COARSER for part in unpacked(vector + each(MIDDLE, self.size), self.size)]
        units = len(self.weights)
        whole = unpacked(weighed(parts, self.runs) + each(MIDDLE, WIDTH * units), WIDTH * units)
        middles = each(MIDDLE, units)
        return tuple(
            [int.from_bytes(whole[run * units : (run + 1) * units], "little") - middles for run in range(WIDTH)]
        )

    def known(self, place: Place) -> Added:
        """Return what a word and its context add to the network's hidden units, for each of the five windows that
        contain the word.

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
            vectors = [self.vector(name) for name in surroundings(*place_part) if name in self.rows]
            around = self.by_part[place_part] = self.added(sum(vectors))
        total = self.by_place[place] = tuple(map(add, own, around))
        return total

    def heard(self, reading: Reading) -> list[int]:
        """Return, for each word, the values of the hidden units in the window around the word, as a packed vector.

        MIDDLE is added to each value, because a packed vector can only be unpacked if no value is negative.
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
        """Return, for each word, how much the window around the word adds to the network's score.

        Of each hidden unit, the score uses only the window with the highest value. Other windows add nothing.
        """
        heard = [unpacked(run, len(self.weights)) for run in self.heard(reading)]
        weights = [0.0] * len(heard)
        for column, floor, weight in zip(zip(*heard, strict=True), self.floors, self.weights, strict=False):
            highest = max(column)
            if highest > floor:
                # If a hidden unit is highest in several windows, its score counts for the first of these windows only.
                weights[column.index(highest)] += weight * (highest - floor)
        return weights


def read_file(path: Path) -> Opinion:
    """Read the network from a gzip file.

    The file has a line of JSON, the quantised vectors, their scales, and the weights as integers.
    """
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
    # Each of `rows` has the hidden units' weights for one of the five positions in a window, and one coordinate.
    # Each of `runs` joins the weights of a coordinate for all five positions: one multiplication instead of five.
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
