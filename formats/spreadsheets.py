"""Writes CSV files for download: with a byte order mark for Excel, and with no cell that a spreadsheet runs as a
formula.

`Rows` escapes each text cell. A test fails if a module writes CSV without `Rows`.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from django.http import HttpResponse

from formats.language import in_french

# A spreadsheet runs a cell as a formula if the cell begins with one of these characters.
_RUNS = ("=", "+", "-", "@")
_CUTS = ("\t", "\r", "\n")


class Figure(str):
    """A formatted number. It is not escaped, because its minus sign does not start a formula."""

    __slots__ = ()


class _Out(Protocol):
    def write(self, text: str, /) -> object: ...


class Rows:
    """Writes rows: numbers and days unchanged, all other cells as text that no spreadsheet runs as a formula."""

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
    """Prefix the text with an apostrophe if a spreadsheet would run it as a formula. For names, not for numbers."""
    if text[:1].isalnum() and text.isascii():
        # ASCII text that begins with a letter or digit is no formula. Most cells are such text and skip the slow check.
        return text
    visible = (sign for sign in text if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Cc"))
    # A full-width "＝" starts a formula in spreadsheets, as "=" does. NFKC turns "＝" into "=".
    first = unicodedata.normalize("NFKC", next(visible, ""))
    return f"'{text}" if text.startswith(_CUTS) or first.startswith(_RUNS) else text


def sheet(header: Sequence[object], rows: Iterable[Sequence[object]]) -> bytes:
    """Make a CSV file with a header.

    The separator is a semicolon in French, where the comma is the decimal sign, and otherwise a comma.
    """
    file = io.StringIO()
    out = Rows(file, ";" if in_french() else ",")
    out.add(header)
    for row in rows:
        out.add(row)
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def download(name: str, content: bytes) -> HttpResponse:
    """Return a CSV file as a response that the browser saves as `name`.csv."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)
