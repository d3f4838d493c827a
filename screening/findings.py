"""Data classes of the screening: its results (`Finding`) and the landlord's wordings that it accepts (`Context`)."""

from dataclasses import dataclass

CATEGORIES = (
    "health",
    "addiction",
    "origin",
    "religion",
    "politics",
    "sexuality",
    "offence",
    "private_life",
    "hardship",
    "judgement",
)


@dataclass(frozen=True)
class Finding:
    """A passage of a note that discloses something.

    `text` is the passage, from position `start` to `end` of the note. `why` explains the refusal and `instead` proposes
    other words. `facts` are the codes of facts that the writer may record instead of the passage.
    """

    category: str
    start: int
    end: int
    text: str
    why: str
    instead: str
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Context:
    """Names and wordings of one landlord that the screening must accept in notes: `names` of people, `streets`, and
    `allowed` wordings. `others` are names of other people, which privacy/identifiers.py refuses."""

    names: frozenset[str] = frozenset()
    streets: frozenset[str] = frozenset()
    allowed: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
