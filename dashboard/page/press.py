"""Presses that count: what a button asks for is done, whatever redraws the page before the script comes to it.

`if st.button(...)` hears of a press when the page's script comes to that line. Until then any other redraw (the timer of
a fragment, a field that was left, a second press) starts the script anew without it, and the press is gone; and a dialog
that only the run of its press draws is closed by the next redraw. A callback runs before the script's first line and
cannot be overtaken. So what a press asks for stands in `on_click`, one of:

- `act`, with what was on the screen: `st.button(label, on_click=act, args=(action, done))`;
- `travels`, to do something and go to another page;
- `opens`, a dialog that is drawn while it `is_open` (see `confirm`);
- `remembers`, where the fields of the page decide: `pressed` tells the script of it, once, when all of them are read.

A box whose choice does something says so in `on_change`, with `changed`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboard.page.guard import act, acted
from dashboard.page.state import go

DIALOG, JOURNEY, PRESSED = "_dialog", "_journey", "_pressed"


def opens(name: str) -> None:
    """Ask for the dialog called `name`; it is drawn in every redraw until it is closed."""
    st.session_state[DIALOG] = name


def is_open(name: str) -> bool:
    """Whether the dialog called `name` was asked for and not yet closed."""
    return bool(st.session_state.get(DIALOG) == name)


def close() -> None:
    """Close the dialog."""
    st.session_state.pop(DIALOG, None)


def remembers(name: str) -> None:
    """Keep a press of the button called `name` until the script asks for it."""
    st.session_state[PRESSED] = {*st.session_state.get(PRESSED, ()), name}


def pressed(name: str) -> bool:
    """Whether the button called `name` was pressed since this was asked last."""
    kept = set(st.session_state.get(PRESSED, ()))
    st.session_state[PRESSED] = kept - {name}
    return name in kept


def changed(key: str, drawn: object, action: Callable[[Any], object], done: str = "") -> None:
    """Do what another choice in the box `key` asks for; nothing where it is the one that was drawn, or none.

    A box that is no longer drawn is named by the browser once more where another redraw is asked for before the page has
    come, and counts as changed then, with the choice it last showed: what was decided since may not be undone by that.
    """
    chosen = st.session_state.get(key)
    if chosen is not None and chosen != drawn:
        act(lambda: action(chosen), done)


def travels(page: str, query: Callable[[], dict[str, str]]) -> None:
    """Go to another page once `query`, which does what there is to do first, has given its address; else say why not."""
    found: dict[str, str] = {}
    if acted(lambda: found.update(query()), ""):
        st.session_state[JOURNEY] = (page, found)


def before_page(title: str) -> None:
    """Go where a press asked to go; what was asked for on another page is dropped."""
    journey = st.session_state.pop(JOURNEY, None)
    if journey is not None:
        go(journey[0], **journey[1])
    if st.session_state.get("_title") != title:
        close()
        st.session_state.pop(PRESSED, None)
        st.session_state["_title"] = title
