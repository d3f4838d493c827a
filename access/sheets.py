"""Spreadsheets to take away: a byte-order mark for Excel's accents, and no cell that runs as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from access.language import in_french

# A cell that begins so is a formula to a spreadsheet, even when it came from a name.
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """The text, behind an apostrophe if a spreadsheet would run it. For what people are called, not for figures."""
    return f"'{text}" if text.lstrip(" \u00a0\u202f").startswith(_RUNS) or text.startswith(_RUNS) else text


def sheet(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A whole file; texts were made harmless by the caller, figures are written as they are.

    Where the comma is a decimal one, as in French, a spreadsheet parts cells by semicolons; in English by commas.
    """
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";" if in_french() else ",", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + file.getvalue().encode()
