"""Renders one document in a separate process: a JSON job on standard input, the PDF on standard output.

A separate process is used because Typst keeps rendered texts in memory, names included, and cannot be interrupted. The
process is isolated (`python -I`) and does not load Django. It reads only the layout file, no other packages and no
fonts of the machine.
"""

import json
import re
import sys
import unicodedata
from pathlib import Path
from typing import Any

import typst

LAYOUT = Path(__file__).with_name("paper.typ")
# Maximum number of attempts to render a document. Each failure reports letters that no font has, to be replaced.
TRIES = 20
LAST_SURE = 0x52F
ASCII = {*map(chr, range(0x20, 0x7F))}
_MISSING = re.compile(r'the text `"(.+)"` could not be displayed', re.S)
_DIRECTIONS = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}


def draw(job: dict[str, Any]) -> bytes:
    """Render the document that the job describes as PDF. The same job always gives the same bytes."""
    fonts = typst.Fonts(include_system_fonts=False)
    missing: set[str] = set()
    for attempt in range(TRIES):
        try:
            pdf = typst.compile(
                LAYOUT,
                root=LAYOUT.parent,
                font_paths=fonts,
                ignore_system_fonts=True,
                sys_inputs={"data": json.dumps(clean(job, missing))},
                format="pdf",
                pdf_standards="ua-1",
            )
        except typst.TypstError as error:
            if not (match := _MISSING.search(error.message)):
                raise
            missing |= {*match[1]} - ASCII
            # Halfway, replace all letters beyond Cyrillic, because each attempt reports only some missing letters.
            if attempt == TRIES // 2:
                missing |= {sign for sign in json.dumps(job, ensure_ascii=False) if ord(sign) > LAST_SURE}
        else:
            return bytes(pdf)
    raise ValueError(f"{len(missing)} letters that no font has")


def clean(value: Any, missing: set[str], compose: bool = True) -> Any:
    """Prepare every text for rendering: normalise to NFC, remove control characters, and replace each letter that no
    font has by its code, such as [U+4E2D]. Signed texts are not normalised, so that their signature still matches."""
    if isinstance(value, dict):
        compose = value.get("kind") != "proof"
        return {key: clean(item, missing, compose) for key, item in value.items()}
    if isinstance(value, list):
        return [clean(item, missing, compose) for item in value]
    if not isinstance(value, str):
        return value
    composed = unicodedata.normalize("NFC", value) if compose else value
    return "".join(_sign(item, missing) for item in composed)


def _sign(sign: str, missing: set[str]) -> str:
    if sign in missing or unicodedata.category(sign) in ("Cs", "Cn", "Co"):
        return f"[U+{ord(sign):04X}]"
    if ord(sign) in _DIRECTIONS:
        return ""
    return " " if unicodedata.category(sign) == "Cc" and sign != "\n" else sign


if __name__ == "__main__":
    sys.stdout.buffer.write(draw(json.load(sys.stdin)))
