"""Remembers which pages the accessibility checker axe has checked, so that it checks similar pages only once.

Running axe takes longer than loading a page. Two pages of the same *shape* give the same results. A shape lists every
element with its classes and attributes. It leaves out texts, addresses and the number of similar rows, and includes
what only a browser can measure (what is hidden, or scrolls). The page frame and its main part have separate shapes; axe
is skipped when both are known. Text contrast is checked separately for each *paint*: a text's colour, size and weight,
and the backgrounds under it. A paint is known once axe passed it, and a shape once axe found no fault in it. So a fault
is checked and reported again on every page that has it.

Both are remembered for one test run, in a folder that its processes share. So are the *pages* of the walk, by the
structure of their HTML as sent and the length of their longest word. `tests/e2e/test_shapes.py` adds a fault of
each kind to a page that has been checked.
"""

import re
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

READER = (Path(__file__).parent / "shapes.js").read_text(encoding="utf-8")


_PART = re.compile(r"<(/?)([a-z][a-z0-9]*)\b([^>]*)>|([^<]+)", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([^\s=/]+)(?:=\"([^\"]*)\")?")
# Attributes whose value belongs to the shape of a page. Of all other attributes, only the name belongs to the shape.
_TOLD = {"class", "type", "role", "hidden", "lang", "rel", "method", "target", "tabindex", "inputmode", "autocomplete"}
_TOLD |= {f"aria-{state}" for state in ("current", "disabled", "expanded", "hidden", "invalid", "live", "pressed")}
_ALONE = {"meta", "link", "input", "br", "hr", "img", "use", "path", "circle", "rect", "line", "wbr", "col"}
# Elements in which equal children count once, so that lists of different lengths have the same shape.
_LIKE = {"tbody", "ul", "ol", "dl", "select", "datalist", "svg", "g"}
_LENGTHS = (8, 12, 16, 20, 24, 32, 48)


def built_of(page: str) -> list[str]:
    """Return strings that describe the structure of a page: its elements and classes, without texts.

    There is one string for each word length in `_LENGTHS` that the page reaches. So a page with a longer word than
    earlier pages has a new string, and its layout is checked again.
    """
    open_: list[tuple[str, str, list[str]]] = [("", "", [])]
    longest = 0
    for closes, tag, attributes, words in _PART.findall(page):
        if words.strip():
            longest = max(longest, *map(len, words.split()))
            open_[-1][2].append("t")
        elif closes:
            while len(open_) > 1 and _close(open_) != tag.lower():
                pass
        elif tag:
            open_.append((tag.lower(), " ".join(sorted(map(_kept, _ATTRIBUTE.findall(attributes)))), []))
            if tag.lower() in _ALONE or attributes.endswith("/"):
                _close(open_)
    shape = ",".join(open_[0][2])
    return [f"{shape} {step}" for step in (0, *_LENGTHS) if step <= longest]


def _close(open_: list[tuple[str, str, list[str]]]) -> str:
    tag, attributes, children = open_.pop()
    open_[-1][2].append(f"{tag}[{attributes}]({','.join(sorted(set(children)) if tag in _LIKE else children)})")
    return tag


def _kept(attribute: tuple[str, str]) -> str:
    name, value = attribute
    return f"{name}={value}" if name in _TOLD else name


class Seen:
    """Remembers what was checked in this test run: page structures (shapes), text styles (paints) and pages."""

    def __init__(self) -> None:
        # The folder that all test processes of a run share. If it is None, nothing is shared with other processes.
        self._folder: Path | None = None
        self._mine: set[str] = set()

    def kept_in(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._folder = folder

    def unknown(self, kind: str, things: Iterable[str]) -> list[str]:
        return [thing for thing in things if not self._has(_name(kind, thing))]

    def keep(self, kind: str, things: Iterable[str]) -> None:
        for name in (_name(kind, thing) for thing in things):
            self._mine.add(name)
            if self._folder:
                (self._folder / name).touch()

    def count(self, kind: str) -> int:
        return len(list(self._folder.glob(f"{kind}-*"))) if self._folder else 0

    def _has(self, name: str) -> bool:
        if name not in self._mine and self._folder and (self._folder / name).exists():
            self._mine.add(name)
        return name in self._mine


def _name(kind: str, thing: str) -> str:
    return f"{kind}-{sha256(thing.encode()).hexdigest()[:32]}"


SEEN = Seen()
