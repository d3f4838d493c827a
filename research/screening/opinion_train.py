"""Trains the neural network of the screening with numpy. `python -m research.screening.train` calls this module.

The network learns from the training notes. It also learns from each sentence of these notes, and from lawful
wordings that were proposed for some notes. These additional examples have half the weight of a note.
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

from research.screening.written import Note
from screening.expressions.reading import Reading, parse_text, sentences
from screening.weights import meanings
from screening.weights.model import COLUMNS
from screening.weights.opinion import (
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

SIZE, UNITS = 48, 96
# Minimum number of occurrences in the training examples, by kind of feature. Rarer features are ignored.
SEEN_AT_LEAST = {"u": 2, "h": 4, "f": 3, "g": 3, "o": 3}
# Maximum number of words of a training text. Longer texts are cut.
LONGEST = 60
BESIDE = 0.5
EPOCHS, BATCH, PACE, WARMING = 6, 128, 3e-3, 100
# Dropout rates: of words (NO_WORD), of parts of word vectors (NO_PART) and of hidden units (NO_NUMBER).
NO_WORD, NO_PART, NO_NUMBER = 0.1, 0.25, 0.3
# Weight of the loss for categories, relative to the loss for the verdict. Both losses train the same hidden layer.
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
    """Return the categories of the marked words that overlap the range from `start` to `end` of a note."""
    marked = ((note.text.find(words), len(words), category) for words, category in note.marked)
    return frozenset(category for at, length, category in marked if 0 <= at < end and at + length > start)


def examples(notes: Sequence[Note], readings: Sequence[Reading]) -> Iterator[Example]:
    """Yield the training examples: the notes, each of their sentences, and lawful wordings proposed for some notes."""
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
            yield Example(parse_text(note.neutral), frozenset(), note.counts * BESIDE)


class Heard:
    """The training examples as matrices. A "kind" is a distinct word, together with the reason for ignoring it, if any.

    `words`: the kind of each word in the examples. `starts`: the index of each example's first word. `traits` and
    `meant`: a row for each kind, with its features and its embedding coordinates. `around`: a row for each word, with
    the features of its context.
    """

    def __init__(self, learnt_from: Sequence[Example]) -> None:
        import numpy

        placed = [places(example.reading)[:LONGEST] for example in learnt_from]
        kinds: dict[tuple[Any, str], int] = {}
        self.words = numpy.array([kinds.setdefault(place[:2], len(kinds)) for note in placed for place in note])
        self.lengths = numpy.array([len(note) for note in placed])
        self.starts = numpy.concatenate([[0], self.lengths.cumsum()])
        own = [[*traits(*kind), *letters(*kind)] for kind in kinds]
        around = [surroundings(*place[1:]) for note in placed for place in note]
        met = Counter(name for names in around for name in names)
        for kind, count in Counter(self.words.tolist()).items():
            met.update(dict.fromkeys(own[kind], count))
        frequent = sorted(name for name, count in met.items() if count >= SEEN_AT_LEAST.get(name[0], 1))
        self.rows = {name: row for row, name in enumerate(frequent)}
        self.traits = self.matrix(own)
        self.around = self.matrix(around)
        self.meant = coordinates(list(kinds))
        self.wanted = numpy.array(
            [[bool(example.labels), *(c in example.labels for c in COLUMNS[1:])] for example in learnt_from]
        )
        counts = numpy.array([example.counts for example in learnt_from])
        self.counts = (counts / counts.mean()).astype("float32")

    def matrix(self, named: Sequence[Sequence[str]]):  # type: ignore[no-untyped-def]
        """Return a sparse matrix with a row for each list of feature names.

        A feature has the value 1. But if the feature is a substring of a word (its name begins with "h"), its value
        is 1 divided by the square root of the number of substrings in the row.
        """
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
    """Return the embedding coordinates of each distinct word: zeros for an ignored word or one without an embedding."""
    import numpy

    known = meanings.load()
    every = numpy.asarray(known.coordinates, dtype="float32").reshape(-1, meanings.COORDINATES) / meanings.STEPS
    result = numpy.zeros((len(kinds), meanings.COORDINATES), dtype="float32")
    for at, (word, covered) in enumerate(kinds):
        if is_heard(word, covered) and word.sum in known.rows:
            result[at] = every[known.rows[word.sum]]
    return result


class Batch:
    """The examples of one training step: their words, the kinds of these words, and each word's example and
    position."""

    def __init__(self, heard: Heard, chosen: Any) -> None:
        import numpy

        self.lengths = heard.lengths[chosen]
        self.longest = max(int(self.lengths.max()), 1)
        self.note = numpy.repeat(numpy.arange(len(chosen)), self.lengths)
        self.at = numpy.concatenate([numpy.arange(length) for length in self.lengths])
        self.words = heard.starts[chosen][self.note] + self.at
        self.kinds, self.which = numpy.unique(heard.words[self.words], return_inverse=True)


class Net:
    """The network: a hidden layer over windows of five words, max pooling over all windows, and a linear output
    layer."""

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

    def dropout(self, shape: tuple[int, ...], left_out: float):  # type: ignore[no-untyped-def]
        """Return a random dropout mask. Values are 0 or, to preserve the mean, 1 / (1 - left_out)."""
        return (self.chance.random(shape, dtype="float32") > left_out).astype("float32") / (1 - left_out)

    def spaced(self, batch: "Batch", vectors: Any):  # type: ignore[no-untyped-def]
        """Arrange the word vectors by example and position. Each example gets zeros before its first word and after its
        last word, so that windows of words can be centred on these two words as well."""
        from numpy import zeros

        padded = zeros((len(batch.lengths), batch.longest + 2 * HALF, SIZE), "float32")
        padded[batch.note, batch.at + HALF] = vectors
        return padded

    def highest(self, batch: "Batch", runs: Any):  # type: ignore[no-untyped-def]
        """Return, for each example and each hidden unit, the unit's highest value over all windows of neighbouring
        words, and the position of that window."""
        from numpy import arange, take_along_axis

        units = (runs @ self.parts["runs"] + self.parts["biases"]).reshape(-1, batch.longest, UNITS)
        units[arange(batch.longest)[None, :] >= batch.lengths[:, None]] = -1e9
        at = units.argmax(1)[:, None]
        return take_along_axis(units, at, 1)[:, 0], at

    def back(self, batch: "Batch", by_unit: Any):  # type: ignore[no-untyped-def]
        """Propagate the gradients of windows of neighbouring words back to the words. A word gets the sum over all
        windows that contain it."""
        from numpy import zeros

        by_run = (by_unit @ self.parts["runs"].T).reshape(-1, batch.longest, WIDTH * SIZE)
        by_word = zeros((len(by_run), batch.longest + 2 * HALF, SIZE), "float32")
        for run in range(WIDTH):
            by_word[:, run : run + batch.longest] += by_run[:, :, run * SIZE : (run + 1) * SIZE]
        return by_word[batch.note, batch.at + HALF]

    def slopes(self, chosen: Any) -> dict[str, Any]:
        """Return the gradients of all parameters of the network for the examples of one training step."""
        from numpy import concatenate, put_along_axis, zeros

        heard, parts, batch = self.heard, self.parts, Batch(self.heard, chosen)
        own, meant, around = heard.traits[batch.kinds], heard.meant[batch.kinds], heard.around[batch.words]
        word_mask = self.dropout((len(batch.words), 1), NO_WORD) * (1 - NO_WORD)
        part_mask = self.dropout((len(batch.words), SIZE), NO_PART)
        by_kind = own @ parts["traits"] + meant @ parts["turn"]
        spaced = self.spaced(batch, (by_kind[batch.which] * word_mask + around @ parts["traits"]) * part_mask)
        runs = concatenate([spaced[:, run : run + batch.longest] for run in range(WIDTH)], 2)
        runs = runs.reshape(-1, WIDTH * SIZE)
        top, at = self.highest(batch, runs)
        unit_mask = self.dropout(top.shape, NO_NUMBER) * (top > 0)
        given = self.errors(chosen, (top * unit_mask) @ parts["weights"] + parts["intercepts"])
        by_run = zeros((len(chosen), batch.longest, UNITS), "float32")
        put_along_axis(by_run, at, ((given @ parts["weights"].T) * unit_mask)[:, None], 1)
        by_unit = by_run.reshape(-1, UNITS)
        by_word = self.back(batch, by_unit) * part_mask
        by_kind = added_up(batch.which, by_word * word_mask, len(batch.kinds))
        return {
            "traits": own.T @ by_kind + around.T @ by_word,
            "turn": meant.T @ by_kind,
            "runs": runs.T @ by_unit,
            "biases": by_unit.sum(0),
            "weights": (top * unit_mask).T @ given,
            "intercepts": given.sum(0),
        }

    def errors(self, batch: Any, answers: Any):  # type: ignore[no-untyped-def]
        """Return the gradient of the loss with respect to the outputs. Labels are smoothed, because some labels of
        training notes are wrong."""
        from numpy import array, exp

        wanted = self.heard.wanted[batch] * (1 - 2 * DOUBT) + DOUBT
        columns = array([1.0, *[NAMING] * (len(COLUMNS) - 1)])
        errors = (1 / (1 + exp(-answers)) - wanted) * columns * self.heard.counts[batch][:, None] / len(batch)
        return errors.astype("float32")


def added_up(which: Any, values: Any, count: int):  # type: ignore[no-untyped-def]
    from numpy import arange, ones
    from scipy.sparse import csr_matrix

    return csr_matrix((ones(len(which), "float32"), (which, arange(len(which)))), shape=(count, len(which))) @ values


def stepper(parts: dict[str, Any]) -> Callable[[dict[str, Any], float], None]:
    """The optimiser: Adam (Kingma and Ba, 2015) with decoupled weight decay (Loshchilov and Hutter, 2019)."""
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
    """Divide the examples into batches of similar length, in random order."""
    from numpy import argsort

    lengths = net.heard.lengths
    order = argsort(lengths + net.chance.random(len(lengths)) * 6)
    result = [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
    return [result[at] for at in net.chance.permutation(len(result))]


def learn(notes: Sequence[Note], readings: Sequence[Reading], path: Path = OPINION) -> Opinion:
    """Train the network and write it to `path`. Returns the network as read from the file, with the reduced precision
    of the file."""
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
