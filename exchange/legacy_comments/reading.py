"""Reads the records of a comments file from any byte position. Each record has the position at which the next one
begins.

A quoted comment may span several lines. If a quote is never closed, only its own line is invalid; the following lines
are read normally.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from exchange.portfolio.reader import LONGEST_LINE

MOST_LINES = 50  # maximum number of lines that one quoted comment may span
_QUOTE = ord('"')
# States of the CSV parser: at the start of a cell, in quotes, after a quote that may close them, in unquoted text.
_START, _INSIDE, _CLOSING, _OUTSIDE = range(4)


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the file. `line` is the number of its first line, counted from 1.

    `end` is the byte position after the record. `lines` is the number of lines in the file before that position.
    """

    line: int
    raw: bytes
    end: int
    lines: int


def fingerprint(path: Path) -> str:
    """Return the SHA-256 digest of the file's content, by which a renamed file is recognised."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def records(path: Path, separator: str, position: int = 0, lines: int = 0) -> Iterator[Record]:
    """Yield the records that follow byte `position`. `lines` is the number of lines before that position."""
    with path.open("rb") as file:
        file.seek(position)
        while raw := _line(file):
            first, lines = lines + 1, lines + 1
            if is_open(raw, separator):
                raw, more = read_to_closing_quote(file, raw, separator)
                lines += more
            yield Record(first, raw, file.tell(), lines)


def _line(file: IO[bytes]) -> bytes:
    """Return the next line. If it is longer than LONGEST_LINE, only LONGEST_LINE + 1 bytes are returned and the rest is
    skipped."""
    raw = file.readline(LONGEST_LINE + 1)
    if len(raw) > LONGEST_LINE and not raw.endswith(b"\n"):
        while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
            pass
    return raw


def read_to_closing_quote(file: IO[bytes], raw: bytes, separator: str) -> tuple[bytes, int]:
    """Read a quoted cell that spans several lines. `raw` is its first line, which was already read.

    Returns all lines of the cell, and how many follow `raw`. Returns (raw, 0) if the quote is never closed.
    """
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
    """Return True if `raw` ends inside a quoted cell, or if text follows a quote that should close a cell."""
    if _QUOTE not in raw:
        return False
    cut, at = ord(separator), _START
    ends = (cut, *b"\r\n")
    for sign in raw:
        if at == _INSIDE:
            at = _CLOSING if sign == _QUOTE else _INSIDE
        elif sign == _QUOTE and at in (_START, _CLOSING):
            at = _INSIDE  # two quotes inside a quoted cell stand for one quote character
        elif at == _CLOSING and sign not in ends:
            return True
        else:
            at = _START if sign == cut else _OUTSIDE
    return at == _INSIDE
