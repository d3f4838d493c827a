"""python -m privacy.screening.train: the weights, from the notes beside the code; scikit-learn learns them."""

import json
import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from privacy.screening.features import features, read
from privacy.screening.model import COLUMNS, Model, write

NOTES = Path(__file__).parent / "notes"
# How far a kind of feature is trusted: an expression of the lexicons more than a word of the notes.
TRUST = {"u": 0.5, "e": 0.7, "l": 0.7}
SEEN_AT_LEAST = {"u": 2}
STRENGTH = 0.3
NEGLIGIBLE = 0.01
# A wrong refusal can be contested the same minute; a disclosure that gets in cannot be called back.
LEAN = 0.3


@dataclass(frozen=True, slots=True)
class Note:
    id: str
    text: str
    labels: frozenset[str]


def notes_of(path: Path) -> list[Note]:
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return [Note(row["id"], row["text"], frozenset(row["labels"])) for row in rows]


def all_notes() -> dict[str, list[Note]]:
    """The notes by hand, that is by file."""
    return {path.stem: notes_of(path) for path in sorted(NOTES.glob("*.jsonl"))}


def seen(read_notes: Iterable[set[str]]) -> dict[str, int]:
    counts = Counter(name for names in read_notes for name in names)
    kept = sorted(name for name, count in counts.items() if count >= SEEN_AT_LEAST.get(name[0], 1))
    return {name: row for row, name in enumerate(kept)}


def matrix(read_notes: Sequence[set[str]], rows: dict[str, int]):  # type: ignore[no-untyped-def]
    from scipy.sparse import csr_matrix

    values, columns, ends = [], [], [0]
    for names in read_notes:
        for name in sorted(names & rows.keys()):
            columns.append(rows[name])
            values.append(TRUST.get(name[0], 1.0))
        ends.append(len(columns))
    return csr_matrix((values, columns, ends), shape=(len(read_notes), len(rows)))


def fit(
    read_notes: Sequence[set[str]],
    labels: Sequence[frozenset[str]],
    lean: float = LEAN,
    wanted_columns: Sequence[str] = COLUMNS,
) -> Model:
    """One logistic regression a column; the verdict leans towards refusing."""
    from sklearn.linear_model import LogisticRegression

    rows = seen(read_notes)
    known = matrix(read_notes, rows)
    columns, intercepts = {}, {}
    for column in wanted_columns:
        wanted = [bool(label) if column == "any" else column in label for label in labels]
        trained = LogisticRegression(C=STRENGTH, max_iter=600).fit(known, wanted)
        columns[column] = array(
            "d",
            (weight * TRUST.get(name[0], 1.0) for name, weight in zip(rows, trained.coef_[0].tolist(), strict=True)),
        )
        intercepts[column] = float(trained.intercept_[0]) + (lean if column == "any" else 0.0)
    return Model(rows, columns, intercepts)


def pruned(model: Model) -> Model:
    """Without the features that weigh nothing in any column."""
    kept = [
        name
        for name, row in model.rows.items()
        if any(abs(weights[row]) > NEGLIGIBLE for weights in model.columns.values())
    ]
    columns = {
        column: array("d", (weights[model.rows[name]] for name in kept)) for column, weights in model.columns.items()
    }
    return Model({name: row for row, name in enumerate(kept)}, columns, model.intercepts)


def main() -> None:
    notes = [note for hand in all_notes().values() for note in hand]
    model = pruned(fit([features(read(note.text)) for note in notes], [note.labels for note in notes]))
    write(model)
    sys.stdout.write(f"{len(notes):,} notes, {len(model.rows):,} features.\n")


if __name__ == "__main__":
    main()
