"""Program that reads a workbook from its standard input and writes its only sheet as CSV to its standard output.

It needs no module of Loge. Its exit code is 0, or one of the four codes below.
"""

import io
import re
import resource
import sys
import zipfile
from datetime import date, datetime, time

NO_WORKBOOK, SEVERAL_SHEETS, TOO_LARGE, ERROR_IN_CELL = 3, 4, 5, 6
MOST_MEMORY = 1024**3
MOST_SECONDS = 30
MOST_BYTES = 32 * 1024**2
# The start of a cell of an xlsx file whose formula failed, such as #N/A. The library reads it as an empty cell.
_ERROR = re.compile(rb'<(?:\w+:)?c\s[^>]{0,200}?\bt=["\']e["\']')
_LONGEST_START = 300


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    # Imported after the limits are set, because the library must not get more memory.
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        content = sys.stdin.buffer.read()
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [sheet for sheet in map(book.get_sheet_by_name, book.sheet_names) if sheet.end is not None]
        if len(sheets) > 1:
            return SEVERAL_SHEETS
        if has_error(content):
            return ERROR_IN_CELL
        size = 0
        for row in sheets[0].iter_rows() if sheets else ():
            line = ";".join(quoted(cell) for cell in row).encode() + b"\r\n"
            size += len(line)
            if size > MOST_BYTES:
                return TOO_LARGE
            sys.stdout.buffer.write(line)
    except (CalamineError, zipfile.BadZipFile, NotImplementedError):
        return NO_WORKBOOK
    except MemoryError:
        return TOO_LARGE
    return 0


def has_error(content: bytes) -> bool:
    """Whether a sheet of an xlsx file has a cell with an error: the value of such a cell is unknown, not empty."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if not name.lower().startswith("xl/worksheets/"):
                continue
            end = b""
            with archive.open(name) as sheet:
                while part := sheet.read(1024**2):
                    if _ERROR.search(end + part):
                        return True
                    end = part[-_LONGEST_START:]
    return False


def quoted(cell: object) -> str:
    return '"' + text_of(cell).replace('"', '""') + '"' if cell != "" else ""


def text_of(cell: object) -> str:
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    # Line breaks in a cell become spaces, so that each row is one line of the CSV file and errors can name the line.
    return " ".join(str(cell).split())


if __name__ == "__main__":
    sys.exit(main())
