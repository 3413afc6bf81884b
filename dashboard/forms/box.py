"""A box of a form, drawn from what is declared of a field: a switch, a list, a number or a line of text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import streamlit as st
from pydantic import BaseModel
from streamlit.delta_generator import DeltaGenerator

from audit.boxes import Box
from audit.language.translating import tr, tr_later

BESIDE = 4
"""Boxes that stand beside each other."""
AUTO = tr_later("(find it)")
"""The first choice of a list: none was made."""


def places() -> Iterator[DeltaGenerator]:
    """Where one box after the other stands, in rows."""
    while True:
        yield from st.columns(BESIDE, vertical_alignment="bottom")


def ask(place: DeltaGenerator, box: Box, group: type[BaseModel], name: str, now: Any, *, key: str) -> None:
    """Draw the box of a field.

    Args:
        place: where.
        box: what is declared of it.
        group: the model; name: of its field.
        now: what was chosen so far; None for nothing.
        key: of the widget; `answer` has what it says.
    """
    title, said = tr(box.title), tr(box.help) if box.help else None
    if box.choices:
        listed = [AUTO, *box.choices, *({now} - {None, *box.choices})]
        place.selectbox(
            title, listed, listed.index(now or AUTO), key=key, help=said, format_func=lambda one: _called(box, one)
        )
    elif _is_switch(group, name):
        default = group.model_fields[name].default
        place.checkbox(title, now is not None and now != default, key=key, help=said)
    elif int in _types(group, name):
        st.session_state.setdefault(key, now)  # one that is drawn with a value cannot be emptied
        place.number_input(title, value=None, step=1, key=key, help=said, placeholder=tr("Default"))
    else:
        place.text_input(title, now or "", key=key, help=said, placeholder=tr("Default"))


def answer(group: type[BaseModel], name: str, shown: Any) -> Any:
    """What the box of a field, which shows this, says of it; None for nothing."""
    if _is_switch(group, name):
        return bool(shown) != group.model_fields[name].default
    return None if shown in (AUTO, "") else shown


def _called(box: Box, one: str) -> str:
    said = box.choices.get(one, one)
    return said if said == one and one != AUTO else tr(said)


def _is_switch(group: type[BaseModel], name: str) -> bool:
    return group.model_fields[name].annotation is bool


def _types(group: type[BaseModel], name: str) -> tuple[Any, ...]:
    kind = group.model_fields[name].annotation
    return get_args(kind) or (kind,)
