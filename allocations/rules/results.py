"""Exceptions for calculations without an answer: the case is wrong, facts are missing, or the law is unclear."""

from collections.abc import Callable, Iterable
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Value = TypeVar("Value")


class CaseError(ValueError):
    """Raised if the case to calculate has an impossible value, or values that contradict each other."""


class MissingFacts(Exception):
    """Raised if facts about the landlord or the application are missing. `names` lists these facts, such as "ceiling
    PLAI 2026 paris 3"."""

    def __init__(self, *names: str) -> None:
        super().__init__(", ".join(names))
        self.names = names


class LawIsOpen(Exception):
    """Raised if the result depends on points of law that a lawyer must settle first. `points` are codes of
    open_points.csv."""

    def __init__(self, *points: str) -> None:
        super().__init__(", ".join(points))
        self.points = points


class Attempts:
    """Runs the parts of a calculation and collects all missing facts and unsettled points of law before raising an
    exception."""

    def __init__(self) -> None:
        self.points: dict[str, None] = {}
        self.names: dict[str, None] = {}

    def run(self, part: Callable[Arguments, Value], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Value | None:
        """Call one part of the calculation and return its result. If the part raises MissingFacts or LawIsOpen, collect
        the missing facts or unsettled points of law, and return None."""
        try:
            return part(*args, **kwargs)
        except LawIsOpen as error:
            self.add(points=error.points)
        except MissingFacts as error:
            self.add(names=error.names)
        return None

    def add(self, points: Iterable[str] = (), names: Iterable[str] = ()) -> None:
        self.points.update(dict.fromkeys(points))
        self.names.update(dict.fromkeys(names))

    def raise_collected(self) -> None:
        """Raise LawIsOpen if unsettled points of law were collected, otherwise MissingFacts if facts are missing.

        LawIsOpen comes first, because which facts are required may depend on how the law is settled.
        """
        if self.points:
            raise LawIsOpen(*self.points)
        if self.names:
            raise MissingFacts(*self.names)
