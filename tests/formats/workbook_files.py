"""Makes workbooks to upload in tests: xlsx files, and OpenDocument files written by hand."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from html import escape

import xlsxwriter

XLSX_DAY = {"num_format": "dd/mm/yyyy"}


def xlsx(*sheets: Sequence[Sequence[object]]) -> bytes:
    """Return a workbook with one sheet for each list of rows. None is an empty cell."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        day = book.add_format(XLSX_DAY)
        for rows in sheets:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(number, column, cell, day)
                    elif isinstance(cell, str):
                        sheet.write_string(number, column, cell)
                    else:
                        sheet.write(number, column, cell)
    return file.getvalue()


def ods(rows: Sequence[Sequence[str]], repeated: int = 1) -> bytes:
    """Return an OpenDocument spreadsheet of texts. The last row is written `repeated` times, by one attribute."""
    lines = [
        "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
            for cell in row
        )
        for row in rows
    ]
    times = [1] * (len(lines) - 1) + [repeated]
    body = "".join(
        f'<table:table-row table:number-rows-repeated="{number}">{line}</table:table-row>'
        for number, line in zip(times, lines, strict=True)
    )
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content{names}><office:body><office:spreadsheet>'
        f'<table:table table:name="Feuille1">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    return archive({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def archive(members: dict[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in members.items():
            made.writestr(name, text)
    return file.getvalue()


def changed(workbook: bytes, member: str, old: str, new: str) -> bytes:
    """Return a copy of the workbook with `new` instead of `old` in one of its XML files."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as original:
        members = {name: original.read(name).decode() for name in original.namelist()}
    assert old in members[member]
    members[member] = members[member].replace(old, new)
    return archive(members)
