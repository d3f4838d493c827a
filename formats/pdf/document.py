"""Builds PDF documents: a document is a list of blocks, rendered as PDF/UA in a separate process (`draw.py`).

Texts are data and are never interpreted as markup.
"""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

Block = dict[str, Any]
DRAW = Path(__file__).with_name("draw.py")
TIMEOUT = 120
# Width of the text column on an A4 page, in points.
WIDTH = 453
# Width of a wide letter relative to the font size, used to estimate how many letters fit in a line.
LETTER = 0.56


def document(title: str, landlord: str, blocks: Sequence[Block]) -> bytes:
    """Render a document with these blocks as PDF. The same content always gives the same bytes."""
    language = (get_language() or "fr").partition("-")[0]
    job = {
        "title": title,
        "landlord": landlord,
        "lang": language,
        "blocks": [note(landlord), {"kind": "title", "text": title}, *blocks],
    }
    drawn = subprocess.run(  # noqa: S603 (this interpreter, our own file)
        [sys.executable, "-I", str(DRAW)],
        input=json.dumps(job).encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # Error messages of draw.py are discarded, because they may quote a name.
        timeout=TIMEOUT,
        check=True,
        env={},
    )
    return drawn.stdout


def head(words: object) -> Block:
    return {"kind": "head", "text": str(words)}


def text(words: object) -> Block:
    return {"kind": "text", "text": _breakable(str(words), WIDTH / (10.5 * LETTER))}


def note(words: object) -> Block:
    return {"kind": "note", "text": _breakable(str(words), WIDTH / (8.5 * LETTER))}


def proof(lines: Sequence[str]) -> Block:
    """Return a block of lines that programs extract from the PDF. A line has at most 112 characters, so that it is not
    wrapped."""
    return {"kind": "proof", "lines": [*lines]}


def table(
    rows: Sequence[Sequence[object]],
    widths: Sequence[float],
    heads: Sequence[object] = (),
    size: float = 9,
    numbers: bool = False,
) -> Block:
    """Return a block with a table. `widths` are the relative widths of the columns. `numbers` says whether the last
    column contains numbers."""
    room = [WIDTH * width / sum(widths) / (size * LETTER) for width in widths]

    def cells(row: Sequence[object]) -> list[str]:
        return [_breakable(str(cell), fits) for cell, fits in zip(row, room, strict=True)]

    shape = {"widths": [*widths], "size": size, "numbers": numbers}
    return {"kind": "table", **shape, "head": cells(heads) if heads else [], "rows": [cells(row) for row in rows]}


def _breakable(words: str, fits: float) -> str:
    """Insert break opportunities into words that are wider than their column, such as fingerprints."""
    longest = max(int(fits), 1)
    pieces = (re.findall(rf".{{1,{longest}}}", word) if len(word) > longest else [word] for word in words.split(" "))
    return " ".join("\u200b".join(piece) for piece in pieces)
