"""Reads the notes that train the screening, which checks sentences before they are stored."""

import json
from dataclasses import dataclass
from pathlib import Path

NOTES = Path(__file__).parent / "notes"
# Weights of the training notes, by file. Notes used for writing the lexicons count less, as they are too easy.
# Texts on buildings count more, because they are rare in the training files and frequent in practice.
# The notes in the files hand_aa to hand_ah count more, because they are difficult to judge and such notes are rare.
COUNTS = {"dev": 0.25, "dev_sensitive": 0.25, "dev_lawful": 0.25, "pairs": 0.25, "buildings": 30.0}
COUNTS |= {f"hand_a{letter}": 2.0 for letter in "abcdefgh"}


@dataclass(frozen=True, slots=True)
class Note:
    """A training note with its correct categories. Some authors also marked the words that disclose something
    (`marked`), or proposed a lawful wording of the note (`neutral`)."""

    id: str
    text: str
    labels: frozenset[str]
    counts: float = 1.0
    marked: tuple[tuple[str, str], ...] = ()
    neutral: str = ""


def notes_of(path: Path) -> list[Note]:
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    counts = COUNTS.get(path.stem, 1.0)
    return [
        Note(
            row["id"],
            row["text"],
            frozenset(row["labels"]),
            counts,
            tuple((span["text"], span["category"]) for span in row.get("spans", ())),
            row.get("neutral", ""),
        )
        for row in rows
    ]


def all_notes() -> dict[str, list[Note]]:
    """Read all notes. Returns the notes by author: the key is the name of the author's file, without its suffix."""
    return {path.stem: notes_of(path) for path in sorted(NOTES.glob("*.jsonl"))}
