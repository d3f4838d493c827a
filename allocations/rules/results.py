"""The results of a calculation other than an answer: facts are missing, or the law is open."""

from collections.abc import Callable, Iterable
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Value = TypeVar("Value")


class CaseError(ValueError):
    """The case itself is wrong: an impossible value, or values that contradict each other."""


class MissingFacts(Exception):
    """The landlord or the file must supply something. `names` says what, such as "ceiling PLAI 2026 paris 3"."""

    def __init__(self, *names: str) -> None:
        super().__init__(", ".join(names))
        self.names = names


class LawIsOpen(Exception):
    """The result depends on points of law that a jurist must settle. `points` are codes of open_points.csv."""

    def __init__(self, *points: str) -> None:
        super().__init__(", ".join(points))
        self.points = points


class Attempts:
    """Runs the parts of a calculation, and collects what is missing and what is open in all of them."""

    def __init__(self) -> None:
        self.points: dict[str, None] = {}
        self.names: dict[str, None] = {}

    def run(self, part: Callable[Arguments, Value], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Value | None:
        """Return the result of a part, or None after collecting why it has none."""
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
        """Open points come first: what is missing may depend on them."""
        if self.points:
            raise LawIsOpen(*self.points)
        if self.names:
            raise MissingFacts(*self.names)
