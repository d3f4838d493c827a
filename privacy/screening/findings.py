"""What goes into the screen beside the text, and what comes out."""

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
    """Words that disclose: `text` is what stands from `start` to `end`, `facts` are codes to write instead."""

    category: str
    start: int
    end: int
    text: str
    why: str
    instead: str
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Context:
    """What the landlord knows and the screen cannot: its people's names, its streets, the wordings it has allowed."""

    names: frozenset[str] = frozenset()
    streets: frozenset[str] = frozenset()
    allowed: frozenset[str] = frozenset()
