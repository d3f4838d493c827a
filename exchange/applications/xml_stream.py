"""Parses large, untrusted XML files with one element in memory at a time. DTDs, entities and external files are
refused.

expat is used directly, with the handlers that defusedxml would set, for two reasons: expat gives line numbers, and
unwanted text is never added to a tree.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NoReturn
from xml.parsers import expat

from exchange.applications.dropped import UNKNOWN, Dropped
from exchange.portfolio.reader import Source, Step
from exchange.portfolio.reasons import Unreadable

LARGEST_FILE = 16 * 1024**3
CHUNK = 64 * 1024
# expat holds an unfinished tag or comment in memory. After this many bytes without a parser event, the file is refused.
LONGEST_TAG = 1024 * 1024
DEEPEST = 32
MOST_ELEMENTS = 2_000  # maximum number of elements inside one element that is yielded
LONGEST_TEXT = 1_000  # Longer texts are cut to this number of characters, more than any field allows.
ENCODINGS = frozenset({"utf-8", "iso-8859-1", "us-ascii"})


class Leaf(Enum):
    """Where the value of an XML element is: in its text, or in its attribute `code`."""

    TEXT = "text"
    CODE = "code"


Layout = Mapping[str, "Layout | Leaf"]


@dataclass(slots=True)
class Element:
    """An XML element that the layout contains. `value` is its stripped text or its code, and empty if the element has
    children."""

    name: str
    line: int
    value: str = ""
    children: list["Element"] = field(default_factory=list)

    def all(self, name: str) -> list["Element"]:
        return [child for child in self.children if child.name == name]


@dataclass(slots=True)
class _Open:
    """An XML element whose end tag has not been read yet.

    `part` is the part of the expected layout that describes the element. If the layout lacks the element, `part` is
    None, and the element is dropped with its content.
    """

    name: str
    part: Layout | Leaf | None
    element: Element | None = None
    text: str = ""
    has_value: bool = False


@dataclass(frozen=True)
class Dialect:
    """The XML format that a reader expects: namespace, root element, layout, and names of the elements to yield."""

    namespace: str
    root: str
    layout: Layout
    emitted: frozenset[str]
    check_root: Callable[[Mapping[str, str]], str]


def stream(source: Source, dialect: Dialect, dropped: Dropped, step: Step) -> Iterator[Element]:
    """Yield the elements that `dialect.emitted` names, one by one. Raises Unreadable for a file that is not accepted.
    The exception never quotes the file."""
    reading = _Reading(dialect, dropped)
    size = quiet = 0
    with source.open("rb") as file:
        while chunk := file.read(CHUNK):
            if size == 0 and (chunk.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in chunk[:4]):
                raise Unreadable("xml_encoding", 1)
            size += len(chunk)
            events = reading.events
            reading.feed(chunk)
            quiet = 0 if reading.events > events else quiet + len(chunk)
            if size > LARGEST_FILE or quiet > LONGEST_TAG:
                raise Unreadable("xml_size", reading.line)
            step(len(chunk))
            yield from reading.take()
    reading.feed(b"", last=True)
    yield from reading.take()


class _Reading:
    """Handles the events of one expat parser, with a stack of the open elements."""

    def __init__(self, dialect: Dialect, dropped: Dropped) -> None:
        self.dialect, self.dropped = dialect, dropped
        self.events = self._elements = 0
        self.line = 1
        self._open: list[_Open] = []
        self._done: list[Element] = []
        self._prefix = f"{dialect.namespace} "
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = self._forbidden
        parser.EntityDeclHandler = self._forbidden
        parser.UnparsedEntityDeclHandler = self._forbidden
        parser.ExternalEntityRefHandler = self._forbidden
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        parser.CommentHandler = self._ignored

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError as error:
            raise Unreadable("xml_syntax", error.lineno) from None

    def take(self) -> list[Element]:
        done, self._done = self._done, []
        return done

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding or "utf-8").lower() not in ENCODINGS:
            raise Unreadable("xml_encoding", 1)

    def _forbidden(self, *_args: object) -> NoReturn:
        raise Unreadable("xml_dtd", self._parser.CurrentLineNumber)

    def _ignored(self, _text: str) -> None:
        self.events += 1

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.events += 1
        self.line = line = self._parser.CurrentLineNumber
        local = name.removeprefix(self._prefix) if name.startswith(self._prefix) else UNKNOWN
        if not self._open:
            self._root(local, attributes)
            return
        if len(self._open) >= DEEPEST:
            raise Unreadable("xml_depth", line)
        parent = self._open[-1]
        part = parent.part.get(local) if isinstance(parent.part, Mapping) else None
        if part is None:
            self._open.append(_Open(local, None, has_value=bool(attributes)))
            return
        opened = _Open(local, part)
        if parent.element is not None or local in self.dialect.emitted:
            self._elements += 1
            if self._elements > MOST_ELEMENTS:
                raise Unreadable("xml_size", line)
            opened.element = Element(local, line)
            if parent.element is not None:
                parent.element.children.append(opened.element)
            if part is Leaf.CODE:
                opened.element.value = attributes.pop("code", "").strip()[:LONGEST_TEXT]
        if attributes:
            self.dropped.add_element(UNKNOWN)
        self._open.append(opened)

    def _root(self, local: str, attributes: dict[str, str]) -> None:
        if local != self.dialect.root:
            raise Unreadable("xml_root", self.line)
        if reason := self.dialect.check_root(attributes):
            raise Unreadable(reason, self.line)
        self._open.append(_Open(local, self.dialect.layout))

    def _text(self, text: str) -> None:
        self.events += 1
        opened = self._open[-1]
        if opened.part is Leaf.TEXT:
            opened.text = (opened.text + text)[:LONGEST_TEXT]
        elif not opened.has_value and not text.isspace():
            opened.has_value = True

    def _end(self, _name: str) -> None:
        self.events += 1
        opened = self._open.pop()
        if opened.has_value:
            # Count unexpected text, between child elements or beside a code, as an unknown element.
            self.dropped.add_element(opened.name if opened.part is None else UNKNOWN)
        if opened.element is None:
            return
        if opened.part is Leaf.TEXT:
            opened.element.value = opened.text.strip()
        if opened.name in self.dialect.emitted and not (self._open and self._open[-1].element):
            self._done.append(opened.element)
            self._elements = 0
