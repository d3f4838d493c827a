"""Data classes of the screening: what the landlord adds to a text (`Context`), and the result (`Finding`)."""

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
    """Words that disclose something: `text` from `start` to `end`. `facts` are fact codes that may be recorded
    instead."""

    category: str
    start: int
    end: int
    text: str
    why: str
    instead: str
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Context:
    """What the landlord knows: names of its employees, names of its streets, and wordings that it has allowed."""

    names: frozenset[str] = frozenset()
    streets: frozenset[str] = frozenset()
    allowed: frozenset[str] = frozenset()
