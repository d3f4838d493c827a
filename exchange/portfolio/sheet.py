"""Data classes for the format of an imported file: its columns, its key, its rules."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from exchange.portfolio.values import Kind

Cells = Mapping[str, Any]
# A rule runs on a line whose cells are all valid, and yields (column, reason) for each error.
Rule = Callable[[Cells], Iterator[tuple[str, str]]]


@dataclass(frozen=True)
class Column:
    """A column of a file. `required` means that no cell may be empty; otherwise an empty cell gets the value
    `fallback`.

    `meaning` is printed in the documentation.
    """

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    fallback: object = None


@dataclass(frozen=True)
class Drawn:
    """A column of the staging table that is computed from a line of the file, such as an encrypted IBAN."""

    name: str
    sql: str
    draw: Callable[[Cells], object]


@dataclass(frozen=True)
class Sheet:
    """The format of one file. `stage` is the name of its staging table. `key` names the columns that identify a line.
    `key` is empty if lines may be equal. `about` is printed in the documentation.
    """

    file: str
    stage: str
    about: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    examples: tuple[str, ...]
    rules: tuple[Rule, ...] = ()
    drawn: tuple[Drawn, ...] = ()
    # Columns that are read and checked but not staged, because they must never be stored unencrypted.
    unstaged: frozenset[str] = frozenset()

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def staged(self) -> list[Column]:
        return [column for column in self.columns if column.name not in self.unstaged]
