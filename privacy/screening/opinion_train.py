"""How the second opinion is learnt: numpy, for training alone. `python -m privacy.screening.train` calls it.

Beside the notes it learns from what their writers marked: a sentence in which no disclosing words stand is lawful, and
so is the wording proposed in place of a note that discloses. They count for half.
"""

import gzip
import json
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

from privacy.screening import meanings
from privacy.screening.model import COLUMNS
from privacy.screening.opinion import (
    FINE_WEIGHT,
    HALF,
    OPINION,
    WIDTH,
    Opinion,
    is_heard,
    letters,
    places,
    read_file,
    surroundings,
    traits,
)
from privacy.screening.reading import Reading, read, sentences
from privacy.screening.written import Note

SIZE, UNITS = 48, 96
# What is met less often in the notes says nothing.
SEEN_AT_LEAST = {"u": 2, "h": 4, "f": 3, "g": 3, "o": 3}
# A longer text is heard so far when it is learnt from.
LONGEST = 60
BESIDE = 0.5
EPOCHS, BATCH, PACE, WARMING = 6, 128, 3e-3, 100
# What is left out at random, so that no trait is relied on alone: words, parts of their vectors, numbers of a note.
NO_WORD, NO_PART, NO_NUMBER = 0.1, 0.25, 0.3
# How much naming the category counts, beside the verdict: what they share is learnt from both.
NAMING = 0.3
DOUBT = 0.02
DECAY = 0.02
SEED = 0


@dataclass(frozen=True, slots=True)
class Example:
    reading: Reading
    labels: frozenset[str]
    counts: float


def labels_between(note: Note, start: int, end: int) -> frozenset[str]:
    """What is disclosed by the words marked between two places of a note."""
    found = ((note.text.find(words), len(words), category) for words, category in note.marked)
    return frozenset(category for at, length, category in found if 0 <= at < end and at + length > start)


def examples(notes: Sequence[Note], readings: Sequence[Reading]) -> Iterator[Example]:
    """The notes, each sentence alone, and the wordings proposed."""
    for note, reading in zip(notes, readings, strict=True):
        yield Example(reading, note.labels, note.counts)
    for note, reading in zip(notes, readings, strict=True):
        for sentence in sentences(reading):
            last = len(sentence.tokens) - 1
            start, end = (
                sentence.places[0] + sentence.tokens[0].start,
                sentence.places[last] + sentence.tokens[last].end,
            )
            yield Example(sentence, labels_between(note, start, end), note.counts * BESIDE)
    for note in notes:
        if note.neutral:
            yield Example(read(note.neutral), frozenset(), note.counts * BESIDE)


class Heard:
    """All examples as numbers: of each word where it stands its kind, of each kind its traits.

    A kind is a word with what covers it; `traits` (kinds by traits) and `meant` (kinds by coordinates) say what it is,
    `around` (words of all examples by traits) where it stands; `starts` are the first words of the examples.
    """

    def __init__(self, learnt_from: Sequence[Example]) -> None:
        import numpy

        stood = [places(one.reading)[:LONGEST] for one in learnt_from]
        kinds: dict[tuple[Any, str], int] = {}
        self.words = numpy.array([kinds.setdefault(place[:2], len(kinds)) for note in stood for place in note])
        self.lengths = numpy.array([len(note) for note in stood])
        self.starts = numpy.concatenate([[0], self.lengths.cumsum()])
        own = [[*traits(*kind), *letters(*kind)] for kind in kinds]
        around = [surroundings(*place[1:]) for note in stood for place in note]
        met = Counter(name for names in around for name in names)
        for kind, count in Counter(self.words.tolist()).items():
            met.update(dict.fromkeys(own[kind], count))
        kept = sorted(name for name, count in met.items() if count >= SEEN_AT_LEAST.get(name[0], 1))
        self.rows = {name: row for row, name in enumerate(kept)}
        self.traits = self.matrix(own)
        self.around = self.matrix(around)
        self.meant = coordinates(list(kinds))
        self.wanted = numpy.array([[bool(one.labels), *(c in one.labels for c in COLUMNS[1:])] for one in learnt_from])
        counts = numpy.array([one.counts for one in learnt_from])
        self.counts = (counts / counts.mean()).astype("float32")

    def matrix(self, named: Sequence[Sequence[str]]):  # type: ignore[no-untyped-def]
        """Each trait for one, runs of letters for the root of their number in all."""
        from scipy.sparse import csr_matrix

        values, columns, ends = [], [], [0]
        for names in named:
            known = sorted(name for name in names if name in self.rows)
            share = 1 / sqrt(max(1, sum(name[0] == "h" for name in known)))
            columns += [self.rows[name] for name in known]
            values += [share if name[0] == "h" else 1.0 for name in known]
            ends.append(len(columns))
        return csr_matrix((values, columns, ends), shape=(len(named), len(self.rows)), dtype="float32")


