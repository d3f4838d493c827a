"""What a file is: its columns, what names a line of it, what a line must satisfy by itself."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from desk.portfolio.values import Kind

Cells = Mapping[str, Any]
# (column, reason) of what is wrong with a line whose cells are each right.
Rule = Callable[[Cells], Iterator[tuple[str, str]]]


@dataclass(frozen=True)
class Column:
    """`fallback` is what an empty cell means; `required` says that none may be empty."""

    name: str
    kind: Kind
    said: str
    required: bool = False
    fallback: object = None


@dataclass(frozen=True)
class Drawn:
    """A column that the program fills from the line (a folded name, a sealed IBAN), read into the same table."""

    name: str
    sql: str
    draw: Callable[[Cells], object]


@dataclass(frozen=True)
class Sheet:
    """`stage` is the table it is read into, `key` the columns that name a line once in the file."""

    file: str
    stage: str
    said: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    examples: tuple[str, ...]
    rules: tuple[Rule, ...] = ()
    drawn: tuple[Drawn, ...] = ()
    # Read, checked, and never staged: what must not lie in clear, even for the length of a run.
    unstaged: frozenset[str] = frozenset()

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def staged(self) -> list[Column]:
        return [column for column in self.columns if column.name not in self.unstaged]
