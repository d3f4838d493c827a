"""Writes CSV files and Excel workbooks for download, with no cell that a spreadsheet runs as a formula.

`Rows` escapes each text cell of a CSV file. A test fails if a module writes CSV without `Rows`. CSV files have a byte
order mark for Excel. In a workbook, text is stored as text and needs no escape.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Protocol

import xlsxwriter
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from formats.language import in_french
from formats.money import plain

# A spreadsheet runs a cell as a formula if the cell begins with one of these characters.
_RUNS = ("=", "+", "-", "@")
_CUTS = ("\t", "\r", "\n")
LAST_ROW = 1_048_575  # Excel's last row, counted from 0
LONGEST_CHOICE = 255  # maximum number of characters in the list of a drop-down menu in Excel
LONGEST_CELL = 32_767  # maximum number of characters in an Excel cell
CSV = "text/csv; charset=utf-8"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Figure(str):
    """A formatted number. It is not escaped, because its minus sign does not start a formula."""

    __slots__ = ()


class Cents(int):
    """An amount of money in cents."""


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
    """Prefix a text with an apostrophe if a spreadsheet would run it as a formula.

    Do not use this function for numbers, because it would prefix a negative number.
    """
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


def workbook(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Make an Excel workbook of one sheet, with a header that stays visible and filters. Amounts and days are numbers.

    A cell is a text, a day, Cents or None.
    """
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        # The creation date has no time, so that equal content makes equal files.
        book.set_properties({"created": datetime.combine(timezone.localdate(), time.min)})
        page = book.add_worksheet()
        bold, euros = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for column, name in enumerate(header):
            page.write_string(0, column, name, bold)
        last = 0
        for last, cells in enumerate(rows, 1):
            for column, cell in enumerate(cells):
                if isinstance(cell, Cents):
                    page.write_number(last, column, cell / 100, euros)
                elif isinstance(cell, date):
                    page.write_datetime(last, column, cell, day)
                elif cell is not None:
                    page.write_string(last, column, str(cell)[:LONGEST_CELL])
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, last, len(header) - 1)
        page.autofit()
    return file.getvalue()


@dataclass(frozen=True)
class BlankColumn:
    """A column of a workbook to fill in. `note` explains the column. `codes` are the only allowed values, if any."""

    name: str
    note: str
    codes: Sequence[str] = ()


def blank_workbook(columns: Sequence[BlankColumn]) -> bytes:
    """Make an Excel workbook to fill in: one sheet with a header, whose cells have notes.

    Cells are text, so that Excel changes neither a key that begins with zero nor a day. A short list of codes becomes a
    drop-down menu.
    """
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"created": datetime.combine(timezone.localdate(), time.min)})
        page = book.add_worksheet()
        bold, typed = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        for place, column in enumerate(columns):
            page.write_string(0, place, column.name, bold)
            page.write_comment(0, place, column.note, {"x_scale": 2, "y_scale": 2})
            page.set_column(place, place, max(12, len(column.name) + 2), typed)
            if column.codes and len(",".join(column.codes)) <= LONGEST_CHOICE:
                choice = {"validate": "list", "source": list(column.codes), "error_type": "warning"}
                page.data_validation(1, place, LAST_ROW, place, choice)
        page.freeze_panes(1, 0)
    return file.getvalue()


def in_csv(cell: object) -> object:
    """Convert a cell (a text, a day, Cents or None) to the value that a CSV file contains."""
    if isinstance(cell, Cents):
        return Figure(plain(cell))
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else cell


def kind_of(request: HttpRequest) -> str:
    """Return the file format that the URL parameter `fichier` requests: "xlsx" or, by default, "csv"."""
    return "xlsx" if request.GET.get("fichier") == "xlsx" else "csv"


def download(kind: str, name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """Return rows as a file that the browser saves. `kind` is "csv" or "xlsx"; `name` has no extension.

    A cell is a text, a day, Cents or None.
    """
    if kind == "xlsx":
        content, media = workbook(header, rows), WORKBOOK
    else:
        content, media = sheet(header, ([in_csv(cell) for cell in row] for row in rows)), CSV
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return HttpResponse(content, content_type=media, headers=headers)
