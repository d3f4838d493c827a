"""python -m research.screening.train: trains the weights with which the screening decides which sentences to refuse.
The training uses scikit-learn and the notes in research/screening/notes.
"""

import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from math import sqrt

from research.screening import opinion_train
from research.screening.written import all_notes
from screening.expressions.reading import parse_text
from screening.weights import meanings
from screening.weights.features import Signs, features
from screening.weights.model import COLUMNS, Model, write

# A feature's value is multiplied by the factor of its kind. A lexicon expression (e) counts more than a word (u).
TRUST = {"u": 0.5, "e": 0.7, "l": 0.7, "h": 0.3, "b": 0.4}
SEEN_AT_LEAST = {"u": 2, "h": 3, "b": 2}
TRUST_IN_MEANING = 3.0
TRUST_IN_GROUPS = 0.9
STRENGTH = 1.5
NEGLIGIBLE = 0.01
# NEAR is the solver tolerance for the verdict (refuse or accept). A larger tolerance missed 1 % of disclosures.
# For the categories of sensitive data, the solver tolerance NEAR_ENOUGH is larger: it saves time and does no harm.
NEAR, NEAR_ENOUGH = 1e-4, 1e-3
# Bias of the verdict. A positive value refuses more texts: 0.1 refused two more of every hundred neutral texts.
LEAN = 0.0


def feature_rows(signs_of_notes: Iterable[Signs]) -> dict[str, int]:
    counts = Counter(name for signs in signs_of_notes for name in signs.all_names())
    frequent = sorted(name for name, count in counts.items() if count >= SEEN_AT_LEAST.get(name[0], 1))
    return {name: row for row, name in enumerate(frequent)}


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
    """Return a matrix with a row for each word of the embedding table: its coordinates, then its clusters as one-hot
    columns."""
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
    """Return a matrix with one row per note: the sum of the embeddings of the note's words, divided by the square root
    of the number of words. Embeddings are the rows of positions()."""
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


def fit(
    read_notes: Sequence[Signs],
    labels: Sequence[frozenset[str]],
    lean: float = LEAN,
    wanted_columns: Sequence[str] = COLUMNS,
    counts: Sequence[float] | None = None,
) -> Model:
    """Fit a logistic regression for each column. `counts` has the weight of each note."""
    from sklearn.linear_model import LogisticRegression

    rows = feature_rows(read_notes)
    known = matrix(read_notes, rows)
    model = Model(rows, {}, {}, meanings.load().rows)
    for column in wanted_columns:
        wanted = [bool(label) if column == "any" else column in label for label in labels]
        near = NEAR if column == "any" else NEAR_ENOUGH
        trained = LogisticRegression(C=STRENGTH, max_iter=600, tol=near).fit(known, wanted, counts)
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
    """Remove the features whose weight is negligible both for the verdict and for every category."""
    names = [
        name
        for name, row in model.rows.items()
        if any(abs(weights[row]) > NEGLIGIBLE for weights in model.columns.values())
    ]
    columns: dict[str, Sequence[float]] = {
        column: array("d", (weights[model.rows[name]] for name in names)) for column, weights in model.columns.items()
    }
    rows = {name: row for row, name in enumerate(names)}
    return Model(rows, columns, model.intercepts, model.meanings, model.leanings)


def main() -> None:
    notes = [note for hand in all_notes().values() for note in hand]
    readings = [parse_text(note.text) for note in notes]
    signs = [features(reading) for reading in readings]
    model = pruned(fit(signs, [note.labels for note in notes], counts=[note.counts for note in notes]))
    write(model)
    opinion_train.learn(notes, readings)
    sys.stdout.write(f"{len(notes):,} notes, {len(model.rows):,} features.\n")


if __name__ == "__main__":
    main()
