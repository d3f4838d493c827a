"""Writes the refused lines of an imported file as a file: their cells as they were sent, and why each is refused.

The file is made from the upload of the same request and is not stored. It discloses nothing that the person did not
send.
"""

import csv
from collections.abc import Iterator

from exchange.portfolio.reader import ERROR_COLUMN, LONGEST_LINE, Shape, Source, lines, shape_of
from exchange.portfolio.reasons import Reject, Rejects, Unreadable
from exchange.portfolio.sheet import Sheet
from formats.spreadsheets import sheet as csv_file


def refused_lines(source: Source, sheet: Sheet, rejects: Rejects) -> bytes | None:
    """Return a CSV file of the refused lines of one imported file, or None if it has none or is unreadable.

    The first column says what is wrong. The others are those of the sent file, with an apostrophe before each cell
    that a spreadsheet would run as a formula.
    """
    try:
        shape = shape_of(source, sheet)
    except Unreadable:
        return None
    errors: dict[int, list[Reject]] = {}
    for reject in rejects.listed:
        if reject.file == sheet.file and reject.line > 1:
            errors.setdefault(reject.line, []).append(reject)
    columns = [place for place, name in enumerate(shape.header) if name != ERROR_COLUMN]
    header = [ERROR_COLUMN, *(shape.header[place] for place in columns)]
    return csv_file(header, rows_of_errors(source, shape, errors, columns)) if errors else None


def rows_of_errors(
    source: Source, shape: Shape, errors: dict[int, list[Reject]], columns: list[int]
) -> Iterator[list[str]]:
    width = len(shape.header)
    for number, raw in lines(source):
        if number in errors:
            cells = [] if len(raw) > LONGEST_LINE else cells_of(raw, shape)
            padded = cells + [""] * (width - len(cells))
            # Surplus cells beyond the header are copied, so that the line is refused again until somebody corrects it.
            yield [explain(errors[number]), *(padded[place] for place in columns), *padded[width:]]


def cells_of(raw: bytes, shape: Shape) -> list[str]:
    """Return the cells of a line. If its quotes are misplaced, they are part of the cells."""
    text = raw.decode(shape.encoding).rstrip("\r\n")
    try:
        [cells] = csv.reader([text], delimiter=shape.separator, strict=True)
    except (csv.Error, ValueError):
        cells = text.split(shape.separator)
    return [cell.strip() for cell in cells]


def explain(rejects: list[Reject]) -> str:
    return " ; ".join(
        f"{reject.named_column}\u00a0: {reject.explanation}" if reject.named_column else reject.explanation
        for reject in rejects
    )
