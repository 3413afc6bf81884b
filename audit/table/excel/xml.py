"""XML from a stranger as a stream of events: no entity is expanded, nothing is fetched, nothing is held but one token."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO
from xml.parsers import expat

from audit.language.translating import tr_later

BLOCK = 1 << 16
LONGEST_TAG = 1 << 20  # bytes of one tag; expat keeps it whole until it ends
DEEPEST = 64  # elements within each other; a workbook has about ten

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


class BrokenXml(Exception):
    """The part is not XML that a spreadsheet program writes; the message says why."""


class Names:
    """The names of elements without the prefix that the root's namespace has in this file."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        found = self._known.get(name)
        if found is None:
            found = name.rpartition(":")[2]
            if len(self._known) < 1_000:
                self._known[name] = found
        return found


def blocks(stream: IO[bytes], *, start: Start, end: End, text: Callable[[str], None] | None = None) -> Iterator[None]:
    """Feed a part to handlers, a block at a time, and yield after each.

    Args:
        stream: the bytes of the part.
        start: called with the name, without prefix, and the attributes of every element; end: with the name.
        text: called with the characters within elements.

    Raises:
        BrokenXml: it is not well-formed, declares a document type, or is shaped to eat memory.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    names, depth = Names(), 0

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise BrokenXml(tr_later(f"elements stand more than {DEEPEST} deep"))
        start(names[name], attributes)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(names[name])

    parser.StartDoctypeDeclHandler = _no_type
    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    if text is not None:
        parser.CharacterDataHandler = text
    fed = 0
    try:
        while block := stream.read(BLOCK):
            parser.Parse(block, False)
            fed += len(block)
            if fed - max(0, parser.CurrentByteIndex) > LONGEST_TAG:
                raise BrokenXml(tr_later("a tag is longer than 1 MiB"))
            yield
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise BrokenXml(tr_later(f"{expat.errors.messages.get(error.code, 'not XML')} at byte {fed}")) from None
    yield


def walk(stream: IO[bytes], start: Start, end: End | None = None) -> None:
    """Feed a whole part to a handler of elements, and one of their ends.

    Raises:
        BrokenXml: as `blocks`.
    """
    for _ in blocks(stream, start=start, end=end or _nothing):
        pass


def _nothing(_name: str) -> None:
    pass


def _no_type(*_declared: object) -> None:
    raise BrokenXml(tr_later("it declares a document type"))
