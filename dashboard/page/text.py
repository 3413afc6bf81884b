"""Untrusted text on pages. Streamlit reads labels, captions and messages as Markdown: what a user typed goes through here."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from audit.language.numbers import numbers
from audit.language.translating import tr
from audit.table.faults import without_flags
from audit.times import read_time
from dashboard.page.reader import zone
from models.telling import again
from models.visible import visible

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=\"'])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_LIVE = re.compile(
    r"(?<=:)(?=//)|(?<=www)(?=\.)|(?<=@)(?=\w)"  # links without brackets
    r"|(?<=:)(?=[\w+/-]+:)"  # emoji and icons by name
    r"|(?<=(?<!\S)[<>~-])(?=[=>-]+(?!\S))",  # arrows and dashes
    re.IGNORECASE,
)
"""Places in a text that Streamlit makes something of even where every sign is escaped."""
_JOINER = "\u2060"


def told_again(text: object) -> str:
    """An English text of ours (an error, a reason, a note) in the reader's language, without the terminal's options in it."""
    return without_flags(again(text))


def plain(text: object, limit: int = 200) -> str:
    """`text` as Markdown that shows exactly these characters, on one line, cut to `limit` characters.

    Streamlit looks for links, emoji names and arrows after it has resolved escapes: an invisible word joiner keeps them apart.
    """
    return _MARKDOWN.sub(r"\\\1", _LIVE.sub(_JOINER, one_line(text, limit)))


def one_line(text: object, limit: int = 200) -> str:
    """`text` without line breaks, hidden characters shown, cut to `limit` characters; for plain-text widgets."""
    flat = visible(" ".join(str(text).split())) or ("\u2423" if str(text) else "")
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def escaped(text: object) -> str:
    """`text` for `st.html`: tags, quotes and control characters are shown, never obeyed."""
    return html.escape(_CONTROL.sub("\u2423", str(text)), quote=True)


def number(value: float | None, unit: str = "share") -> str:
    """A value as people read it, see `audit.language.numbers`; a dash for nothing."""
    return numbers().number(value, unit)


def interval(low: float | None, high: float | None, unit: str = "share") -> str:
    """The interval beside a value, for example `31.0% to 45.2%`; empty without one."""
    return numbers().interval(low, high, unit)


def estimate(value: float | None, low: float | None, high: float | None, unit: str = "share") -> str:
    """A value with its interval, `38.4% (31.0% to 45.2%)`; the value alone without one."""
    return numbers().estimate(value, low, high, unit)


def duration(seconds: float | None) -> str:
    """`48 s`, `3 min 20 s`, `2 h 5 min`; a dash when it is not known."""
    return numbers().duration(seconds)


def size(count: float | None) -> str:
    """Bytes as `3.2 MB`."""
    return numbers().size(count)


def when(stamp: object) -> str:
    """A stored UTC time in the reader's words: `just now`, `12 min ago`, else the local date and time."""
    if not isinstance(stamp, str):  # None, or what a DataFrame makes of it
        return numbers().none
    then = read_time(stamp)
    if then is None:
        return tr("unknown")
    age = (datetime.now(UTC) - then).total_seconds()
    return numbers().ago(age) if age < 12 * 3600 else local(stamp)


def local(stamp: str | None) -> str:
    """A stored UTC time as date and time where the reader is; the side bar names the zone."""
    at = read_time(stamp)
    if at is None:
        return tr("unknown") if stamp else numbers().none
    return numbers().date(at.astimezone(zone()))


def in_words(value: object) -> str:
    """A setting as text, without the brackets and quotes of a programming language."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {in_words(part)}" for name, part in value.items()) or tr("yes")
    if isinstance(value, (list, tuple)):
        return ", ".join(map(in_words, value)) or tr("none")
    if value is None or isinstance(value, bool):
        return tr("not set") if value is None else tr("yes") if value else tr("no")
    return str(value)
