"""Spreadsheets for download: a byte-order mark for Excel's accents, and no cell that runs as a formula.

Every CSV file is written by `Rows`, which escapes each cell of text; a test finds any other writer.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from access.language import in_french

# A cell that begins so is a formula to a spreadsheet, even when it came from a name.
_RUNS = ("=", "+", "-", "@")
_CUTS = ("\t", "\r", "\n")


class Figure(str):
    """A number in the notation of a language: its minus sign does not begin a formula."""

    __slots__ = ()


class _Out(Protocol):
    def write(self, text: str, /) -> object: ...


class Rows:
    """Writes rows of cells: numbers and days as they are, everything else as text that no spreadsheet runs."""

    def __init__(self, out: _Out, delimiter: str = ";") -> None:
        self._writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")

    def add(self, row: Iterable[object]) -> None:
        self._writer.writerow([_cell(cell) for cell in row])


def _cell(cell: object) -> object:
    return cell if cell is None or isinstance(cell, Figure | int | Decimal | date) else harmless(str(cell))


def harmless(text: str) -> str:
    """The text, behind an apostrophe if a spreadsheet would run it. For what people are called, not for figures."""
    if text[:1].isalnum() and text.isascii():
        return text  # most cells
    return f"'{text}" if text.startswith(_CUTS) or _first_shown(text).startswith(_RUNS) else text


def _first_shown(text: str) -> str:
    """The first visible character, normalised to its ordinary width: "＝" becomes "="."""
    first = next((sign for sign in text if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Cc")), "")
    return unicodedata.normalize("NFKC", first)


def sheet(header: Sequence[object], rows: Iterable[Sequence[object]]) -> bytes:
    """A whole file.

    Where the comma is a decimal one, as in French, a spreadsheet parts cells by semicolons; in English by commas.
    """
    file = io.StringIO()
    out = Rows(file, ";" if in_french() else ",")
    out.add(header)
    for row in rows:
        out.add(row)
    return b"\xef\xbb\xbf" + file.getvalue().encode()
