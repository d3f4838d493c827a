"""A file of comments from any of its bytes on: each record with the place where the next begins.

A comment may span lines between its quotes. A quote left open costs its own line: what follows is read by itself.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from desk.portfolio.reader import LONGEST_LINE

MOST_LINES = 50  # of one comment
_QUOTE = ord('"')
_START, _INSIDE, _CLOSING, _OUTSIDE = range(4)  # where a sign of a line stands, seen from its cell


@dataclass(frozen=True, slots=True)
class Record:
    """`line`: its first one, as an editor numbers it. `end` and `lines`: how far the file is read with it."""

    line: int
    raw: bytes
    end: int
    lines: int


def fingerprint(path: Path) -> str:
    """The whole file's: the same content under another name is the same file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def records(path: Path, separator: str, position: int = 0, lines: int = 0) -> Iterator[Record]:
    """From `position` on, where `lines` lines are behind."""
    with path.open("rb") as file:
        file.seek(position)
        while raw := _line(file):
            first, lines = lines + 1, lines + 1
            if is_open(raw, separator):
                raw, more = _closed(file, raw, separator)
                lines += more
            yield Record(first, raw, file.tell(), lines)


def _line(file: IO[bytes]) -> bytes:
    """None longer than LONGEST_LINE + 1: what is longer is cut, and its rest passed over."""
    raw = file.readline(LONGEST_LINE + 1)
    if len(raw) > LONGEST_LINE and not raw.endswith(b"\n"):
        while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
            pass
    return raw


def _closed(file: IO[bytes], raw: bytes, separator: str) -> tuple[bytes, int]:
    """With the lines that close its quotes, and how many those are; alone when none does."""
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
    """Does a quote that began a cell still wait for its end? One that words follow has not ended it."""
    if _QUOTE not in raw:
        return False
    cut, at = ord(separator), _START
    ends = (cut, *b"\r\n")
    for sign in raw:
        if at == _INSIDE:
            at = _CLOSING if sign == _QUOTE else _INSIDE
        elif sign == _QUOTE and at in (_START, _CLOSING):
            at = _INSIDE  # two in a row inside a cell are one of its signs
        elif at == _CLOSING and sign not in ends:
            return True
        else:
            at = _START if sign == cut else _OUTSIDE
    return at == _INSIDE
