"""What axe has been asked, so that it is asked once: it takes longer than the page it looks at.

To it two pages of one *shape* are alike: every element with its classes and attributes, without the words, addresses
and number of like lines, but with what a browser alone can measure (what is hidden, or scrolls). The frame has a shape
and what is in it another; both have to be known. The contrast of words is asked apart, of each *paint*: a colour, a
size and a weight on what lies under them. A paint is known once axe has said that it passes, and a shape once nothing
was found in it: whatever is wrong is asked of again, and told, wherever it stands.

Both are kept for the length of a run, in a folder that its processes share; so are the *pages* of the walk, word for
word. `tests/stories/test_shapes.py` plants a fault of each kind on a page that has been looked at.
"""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

READER = (Path(__file__).parent / "shapes.js").read_text(encoding="utf-8")


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
