"""A second opinion where the weights hesitate: what each run of five words says, by a net of one hidden layer.

The weights add up words and cannot say "these, together, in this order". The net reads each word with the two before
and the two after it: what a word is (its stem, its letters, where it stands among all others, what was found
there) makes a short vector, five of them make ninety-six numbers, and of each number the highest in the text counts.

Its vectors are packed numbers (privacy/screening/packed.py): no other library is needed to be quick enough.
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

from privacy.screening import meanings
from privacy.screening.features import told
from privacy.screening.lexicon import Group
from privacy.screening.matching import Word
from privacy.screening.packed import LANE, MIDDLE, each, higher, packed, unpacked, weighed
from privacy.screening.reading import SILENT, Reading

OPINION = Path(__file__).parent / "data" / "opinion.bin.gz"
WIDTH = 5
HALF = WIDTH // 2
# How finely a word's vector and a weight are told from the next, in whole numbers.
FINE_WORD, FINE_WEIGHT = 256, 1024
# While it is put together it is told as much finer.
COARSER = 4096
FINEST = FINE_WORD * COARSER
# A step of a scale without its sign.
NOUGHT = 128
UNSIGNED = bytes((step + NOUGHT) % 256 for step in range(256))
# Two kilobytes each.
MANY_PLACES = 15_000

# Contribution of an unknown word's vector.
NOTHING = (0,) * WIDTH

# A word, and why it says nothing.
Itself = tuple[Word, str]
# Why a word says nothing, what stands before it, what was found over it: whichever word it is.
Stood = tuple[str, int, tuple[str, ...]]
# Both of these: a word where it stands.
Place = tuple[Word, str, int, tuple[str, ...]]
# What a word adds to each of the five runs that it stands in, packed: to that in which it is first, second... fifth.
Added = tuple[int, ...]


def is_heard(word: Word, covered: str) -> bool:
    """Whether a word is more to the net than that something stands there."""
    return word.is_word and covered not in SILENT


def traits(word: Word, covered: str) -> Iterator[str]:
    """What a word brings wherever it stands, its runs of letters and its meaning apart."""
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
    """What was found, how sure, of whom it is said."""
    strength = told(group.strength, faint)
    said = of if group.strength != "hint" else "-"
    return (
        f"f:{group.category}|{strength}",
        f"f:{strength}",
        f"g:{group.category}|{group.name}",
        f"o:{strength}|{said}",
    )


def found_over(reading: Reading) -> list[tuple[str, ...]]:
    """For each word what was found over it."""
    over: list[tuple[str, ...]] = [()] * len(reading.words)
    for hit, said in reading.found:
        found = signs_of(hit.group, hit.faint, said.of)
        for at in range(hit.first - reading.shift, hit.last + 1 - reading.shift):
            over[at] = tuple(sorted({*over[at], *found})) if over[at] else found
    return over


def places(reading: Reading) -> list[Place]:
    before = [token.before for token in reading.tokens]
    return list(zip(reading.words, reading.covered, before, found_over(reading), strict=True))


def surroundings(covered: str, before: int, found: tuple[str, ...]) -> tuple[str, ...]:
    """What is known of a word by where it stands."""
    return (f"b:{before}", *((f"c:{covered}",) if covered else ()), *found)


@dataclass(slots=True)
class Opinion:
    """The net: a vector for each trait, as steps of a scale of its own, then packed rows of weights.

    `turn` are the rows that bring a meaning's coordinates to a vector, `runs` those that bring a vector to what it adds
    to each of five runs, side by side.
    """

    size: int
    rows: dict[str, int]
    vectors: bytes
    scales: Sequence[float]
    turn: list[int]
    runs: list[int]
    # From where on a number counts, and for how much.
    floors: list[int]
    weights: list[float]
    intercept: float
    by_place: dict[Place, Added] = field(default_factory=dict)
    by_part: dict[Itself | Stood, Added] = field(default_factory=dict)

    def vector(self, name: str, share: float = 1.0) -> int:
        """What a trait brings, packed, FINEST times as great."""
        row = self.rows[name]
        spread = bytearray(LANE // 8 * self.size)
        spread[:: LANE // 8] = self.vectors[row * self.size : (row + 1) * self.size]
        return (int.from_bytes(spread, "little") - each(NOUGHT, self.size)) * round(self.scales[row] * share * FINEST)

    def own(self, word: Word, covered: str) -> int:
        """What a word is wherever it stands, as a packed vector."""
        runs = [name for name in letters(word, covered) if name in self.rows]
        share = 1 / sqrt(max(1, len(runs)))
        vector = sum([self.vector(name) for name in traits(word, covered) if name in self.rows])
        return vector + sum([self.vector(name, share) for name in runs]) + self.turned(word, covered)

    def turned(self, word: Word, covered: str) -> int:
        """Where a word stands among all others, as a vector; nowhere, if it is not known."""
        known = meanings.load()
        row = known.rows.get(word.sum) if is_heard(word, covered) else None
        if row is None:
            return 0
        return weighed(known.coordinates[row * meanings.COORDINATES : (row + 1) * meanings.COORDINATES], self.turn)

    def added(self, vector: int) -> Added:
        """What a vector adds to the runs that its word stands in."""
        if not vector:  # an unknown word
            return NOTHING
        parts = [(part - MIDDLE) // COARSER for part in unpacked(vector + each(MIDDLE, self.size), self.size)]
        units = len(self.weights)
        whole = unpacked(weighed(parts, self.runs) + each(MIDDLE, WIDTH * units), WIDTH * units)
        middles = each(MIDDLE, units)
        return tuple(
            [int.from_bytes(whole[run * units : (run + 1) * units], "little") - middles for run in range(WIDTH)]
        )

    def known(self, place: Place) -> Added:
        """What a word and its place add to the runs around it: each of the two worked out once."""
        if len(self.by_place) > MANY_PLACES:
            self.by_place.clear()
            self.by_part.clear()
        itself, stood = place[:2], place[1:]
        own, around = self.by_part.get(itself), self.by_part.get(stood)
        if own is None:
            own = self.by_part[itself] = self.added(self.own(*itself))
        if around is None:
            vectors = [self.vector(name) for name in surroundings(*stood) if name in self.rows]
            around = self.by_part[stood] = self.added(sum(vectors))
        found = self.by_place[place] = tuple(map(add, own, around))
        return found

    def heard(self, reading: Reading) -> list[int]:
        """For each word the numbers of the run around it, packed, each greater by MIDDLE."""
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
        """What the runs around each word add to the opinion: a number counts where it is highest."""
        heard = [unpacked(run, len(self.weights)) for run in self.heard(reading)]
        weights = [0.0] * len(heard)
        for column, floor, weight in zip(zip(*heard, strict=True), self.floors, self.weights, strict=False):
            highest = max(column)
            if highest > floor:
                # Of two words at which it is as high, the first.
                weights[column.index(highest)] += weight * (highest - floor)
        return weights


def read_file(path: Path) -> Opinion:
    """A line of JSON, then the vectors' steps, their scales, and the weights of the net as whole numbers."""
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
    # One row a place of the run and part of the vector: the five of a part are put side by side.
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
