"""What is picked in a chart, by a click, by a box or from a list that the keyboard reaches: it stands in the address, by its places.

One chart of a page has a pick at a time. A chart is drawn with what the address says is picked, so that a reload, a link and the
way back show the same; what a click says is written into the address before the page is drawn anew.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from audit.language.translating import tr, tr_n
from dashboard.page.press import changed
from dashboard.page.state import keep, parameter

PICK = "pick"
"""The name in the address."""
MOST = 100
"""Points that a pick has at most: a box around more takes the first."""
NONE = -1
"""What the list of a chart's points has where not just one of them is picked."""
_TAG = re.compile(r"<[^<>]{1,20}>")
_PLACES = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})*")


@dataclass(frozen=True)
class Point:
    """A point of a figure that stands for something: where it is drawn, what it says, and what it carries."""

    trace: int
    number: int
    said: str
    data: list[Any]

    @property
    def rows(self) -> bool:
        """Whether rows of the table stand behind it."""
        return bool(self.data[1])


def points_of(figure: Any) -> list[Point]:
    """Every point of a plotly figure that carries [key, [row ids]], trace by trace; what it says is what hovering shows."""
    found = []
    for number, trace in enumerate(figure.data):
        carried, told = trace.customdata, trace.hovertext
        for place, data in enumerate(() if carried is None else carried):
            said = told[place] if isinstance(told, (list, tuple)) and place < len(told) else data[0]
            found.append(Point(number, place, plain_hover(str(said)), list(data)))
    return found


def name_of(key: str, points: Sequence[Point]) -> str:
    """What the address calls a chart with these points: where others are drawn (another class, say), a pick is none of theirs."""
    keys = "\0".join(str(point.data[0]) for point in points)
    return f"{key}-{hashlib.sha256(keys.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"


def plain_hover(text: str) -> str:
    """A hover as one line without its markup."""
    lines = [html.unescape(_TAG.sub("", line)) for line in text.split("<br>")]
    head, rest = lines[0], " · ".join(line for line in lines[1:] if line)
    return f"{head}: {rest}" if rest else head


def written(name: str, places: Sequence[int]) -> str | None:
    """A pick as the address has it, `name:3.7`; None for nothing."""
    return f"{name}:{'.'.join(str(place) for place in places[:MOST])}" if places else None


def read(text: str, name: str, count: int) -> tuple[int, ...]:
    """The places that an address picks in the chart of this name, which has so many points; none where it means another."""
    chart, _, places = text.rpartition(":")
    if chart != name or not _PLACES.fullmatch(places):
        return ()
    found = dict.fromkeys(int(place) for place in places.split(".")[:MOST])
    return tuple(place for place in found if place < count)


def places_of(event: Mapping[str, Any] | None, points: Sequence[Point]) -> tuple[int, ...]:
    """The places, among the points of a figure, of what a selection of plotly's names."""
    places = {(point.trace, point.number): place for place, point in enumerate(points)}
    named = ((event or {}).get("selection") or {}).get("points") or ()
    found = ((one.get("curve_number"), one.get("point_index", one.get("point_number"))) for one in named)
    return tuple(dict.fromkeys(places[one] for one in found if one in places))


def marked(figure: Any, points: Sequence[Point], places: Sequence[int]) -> None:
    """Have the figure show what is picked."""
    for number, trace in enumerate(figure.data):
        if any(point.trace == number for point in points):
            chosen = [points[place].number for place in places if points[place].trace == number]
            trace.selectedpoints = chosen if places else None


def clicked(key: str, points: Sequence[Point]) -> None:
    """Write into the address what a click or a box has just selected; for the chart's callback."""
    _pick(name_of(key, points), places_of(st.session_state.get(key), points))


def pick_list(key: str, points: Sequence[Point], places: Sequence[int]) -> None:
    """The list of a chart's points, for who has no mouse, and the way back."""
    listed, name = f"{key}-pick", name_of(key, points)
    shown = places[0] if len(places) == 1 else NONE
    st.session_state[listed] = shown
    several = tr_n("{n} point picked", "{n} points picked", len(places)) if places else tr("Pick one")
    st.selectbox(
        tr("Point of the chart"), [NONE, *range(len(points))], key=listed, label_visibility="collapsed", width=115,
        format_func=lambda place: several if place == NONE else points[place].said[:120], on_change=changed,
        args=(listed, shown, lambda place: _pick(name, () if place == NONE else (place,))),
    )  # fmt: skip
    if places:
        st.button(
            tr("Clear"), key=f"{key}-clear", icon=":material/filter_alt_off:", type="tertiary", on_click=_pick, args=(name, ()),
            help=tr("Pick nothing in the chart."),
        )  # fmt: skip


def _pick(name: str, places: Sequence[int]) -> None:
    if places or parameter(PICK).rpartition(":")[0] == name:
        keep({PICK: written(name, places)})