def coordinates(kinds: Sequence[tuple[Any, str]]):  # type: ignore[no-untyped-def]
    """Of each kind of word where it stands among all others; nowhere, for what is covered or not known."""
    import numpy

    known = meanings.load()
    every = numpy.asarray(known.coordinates, dtype="float32").reshape(-1, meanings.COORDINATES) / meanings.STEPS
    found = numpy.zeros((len(kinds), meanings.COORDINATES), dtype="float32")
    for at, (word, covered) in enumerate(kinds):
        if is_heard(word, covered) and word.sum in known.rows:
            found[at] = every[known.rows[word.sum]]
    return found


class Batch:
    """Some examples: their words, in which of them and at what place each stands, and the kinds of word there are."""

    def __init__(self, heard: Heard, chosen: Any) -> None:
        import numpy

        self.lengths = heard.lengths[chosen]
        self.longest = max(int(self.lengths.max()), 1)
        self.note = numpy.repeat(numpy.arange(len(chosen)), self.lengths)
        self.at = numpy.concatenate([numpy.arange(length) for length in self.lengths])
        self.words = heard.starts[chosen][self.note] + self.at
        self.kinds, self.which = numpy.unique(heard.words[self.words], return_inverse=True)


class Net:
    """One hidden layer over runs of five words, the highest of each unit, and a line over these."""

    def __init__(self, heard: Heard) -> None:
        from numpy import float32, full, sqrt, zeros
        from numpy.random import default_rng

        self.heard = heard
        self.chance = default_rng(SEED)

        def drawn(rows: int, columns: int, spread: float):  # type: ignore[no-untyped-def]
            return (self.chance.standard_normal((rows, columns)) * spread).astype(float32)

        self.parts = {
            "traits": drawn(len(heard.rows), SIZE, 0.05),
            "turn": drawn(meanings.COORDINATES, SIZE, 1.5 / sqrt(meanings.COORDINATES)),
            "runs": drawn(WIDTH * SIZE, UNITS, sqrt(2 / (WIDTH * SIZE))),
            "biases": zeros(UNITS, float32),
            "weights": drawn(UNITS, len(COLUMNS), 0.1),
            "intercepts": full(len(COLUMNS), -1, float32),
        }

    def kept(self, shape: tuple[int, ...], left_out: float):  # type: ignore[no-untyped-def]
        """What stays when some are left out at random, made greater by as much."""
        return (self.chance.random(shape, dtype="float32") > left_out).astype("float32") / (1 - left_out)

    def spaced(self, batch: "Batch", vectors: Any):  # type: ignore[no-untyped-def]
        """Words of each example in a row, with room for a run at both ends."""
        from numpy import zeros

        found = zeros((len(batch.lengths), batch.longest + 2 * HALF, SIZE), "float32")
        found[batch.note, batch.at + HALF] = vectors
        return found

    def highest(self, batch: "Batch", runs: Any):  # type: ignore[no-untyped-def]
        """Of each example and unit the greatest number, and at which word it stands."""
        from numpy import arange, take_along_axis

        units = (runs @ self.parts["runs"] + self.parts["biases"]).reshape(-1, batch.longest, UNITS)
        units[arange(batch.longest)[None, :] >= batch.lengths[:, None]] = -1e9
        at = units.argmax(1)[:, None]
        return take_along_axis(units, at, 1)[:, 0], at

    def back(self, batch: "Batch", by_unit: Any):  # type: ignore[no-untyped-def]
        """From what is wrong at each run to what is wrong at each word."""
        from numpy import zeros

        by_run = (by_unit @ self.parts["runs"].T).reshape(-1, batch.longest, WIDTH * SIZE)
        found = zeros((len(by_run), batch.longest + 2 * HALF, SIZE), "float32")
        for run in range(WIDTH):
            found[:, run : run + batch.longest] += by_run[:, :, run * SIZE : (run + 1) * SIZE]
        return found[batch.note, batch.at + HALF]

    def slopes(self, chosen: Any) -> dict[str, Any]:
        """Which way each part would lessen the error over some examples."""
        from numpy import concatenate, put_along_axis, zeros

        heard, parts, batch = self.heard, self.parts, Batch(self.heard, chosen)
        own, meant, around = heard.traits[batch.kinds], heard.meant[batch.kinds], heard.around[batch.words]
        some = self.kept((len(batch.words), 1), NO_WORD) * (1 - NO_WORD)
        most = self.kept((len(batch.words), SIZE), NO_PART)
        by_kind = own @ parts["traits"] + meant @ parts["turn"]
        spaced = self.spaced(batch, (by_kind[batch.which] * some + around @ parts["traits"]) * most)
        runs = concatenate([spaced[:, run : run + batch.longest] for run in range(WIDTH)], 2)
        runs = runs.reshape(-1, WIDTH * SIZE)
        top, at = self.highest(batch, runs)
        heeded = self.kept(top.shape, NO_NUMBER) * (top > 0)
        given = self.errors(chosen, (top * heeded) @ parts["weights"] + parts["intercepts"])
        by_run = zeros((len(chosen), batch.longest, UNITS), "float32")
        put_along_axis(by_run, at, ((given @ parts["weights"].T) * heeded)[:, None], 1)
        by_unit = by_run.reshape(-1, UNITS)
        by_word = self.back(batch, by_unit) * most
        by_kind = added_up(batch.which, by_word * some, len(batch.kinds))
        return {
            "traits": own.T @ by_kind + around.T @ by_word,
            "turn": meant.T @ by_kind,
            "runs": runs.T @ by_unit,
            "biases": by_unit.sum(0),
            "weights": (top * heeded).T @ given,
            "intercepts": given.sum(0),
        }

    def errors(self, batch: Any, answers: Any):  # type: ignore[no-untyped-def]
        """What is said too much of each column; a writer may be wrong once in a hundred."""
        from numpy import array, exp

        wanted = self.heard.wanted[batch] * (1 - 2 * DOUBT) + DOUBT
        columns = array([1.0, *[NAMING] * (len(COLUMNS) - 1)])
        said = (1 / (1 + exp(-answers)) - wanted) * columns * self.heard.counts[batch][:, None] / len(batch)
        return said.astype("float32")


