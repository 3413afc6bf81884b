"""A language that nobody speaks: every sentence as it is in English, between ⟦ and ⟧. What stands outside was never given to `tr`.

Texts of a test's own data are written in Greek letters (`greek`), so that Latin letters outside the brackets are words of the
program, or of one of the sources that a test says it does not look at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from gettext import NullTranslations
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from audit.language.gathering import everything
from audit.language.numbers import numbers
from audit.report.strings import strings
from models import telling, translating

OPEN, CLOSE = "⟦", "⟧"
MUTE = frozenset({
    "id", "key", "form_id", "element_id", "icon", "url", "urls", "page", "page_script_hash", "fragment_id", "style_id", "type",
    "color", "width", "height", "language", "column_order", "user_key", "query_string", "border", "variant", "selection_mode",
    "format", "theme", "spec", "config", "mime_type", "data_type", "shortcut", "deferred_file_id", "uuid", "code_text",
})  # fmt: skip
"""Fields of Streamlit's messages that hold no words: names, addresses, colours, code, and charts, which are drawn elsewhere."""
LATIN = re.compile(r"[A-Za-z]{2,}")
MARKUP = re.compile(r":material/\w+:|:[a-z]+(?:-badge)?\[|&nbsp;|<br>|[\]*_`#]")
"""Icons, colours and emphasis of Streamlit's Markdown."""
PART = re.compile(r"\s*(?:·|, |: | – | → )\s*")
HOLE = "\0"
FILLED = r"(?:[^A-Za-z]*[A-Za-z]+){0,4}[^A-Za-z]*"
"""What a place to fill in may hold: a few words."""
NUMBER = (
    r"just now|(?=.*\d)(?:[^A-Za-z]|\b(?:to|n|s|min|h|ago|B|[kMGT]B|percentage points|logits?|nats|words?|tokens?)\b)+"
)
"""Numbers with their units, as `audit.language.numbers` writes them."""


class _Bracketed(NullTranslations):
    def gettext(self, message: str) -> str:
        return f"{OPEN}{message}{CLOSE}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"{OPEN}{msgid1 if n == 1 else msgid2}{CLOSE}"

    def pgettext(self, _context: str, message: str) -> str:
        return f"{OPEN}{message}{CLOSE}"

    def npgettext(self, _context: str, msgid1: str, msgid2: str, n: int) -> str:
        return f"{OPEN}{msgid1 if n == 1 else msgid2}{CLOSE}"


ROOT = Path(__file__).resolve().parent.parent.parent


@cache
def sentences() -> tuple[str, ...]:
    """Every sentence of the sources without a key."""
    return tuple(dict.fromkeys(sentence.one for sentence in everything(ROOT) if not sentence.key))


def speak_pseudo(monkeypatch: pytest.MonkeyPatch, language: str = "en") -> None:
    """Have this language be the bracketed one until the end of the test, the others be English."""
    monkeypatch.setattr(telling, "sentences_of", lambda name: sentences() if name == language else ())
    for read in (strings, numbers):  # what they say is kept for good, for each way of asking: not in brackets
        read()
        read("en")
    monkeypatch.setattr(
        translating, "_translations", lambda name: _Bracketed() if name == language else NullTranslations()
    )
    for place in ("chapters", "compared"):  # of pages: read anew, in brackets
        monkeypatch.setattr(f"dashboard.draw.{place}.strings", strings.__wrapped__)


def greek(text: str) -> str:
    """The text with a Greek letter for each Latin one."""
    latin, other = "abcdefghijklmnopqrstuvwxyz", "αβγδεφγηιξκλμνοπθρστυβωχψζ"
    return text.translate(str.maketrans(latin + latin.upper(), other + other.upper()))


