"""The notes the screen learns from, as their writers left them."""

import json
from dataclasses import dataclass
from pathlib import Path

NOTES = Path(__file__).parent / "notes"
# Notes that were read while the lexicons were written say too well of them.
# Texts on buildings are few here and the rule outside. Some hands wrote what is hard to tell, and are few too.
COUNTS = {"dev": 0.25, "dev_sensitive": 0.25, "dev_lawful": 0.25, "pairs": 0.25, "buildings": 30.0}
COUNTS |= {f"hand_a{letter}": 2.0 for letter in "abcdefgh"}


@dataclass(frozen=True, slots=True)
class Note:
    """A note, what it discloses, and where its writer left them the words that do and a lawful wording instead."""

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
    """The notes by hand, that is by file."""
    return {path.stem: notes_of(path) for path in sorted(NOTES.glob("*.jsonl"))}