def added_up(which: Any, values: Any, count: int):  # type: ignore[no-untyped-def]
    from numpy import arange, ones
    from scipy.sparse import csr_matrix

    return csr_matrix((ones(len(which), "float32"), (which, arange(len(which)))), shape=(count, len(which))) @ values


def stepper(parts: dict[str, Any]) -> Callable[[dict[str, Any], float], None]:
    """Adam (Kingma and Ba, 2015), with weights drawn to nought apart from the slope (Loshchilov and Hutter, 2019)."""
    from numpy import sqrt, zeros_like

    means, squares = ({name: zeros_like(part) for name, part in parts.items()} for _ in range(2))
    steps = [0]

    def step(slopes: dict[str, Any], pace: float) -> None:
        steps[0] += 1
        for name, slope in slopes.items():
            mean, square, part = means[name], squares[name], parts[name]
            mean += 0.1 * (slope - mean)
            square += 0.01 * (slope * slope - square)
            if part.ndim > 1 and name != "turn":
                part *= 1 - pace * DECAY
            root = sqrt(square / (1 - 0.99 ** steps[0])) + 1e-7
            part -= pace * (mean / (1 - 0.9 ** steps[0])) / root

    return step


def batches(net: Net) -> list[Any]:
    """Examples of about one length together, in an order drawn anew."""
    from numpy import argsort

    lengths = net.heard.lengths
    order = argsort(lengths + net.chance.random(len(lengths)) * 6)
    found = [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
    return [found[at] for at in net.chance.permutation(len(found))]


def learn(notes: Sequence[Note], readings: Sequence[Reading], path: Path = OPINION) -> Opinion:
    """Learnt, written and read again: what is judged by is what is kept."""
    heard = Heard(list(examples(notes, readings)))
    net = Net(heard)
    step, done = stepper(net.parts), 0
    every = EPOCHS * -(-len(heard.lengths) // BATCH)
    for _ in range(EPOCHS):
        for batch in batches(net):
            done += 1
            step(net.slopes(batch), PACE * min(1, done / WARMING) * (1 - 0.95 * done / every))
    write(net, path)
    return read_file(path)


def write(net: Net, path: Path) -> None:
    from numpy import abs as sizes
    from numpy import concatenate

    traits, parts = net.parts["traits"], net.parts
    scales = sizes(traits).max(1) / 127 + 1e-9
    matrices = concatenate([parts["turn"].ravel(), parts["runs"].ravel()]) * FINE_WEIGHT
    head = {
        "names": list(net.heard.rows),
        "size": SIZE,
        "units": UNITS,
        "biases": parts["biases"].tolist(),
        "weights": parts["weights"][:, 0].tolist(),
        "intercept": float(parts["intercepts"][0]),
    }
    line = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    steps = (traits / scales[:, None]).round().astype("int8").tobytes()
    weights = array("h", matrices.round().astype("int16").tolist()).tobytes()
    path.write_bytes(
        gzip.compress(line + steps + scales.astype("float32").tobytes() + weights, compresslevel=9, mtime=0)
    )
