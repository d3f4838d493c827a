"""Reads the records of a comments file from any position, each with the position of the next record.

A quoted comment may span several lines. When a quote is never closed, only its own line is invalid; the following lines
are read normally.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from exchange.portfolio.reader import LONGEST_LINE

MOST_LINES = 50  # of one comment
_QUOTE = ord('"')
# State of the parser within a cell: at its start, within quotes, after a quote that may close it, in unquoted text.
_START, _INSIDE, _CLOSING, _OUTSIDE = range(4)


@dataclass(frozen=True, slots=True)
class Record:
    """`line`: number of its first line, as editors count. `end` and `lines`: position and number of lines at its
    end."""

    line: int
    raw: bytes
    end: int
    lines: int


def fingerprint(path: Path) -> str:
    """SHA-256 of the content, so that a renamed file is recognised."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def records(path: Path, separator: str, position: int = 0, lines: int = 0) -> Iterator[Record]:
    """Records from byte `position`, which is after line `lines`."""
    with path.open("rb") as file:
        file.seek(position)
        while raw := _line(file):
            first, lines = lines + 1, lines + 1
            if is_open(raw, separator):
                raw, more = read_to_closing_quote(file, raw, separator)
                lines += more
            yield Record(first, raw, file.tell(), lines)


def _line(file: IO[bytes]) -> bytes:
    """The next line. A line longer than LONGEST_LINE is cut after LONGEST_LINE + 1 bytes, and its rest skipped."""
    raw = file.readline(LONGEST_LINE + 1)
    if len(raw) > LONGEST_LINE and not raw.endswith(b"\n"):
        while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
            pass
    return raw


def read_to_closing_quote(file: IO[bytes], raw: bytes, separator: str) -> tuple[bytes, int]:
    """`raw` with the lines up to the closing quote, and their number; `raw` and 0 when the quote is never closed."""
    after, whole = file.tell(), raw
    for more in range(1, MOST_LINES):
        following = _line(file)
        whole += following
        if not following or len(whole) > LONGEST_LINE:
            break
        if not is_open(whole, separator):
            return whole, more
    file.seek(after)
    return raw, 0


def is_open(raw: bytes, separator: str) -> bool:
    """Whether a quoted cell is not closed yet. A quote that is followed by text does not close it."""
    if _QUOTE not in raw:
        return False
    cut, at = ord(separator), _START
    ends = (cut, *b"\r\n")
    for sign in raw:
        if at == _INSIDE:
            at = _CLOSING if sign == _QUOTE else _INSIDE
        elif sign == _QUOTE and at in (_START, _CLOSING):
            at = _INSIDE  # a doubled quote within a quoted cell is a quote character
        elif at == _CLOSING and sign not in ends:
            return True
        else:
            at = _START if sign == cut else _OUTSIDE
    return at == _INSIDE
