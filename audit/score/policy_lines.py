"""Where in a policy file a field stands, and where its TOML is broken: what messages of faults need and a parser does not keep."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping

from audit.language.translating import tr_later

Place = tuple[str, int, str]
"""(table, number of the entry from 0, field); table "" is the head, field "" the header of the entry."""

_HEADER = re.compile(r"\s*\[\[?\s*([\w-]+|\"[^\"]*\"|'[^']*')\s*\]?\]")
_KEY = re.compile(r"\s*([\w-]+|\"[^\"]*\"|'[^']*')\s*=\s*(.*)")
_BROKEN = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)


def lines(text: str) -> dict[Place, int]:
    """The line of each field of a policy file; the first one where a field stands twice."""
    found: dict[Place, int] = {}
    counts: dict[str, int] = {}
    table, number = "", 0
    for line, content in _outside_texts(text):
        header, key = _HEADER.match(content), _KEY.match(content)
        if header:
            table = header[1].strip("\"'")
            number = counts.get(table, 0)
            counts[table] = number + 1
            found[table, number, ""] = line
            found.setdefault(("", 0, table), line)
        elif key:
            found.setdefault((table, number, key[1].strip("\"'")), line)
    return found


def where(place: Place, known: Mapping[Place, int]) -> str:
    """A place as a message names it: `line 4, field 'min'`; by table and number where the line is not known."""
    table, number, field = place
    line = _line(place, known)
    of_entry = f"[[{table}]] {number + 1}" if table else tr_later("the head")
    at = f"line {line}" if line else of_entry
    return f"{at}, field '{field}'" if field else f"{at}, {of_entry}" if line and table else at


def in_order(faults: Iterable[tuple[Place, str]], known: Mapping[Place, int]) -> list[tuple[Place, str]]:
    """Faults with their places as the file has them, from the top; as they come where no lines are known."""
    return sorted(faults, key=lambda fault: _line(fault[0], known) or 0)


def broken(error: tomllib.TOMLDecodeError, text: str) -> str:
    """What is wrong with the TOML and where: `line 4, column 7, field 'min': Invalid value`."""
    told = _BROKEN.fullmatch(str(error))
    if told is None:
        return str(error)
    what, line, column = told.groups()
    content = text.split("\n")
    number = int(line) if line else max(1, len(text.rstrip("\n").split("\n")))
    key = _KEY.match(content[number - 1]) if number <= len(content) else None
    field = f", field '{key[1].strip(chr(34) + chr(39))}'" if key else ""
    at = f"line {number}, column {column}" if line else tr_later(f"the end of the file, line {number}")
    return f"{at}{field}: {what[:1].lower()}{what[1:]}"


def _line(place: Place, known: Mapping[Place, int]) -> int | None:
    """The line of a field, else that of its entry's header."""
    table, number, _ = place
    return known.get(place) or known.get((table, number, ""))


def _outside_texts(text: str) -> Iterator[tuple[int, str]]:
    """Numbered lines without those inside a text of several lines, whose words may look like fields."""
    inside = ""
    for line, content in enumerate(text.split("\n"), 1):
        if inside:
            inside = "" if inside in content else inside
            continue
        yield line, content
        key = _KEY.match(content)
        opened = key[2][:3] if key else ""
        if opened in ('"""', "'''") and opened not in key[2][3:]:  # type: ignore[index]
            inside = opened
