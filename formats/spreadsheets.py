"""CSV files for download: with a byte order mark for Excel, and without cells that run as formulas.

Every CSV file is written by `Rows`, which escapes each text cell; a test finds any other writer.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from formats.language import in_french

# A spreadsheet runs a cell that begins like this as a formula, even in a name.
_RUNS = ("=", "+", "-", "@")
_CUTS = ("\t", "\r", "\n")


class Figure(str):
    """A localised number: its minus sign does not start a formula."""

    __slots__ = ()


class _Out(Protocol):
    def write(self, text: str, /) -> object: ...


class Rows:
    """Writes rows of cells: numbers and days unchanged, everything else as text that no spreadsheet runs."""

    def __init__(self, out: _Out, delimiter: str = ";") -> None:
        self._writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")

    def add(self, row: Iterable[object]) -> None:
        self._writer.writerow(
            [
                cell if cell is None or isinstance(cell, Figure | int | Decimal | date) else harmless(str(cell))
                for cell in row
            ]
        )


def harmless(text: str) -> str:
    """The text, prefixed with an apostrophe if a spreadsheet would run it. For names, not for numbers."""
    if text[:1].isalnum() and text.isascii():
        return text  # the most frequent case, kept fast
    visible = (sign for sign in text if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Cc"))
    first = unicodedata.normalize("NFKC", next(visible, ""))  # "＝" becomes "="
    return f"'{text}" if text.startswith(_CUTS) or first.startswith(_RUNS) else text


def sheet(header: Sequence[object], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file with a header.

    Separated by semicolons in French, where the comma is the decimal sign, else by commas.
    """
    file = io.StringIO()
    out = Rows(file, ";" if in_french() else ",")
    out.add(header)
    for row in rows:
        out.add(row)
    return b"\xef\xbb\xbf" + file.getvalue().encode()
