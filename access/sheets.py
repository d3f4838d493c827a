"""Spreadsheets to take away: semicolons, a byte-order mark for Excel's accents, and no cell that runs as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

# A cell that begins so is a formula to a spreadsheet, even when it came from a name.
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """The text, behind an apostrophe if a spreadsheet would run it. For what people are called, not for figures."""
    return f"'{text}" if text.lstrip(" \u00a0\u202f").startswith(_RUNS) or text.startswith(_RUNS) else text


def sheet(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A whole file; texts were made harmless by the caller, figures are written as they are."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + file.getvalue().encode()
