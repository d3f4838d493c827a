"""Reads a CSV file with only one line in memory. A malformed file causes refused lines, never an unhandled exception.

No cell spans several lines, so each line is parsed separately. An unclosed quote makes only its own line invalid, and
line numbers are those that editors show.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, Literal, Protocol

from exchange.portfolio.reasons import Rejects, Unreadable
from exchange.portfolio.sheet import Column, Sheet
from exchange.portfolio.values import Wrong, without_apostrophe

LONGEST_LINE = 64 * 1024
# Excel writes lines in blocks of sixteen. If the last cells of all sixteen are empty, Excel omits their separators.
# A line with too few cells is accepted only if its whole block of sixteen is as short. Otherwise a cell may be missing.
TOGETHER = 16
# Loge adds this column to a file of refused lines. An import of the corrected file ignores the column.
ERROR_COLUMN = "erreur"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_MARK = b"\xef\xbb\xbf"
_ARCHIVES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b")
Step = Callable[[int], object]


class Source(Protocol):
    """A file on disk or an upload. It can be opened several times, each time from its start."""

    def open(self, mode: Literal["rb"], /) -> IO[bytes]: ...


@dataclass(frozen=True)
class Shape:
    """The detected format of a file. `places` has, for each column of the expected format, its position in the file.

    The position is None for a column that the file lacks.
    """

    encoding: str
    separator: str
    header: tuple[str, ...]
    places: tuple[int | None, ...]


def lines(path: Source) -> Iterator[tuple[int, bytes]]:
    """Yield numbered lines. Of a line longer than LONGEST_LINE only LONGEST_LINE + 1 bytes are read; the rest is
    skipped."""
    with path.open("rb") as file:
        number = 0
        while raw := file.readline(LONGEST_LINE + 1):
            number += 1
            if len(raw) > LONGEST_LINE and not raw.endswith(b"\n"):
                while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                    pass
            yield number, raw


def encoding_of(path: Source) -> str:
    """Return "utf-8" if the first line with non-ASCII bytes is valid UTF-8, otherwise the codec of Windows-1252.

    Raises Unreadable if the file is no text file, or if a line is not valid in the detected encoding.
    """
    non_ascii, encoding = False, "utf-8"
    for number, raw in lines(path):
        if number == 1 and raw.startswith(_UTF16):
            raise Unreadable("utf16")
        if number == 1 and raw.startswith(_ARCHIVES):
            raise Unreadable("not_csv")
        if b"\0" in raw:
            raise Unreadable("nul", number)
        if raw.isascii() or len(raw) > LONGEST_LINE:
            continue
        if not _decodes(raw, encoding):
            if encoding == "utf-8" and non_ascii:
                raise Unreadable("mixed_encoding", number)
            encoding = "cp1252"
            if not _decodes(raw, encoding):
                raise Unreadable("encoding", number)
        non_ascii = True
    return encoding


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def shape_of(path: Source, sheet: Sheet) -> Shape:
    """Detect the encoding, separator and columns of a file.

    Raises Unreadable if the file is not valid for `sheet` (the kind of portfolio file that is expected).
    The exception never quotes the file: its `column` is a position in the header, or a column name of `sheet`.
    """
    encoding = encoding_of(path)
    first = next(lines(path), None)
    if first is None or not first[1].removeprefix(_MARK).strip():
        raise Unreadable("empty_file")
    if len(first[1]) > LONGEST_LINE:
        raise Unreadable("long_line", 1)
    text = first[1].removeprefix(_MARK).decode(encoding).rstrip("\r\n")
    separator = max(";,", key=lambda sign: sum(cell in sheet.names for cell in _names(text, sign)))
    header = _names(text, separator)
    # Empty columns at the end are ignored, because spreadsheets also write columns that the user has emptied.
    while header and not header[-1]:
        header.pop()
    check_header(header, sheet)
    places = tuple(header.index(name) if name in header else None for name in sheet.names)
    return Shape(encoding, separator, tuple(header), places)


def _names(text: str, separator: str) -> list[str]:
    return [cell.strip().strip('"').strip().lower() for cell in text.split(separator)]


def check_header(header: Sequence[str], sheet: Sheet) -> None:
    """Raise Unreadable if a column name of the header is unknown or repeated, or if a required column is missing."""
    if not set(header) & set(sheet.names):
        raise Unreadable("no_header", 1)
    for place, name in enumerate(header, start=1):
        if name not in sheet.names and name != ERROR_COLUMN:
            raise Unreadable("unknown_column", 1, str(place))
        if header.index(name) != place - 1:
            raise Unreadable("column_twice", 1, str(place))
    for column in sheet.columns:
        if column.required and column.name not in header:
            raise Unreadable("missing_column", 1, column.name)


def rows(
    path: Source, sheet: Sheet, shape: Shape, rejects: Rejects, step: Step = lambda _n: None
) -> Iterator[list[Any]]:
    """Yield one list for each valid line: the line number, the cells to store, and the computed values.

    The errors of all other lines are added to `rejects`.
    """
    reading = Reading(sheet, shape, rejects)
    for number, raw in lines(path):
        if rejects.full:
            return
        step(len(raw))
        if number > 1 and (row := reading.row(number, raw)) is not None:
            yield row


class Reading:
    """Parses the lines of one file, and adds the errors of refused lines to `rejects`."""

    def __init__(self, sheet: Sheet, shape: Shape, rejects: Rejects) -> None:
        self.sheet, self.shape, self.rejects = sheet, shape, rejects
        self.readers = list(zip(sheet.columns, shape.places, strict=True))
        self.staged = [number for number, column in enumerate(sheet.columns) if column.name not in sheet.unstaged]
        self._first, self._width = 1, len(shape.header)

    def row(self, number: int, raw: bytes) -> list[Any] | None:
        """Return the values to store in the staging table for a line, or None if the line is empty or refused."""
        try:
            cells = self._split(number, raw)
        except Wrong as wrong:
            self.rejects.add(self.sheet.file, number, "", str(wrong))
            return None
        if not any(cells):
            return None
        before = len(self.rejects.listed)
        values = [self._value(number, column, place, cells) for column, place in self.readers]
        if len(self.rejects.listed) > before:
            return None
        sheet, staged = self.sheet, [number, *(values[place] for place in self.staged)]
        if not sheet.rules and not sheet.drawn:
            return staged
        value_of = dict(zip(sheet.names, values, strict=True))
        errors = [error for rule in sheet.rules for error in rule(value_of)]
        for column, reason in errors:
            self.rejects.add(sheet.file, number, column, reason)
        return None if errors else staged + [drawn.draw(value_of) for drawn in sheet.drawn]

    def _split(self, number: int, raw: bytes) -> list[str]:
        if len(raw) > LONGEST_LINE:
            raise Wrong("long_line")
        text = raw.decode(self.shape.encoding).rstrip("\r\n")
        if '"' in text:
            try:
                [cells] = csv.reader([text], delimiter=self.shape.separator, strict=True)
            except (csv.Error, ValueError):
                raise Wrong("quote") from None
        else:
            cells = text.split(self.shape.separator)
        cells = self._pad(number, [cell.strip() for cell in cells], whole=raw.endswith(b"\n"))
        if cells[0].lower() == self.shape.header[0] and tuple(cell.lower() for cell in cells) == self.shape.header:
            raise Wrong("header_again")
        return cells

    def _pad(self, number: int, cells: list[str], *, whole: bool) -> list[str]:
        """Pad a line to the number of columns.

        A short line is accepted only if all lines of its block of sixteen are as short, because Excel omits separators
        for a whole block. Any other short line may lack a cell in the middle.
        """
        columns, width = len(self.shape.header), len(cells)
        if not any(cells):
            return [""] * columns
        if (number - 1) // TOGETHER != (self._first - 1) // TOGETHER:
            self._first, self._width = number, width
        elif self._width < width and self._width < columns:
            # Excel shortens all sixteen lines of a block or none. The block's first line is shorter, so refuse it too.
            self.rejects.add(self.sheet.file, self._first, "", "cells")
            self._width = width
        if (width < columns and (width != self._width or not whole)) or any(cells[columns:]):
            raise Wrong("cells")
        return (cells + [""] * columns)[:columns]

    def _value(self, number: int, column: Column, place: int | None, cells: list[str]) -> Any:
        cell = cells[place] if place is not None else ""
        if not cell:
            if column.required:
                self.rejects.add(self.sheet.file, number, column.name, "required")
            return column.fallback
        try:
            return parse(column, cell)
        except Wrong as wrong:
            self.rejects.add(self.sheet.file, number, column.name, str(wrong))
            return None


def parse(column: Column, cell: str) -> Any:
    """Return the value of a cell that is not empty. Raises Wrong for an invalid cell.

    A file of refused lines has an apostrophe before each cell that a spreadsheet would run as a formula, also before a
    telephone number such as +33639981234. Texts lose this apostrophe in `read_text`.
    """
    try:
        return column.kind.parse(cell)
    except Wrong:
        if (plain := without_apostrophe(cell)) == cell:
            raise
        return column.kind.parse(plain)