def outside(text: str) -> list[str]:
    """The lines of a text as far as they stand in no brackets, without Markdown's escapes; those with no Latin word are left out."""
    depth, pieces = 0, [""]
    for sign in text.replace("\\", "").replace("\u2060", ""):
        if sign == OPEN:
            depth += 1
            pieces.append("")
        elif sign == CLOSE:
            depth -= 1
        elif depth == 0:
            pieces[-1] += sign
    return [line.strip() for piece in pieces for line in piece.splitlines() if LATIN.search(line)]


def shown(test: Any) -> Iterator[tuple[str, str]]:
    """Every text of a page that AppTest drew, each with the kind of its element and its field: `(button.label, "Delete")`."""
    for root in test._tree.children.values():
        for node in root:
            proto = getattr(node, "proto", None)
            if proto is not None:
                yield from _texts(proto, proto.DESCRIPTOR.name)
            if getattr(node, "type", "") == "dataframe":
                yield from _headers(node)
    for page in test.session_state["_pages"].values():
        yield "navigation.title", page.title


class Known:
    """What may stand outside the brackets.

    Args:
        texts: long ones anywhere, short ones as a whole or between commas and the like.
        patterns: of a whole piece or part.
    """

    def __init__(self, texts: Iterable[str], patterns: Iterable[str] = ()) -> None:
        flat = {_flat(text) for text in texts}
        self.exact = {text for text in flat if LATIN.search(text)}
        self.long = sorted((text for text in self.exact if len(text) > 15 or " " in text), key=len, reverse=True)
        self.patterns = [re.compile(pattern, re.DOTALL) for pattern in (NUMBER, *patterns)]

    def unexplained(self, text: str) -> list[str]:
        """The pieces of a text that stand outside the brackets and are none of these."""
        return [piece for piece in map(_flat, outside(text)) if not self._explains(piece)]

    def _explains(self, piece: str) -> bool:
        if self._is_one(piece):
            return True
        for text in self.long:
            piece = piece.replace(text, " ")
        return all(self._is_one(part) for part in PART.split(piece))

    def _is_one(self, part: str) -> bool:
        part = part.strip(" .…,;:()-·")
        return (
            not LATIN.search(part)
            or part in self.exact
            or ((part.endswith("…") or len(part) > 60) and any(text.startswith(part.rstrip("…")) for text in self.long))
            or any(pattern.fullmatch(part) for pattern in self.patterns)
        )


def _flat(text: str) -> str:
    return " ".join(MARKUP.sub(" ", text).split()).strip(" .…,;:()-·")


def _texts(proto: Any, kind: str) -> Iterator[tuple[str, str]]:
    for field, value in proto.ListFields():
        if field.name in MUTE or field.type == field.TYPE_BYTES:
            continue
        many = value if field.is_repeated else [value]
        for part in many:
            if field.type == field.TYPE_STRING:
                yield from _words(f"{kind}.{field.name}", part)
            elif field.type == field.TYPE_MESSAGE and hasattr(part, "ListFields"):
                yield from _texts(part, part.DESCRIPTOR.name)


def _words(place: str, text: str) -> Iterator[tuple[str, str]]:
    if place == "Dataframe.columns":
        yield from _columns(text)
    elif place == "Json.body":  # a model's own card, as it is
        return
    elif place == "Html.body":
        bare = re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
        for found in (*re.findall(r'(?:title|aria-label|alt)="([^"]*)"', bare), *re.split(r"<[^>]*>", bare)):
            yield place, unescape(found)
    else:
        yield place, text


def _columns(config: str) -> Iterator[tuple[str, str]]:
    """What the settings of a table's columns say."""
    for column in json.loads(config or "{}").values():
        for name in ("label", "help"):
            if column and column.get(name):
                yield f"column.{name}", str(column[name])


def _headers(table: Any) -> Iterator[tuple[str, str]]:
    """The heads of a table's columns that no settings name otherwise."""
    named = {name for name, column in json.loads(table.proto.columns or "{}").items() if "label" in (column or {})}
    for name in table.value.columns:
        if str(name) not in named and (not table.proto.column_order or str(name) in table.proto.column_order):
            yield "column.name", str(name)
