"""Makes an empty file of each kind, to fill in: CSV, or an Excel workbook that explains each column."""

from exchange.portfolio.sheet import Column, Sheet
from exchange.portfolio.values import ONE_CODE
from formats.spreadsheets import BlankColumn, blank_workbook
from formats.spreadsheets import sheet as csv_file


def blank_file(sheet: Sheet, kind: str) -> bytes:
    """Return a file with the header of the sheet and no line. `kind` is "csv" or "xlsx"."""
    if kind == "csv":
        return csv_file(sheet.names, [])
    return blank_workbook([blank_column(column) for column in sheet.columns])


def blank_column(column: Column) -> BlankColumn:
    """Return a column with its note, in French as the files and their documentation are."""
    note = [column.meaning, column.kind.admits, ", ".join(column.kind.listed)]
    if column.required:
        note.insert(0, "obligatoire")
    codes = column.kind.listed if column.kind.admits == ONE_CODE else ()
    return BlankColumn(column.name, "\n".join(part for part in note if part), codes)
