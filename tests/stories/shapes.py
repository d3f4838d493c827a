"""What axe has been asked, so that it is asked once: it takes longer than the page it looks at.

To it two pages of one *shape* are alike: every element with its classes and attributes, without the words, addresses
and number of like lines, but with what a browser alone can measure (what is hidden, or scrolls). The frame has a shape
and what is in it another; both have to be known. The contrast of words is asked apart, of each *paint*: a colour, a
size and a weight on what lies under them. A paint is known once axe has said that it passes, and a shape once nothing
was found in it: whatever is wrong is asked of again, and told, wherever it stands.

Both are kept for the length of a run, in a folder that its processes share; so are the *pages* of the walk, by what
they are built of as they are sent, and how long their longest word is. `tests/stories/test_shapes.py` plants a fault of
each kind on a page that has been looked at.
"""

import re
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

READER = (Path(__file__).parent / "shapes.js").read_text(encoding="utf-8")


_PART = re.compile(r"<(/?)([a-z][a-z0-9]*)\b([^>]*)>|([^<]+)", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([^\s=/]+)(?:=\"([^\"]*)\")?")
# What a page keeps of an attribute is that it is there; of these, what it says.
_TOLD = {"class", "type", "role", "hidden", "lang", "rel", "method", "target", "tabindex", "inputmode", "autocomplete"}
_TOLD |= {f"aria-{state}" for state in ("current", "disabled", "expanded", "hidden", "invalid", "live", "pressed")}
_ALONE = {"meta", "link", "input", "br", "hr", "img", "use", "path", "circle", "rect", "line", "wbr", "col"}
_LIKE = {"tbody", "ul", "ol", "dl", "select", "datalist", "svg", "g"}  # what they hold is one after another
_LENGTHS = (8, 12, 16, 20, 24, 32, 48)


def built_of(page: str) -> list[str]:
    """Of what a page is built, without its words: its elements, their classes, and of a list its kinds of lines. Once
    for each step that its longest word reaches: whoever has been shown longer ones has been shown this."""
    open_: list[tuple[str, str, list[str]]] = [("", "", [])]
    longest = 0
    for closes, tag, said, words in _PART.findall(page):
        if words.strip():
            longest = max(longest, *map(len, words.split()))
            open_[-1][2].append("t")
        elif closes:
            while len(open_) > 1 and _close(open_) != tag.lower():
                pass
        elif tag:
            open_.append((tag.lower(), " ".join(sorted(map(_kept, _ATTRIBUTE.findall(said)))), []))
            if tag.lower() in _ALONE or said.endswith("/"):
                _close(open_)
    shape = ",".join(open_[0][2])
    return [f"{shape} {step}" for step in (0, *_LENGTHS) if step <= longest]


def _close(open_: list[tuple[str, str, list[str]]]) -> str:
    tag, said, children = open_.pop()
    open_[-1][2].append(f"{tag}[{said}]({','.join(sorted(set(children)) if tag in _LIKE else children)})")
    return tag


def _kept(attribute: tuple[str, str]) -> str:
    name, value = attribute
    return f"{name}={value}" if name in _TOLD else name


class Seen:
    """What need not be looked at again."""

    def __init__(self) -> None:
        self._folder: Path | None = None  # until a run says where, everything is new
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
