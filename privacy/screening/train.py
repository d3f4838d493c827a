"""python -m privacy.screening.train: the weights, from the notes beside the code; scikit-learn learns them."""

import json
import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import sqrt
from pathlib import Path

from privacy.screening import meanings
from privacy.screening.features import Signs, features, read
from privacy.screening.model import COLUMNS, Model, write

NOTES = Path(__file__).parent / "notes"
# How far a kind of feature is trusted: an expression of the lexicons more than a word of the notes.
TRUST = {"u": 0.5, "e": 0.7, "l": 0.7, "h": 0.3, "b": 0.4}
SEEN_AT_LEAST = {"u": 2, "h": 3, "b": 2}
TRUST_IN_MEANING = 2.0
TRUST_IN_GROUPS = 0.6
STRENGTH = 1.5
NEGLIGIBLE = 0.01
# Further steps of the fit change no verdict worth the minutes they take.
NEAR_ENOUGH = 1e-3
# How far the verdict leans towards refusing: chosen by the totals of the kept hands, within 0.06 false refusals.
LEAN = 0.2


# Notes that were read while the lexicons were written say too well of them.
# Texts on buildings are few here and the rule outside.
COUNTS = {"dev": 0.25, "dev_sensitive": 0.25, "dev_lawful": 0.25, "pairs": 0.25, "buildings": 4.0}


# A note's disclosing words alone disclose, what is left of it without them does not: each counts for so much.
WORDS_ALONE = 0.3
REST_ALONE = 0.3
SHORTEST_REST = 12


@dataclass(frozen=True, slots=True)
class Note:
    """A note, and of one that discloses the words that do, each with its category, and a lawful rewording or ""."""

    id: str
    text: str
    labels: frozenset[str]
    counts: float = 1.0
    spans: tuple[tuple[str, str], ...] = ()
    neutral: str = ""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is learnt from: a note or a part of one, and how much it counts."""

    signs: Signs
    labels: frozenset[str]
    counts: float


def notes_of(path: Path) -> list[Note]:
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    counts = COUNTS.get(path.stem, 1.0)
    return [
        Note(
            row["id"],
            row["text"],
            frozenset(row["labels"]),
            counts,
            tuple((span["text"], span["category"]) for span in row["spans"]),
            row["neutral"],
        )
        for row in rows
    ]


def parts(note: Note) -> Iterator[tuple[str, frozenset[str], float]]:
    """The words that disclose, what is left without them, and what may be written instead."""
    rest = note.text
    for words, category in note.spans:
        rest = rest.replace(words, " ")
        yield words, frozenset({category}), WORDS_ALONE
    rest = " ".join(rest.split())
    if note.spans and len(rest) > SHORTEST_REST:
        yield rest, frozenset(), REST_ALONE
    if note.neutral:
        yield note.neutral, frozenset(), REST_ALONE


def lessons(note: Note) -> list[Lesson]:
    """The note itself first."""
    learnt = [(note.text, note.labels, 1.0), *parts(note)]
    return [Lesson(features(read(text)), labels, counts * note.counts) for text, labels, counts in learnt]


def all_notes() -> dict[str, list[Note]]:
    """The notes by hand, that is by file."""
    return {path.stem: notes_of(path) for path in sorted(NOTES.glob("*.jsonl"))}


def seen(read_notes: Iterable[Signs]) -> dict[str, int]:
    counts = Counter(name for signs in read_notes for name in signs.all_names())
    kept = sorted(name for name, count in counts.items() if count >= SEEN_AT_LEAST.get(name[0], 1))
    return {name: row for row, name in enumerate(kept)}


def named_matrix(read_notes: Sequence[Signs], rows: dict[str, int]):  # type: ignore[no-untyped-def]
    from scipy.sparse import csr_matrix

    values, columns, ends = [], [], [0]
    for signs in read_notes:
        names = signs.all_names()
        for name in sorted(names.keys() & rows.keys()):
            columns.append(rows[name])
            values.append(names[name] * TRUST.get(name[0], 1.0))
        ends.append(len(columns))
    return csr_matrix((values, columns, ends), shape=(len(read_notes), len(rows)))


@cache
def positions():  # type: ignore[no-untyped-def]
    """Of each word that has a meaning its coordinates and its groups, side by side."""
    from numpy import asarray
    from scipy.sparse import csr_matrix, eye, hstack

    known = meanings.load()
    coordinates = asarray(known.coordinates, dtype="float32").reshape(-1, meanings.COORDINATES) / meanings.STEPS
    groups = [
        eye(count, format="csr")[asarray(group)] * TRUST_IN_GROUPS
        for count, group in zip(meanings.GROUPS, known.groups, strict=True)
    ]
    return hstack([csr_matrix(coordinates * TRUST_IN_MEANING), *groups]).tocsr()


def meant_matrix(read_notes: Sequence[Signs]):  # type: ignore[no-untyped-def]
    """The words of each note added up, over the root of their number."""
    from scipy.sparse import csr_matrix

    rows = meanings.load().rows
    values, columns, ends = [], [], [0]
    for signs in read_notes:
        known = [rows[word] for word in signs.meant if word in rows]
        columns += known
        values += [1 / sqrt(max(1, len(known)))] * len(known)
        ends.append(len(columns))
    return csr_matrix((values, columns, ends), shape=(len(read_notes), len(rows))) @ positions()


def matrix(read_notes: Sequence[Signs], rows: dict[str, int]):  # type: ignore[no-untyped-def]
    from scipy.sparse import hstack

    return hstack([named_matrix(read_notes, rows), meant_matrix(read_notes)]).tocsr()


def fit(learnt: Sequence[Lesson], lean: float = LEAN, wanted_columns: Sequence[str] = COLUMNS) -> Model:
    """One logistic regression a column."""
    from sklearn.linear_model import LogisticRegression

    signs = [lesson.signs for lesson in learnt]
    counts = [lesson.counts for lesson in learnt]
    rows = seen(signs)
    known = matrix(signs, rows)
    model = Model(rows, {}, {}, meanings.load().rows)
    for column in wanted_columns:
        wanted = [bool(one.labels) if column == "any" else column in one.labels for one in learnt]
        trained = LogisticRegression(C=STRENGTH, max_iter=600, tol=NEAR_ENOUGH).fit(known, wanted, counts)
        weights = trained.coef_[0]
        model.columns[column] = array(
            "d",
            (
                weight * TRUST.get(name[0], 1.0)
                for name, weight in zip(rows, weights[: len(rows)].tolist(), strict=True)
            ),
        )
        model.leanings[column] = array("d", (positions() @ weights[len(rows) :]).tolist())
        model.intercepts[column] = float(trained.intercept_[0]) + (lean if column == "any" else 0.0)
    return model


def pruned(model: Model) -> Model:
    """Without the features that weigh nothing in any column."""
    kept = [
        name
        for name, row in model.rows.items()
        if any(abs(weights[row]) > NEGLIGIBLE for weights in model.columns.values())
    ]
    columns: dict[str, Sequence[float]] = {
        column: array("d", (weights[model.rows[name]] for name in kept)) for column, weights in model.columns.items()
    }
    rows = {name: row for row, name in enumerate(kept)}
    return Model(rows, columns, model.intercepts, model.meanings, model.leanings)


def main() -> None:
    notes = [note for hand in all_notes().values() for note in hand]
    model = pruned(fit([lesson for note in notes for lesson in lessons(note)]))
    write(model)
    sys.stdout.write(f"{len(notes):,} notes, {len(model.rows):,} features.\n")


if __name__ == "__main__":
    main()
