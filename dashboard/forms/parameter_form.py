"""The fields of a probe's parameters, drawn from what it declares: the first ones at once, the rest folded away."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import streamlit as st

from audit.language.probes import parameter_title
from audit.language.translating import tr
from audit.parameters import Parameter
from dashboard.page.text import plain


def choose_parameters(
    declared: Collection[Parameter], given: Mapping[str, Any], key: str, *, without: Collection[str] = ()
) -> dict[str, Any]:
    """Let the user set parameters; what is left at its default is not in the answer, so that later defaults may differ.

    Args:
        declared: what the probe declares.
        given: values to begin with.
        key: of the widgets, unique on the page.
        without: names that something else on the page decides.
    """
    shown = [one for one in declared if one.place != "nowhere" and one.name not in without]
    chosen = {one.name: _field(one, given.get(one.name, one.default), key) for one in shown if one.place == "front"}
    folded = [one for one in shown if one.place == "advanced"]
    if folded:
        with st.expander(tr("Advanced"), key=f"{key}-advanced"):
            chosen |= {one.name: _field(one, given.get(one.name, one.default), key) for one in folded}
    kept = {name: value for name, value in given.items() if name not in chosen}
    defaults = {one.name: one.default for one in shown}
    return kept | {name: value for name, value in chosen.items() if value != defaults[name]}


def _field(one: Parameter, value: Any, key: str) -> Any:
    label, key = plain(parameter_title(one.name)), f"{key}-{one.name}"
    said = tr(one.help) if one.help else None
    if one.many:
        start = list(one.choices) if value is True else list(value or ())
        return (
            st.multiselect(label, one.choices, start, key=key, help=said, placeholder=tr("None"), format_func=_choice)
            or False
        )
    if one.choices:
        choices = [None, *one.choices] if one.optional else list(one.choices)
        return st.selectbox(
            label, choices, choices.index(value) if value in choices else 0, key=key, help=said, format_func=_choice
        )
    if bool in one.types:
        return st.toggle(label, bool(value), key=key, help=said)
    if int in one.types or float in one.types:
        return _number(one, value, label, key, said)
    return st.text_input(label, "" if value is None else str(value), key=key, help=said) or (
        None if one.optional else one.default
    )


def _number(one: Parameter, value: Any, label: str, key: str, said: str | None) -> Any:
    """A whole number, or one with a fraction; what lies just outside an open bound is refused by the spec."""
    least, whole = one.least if one.least is not None else one.above, int in one.types
    kind = int if whole else float
    least, most, start = (None if bound is None else kind(bound) for bound in (least, one.most, value))
    shown: Any = st.number_input(  # type: ignore[misc]
        label,
        least,  # type: ignore[arg-type]
        most,  # type: ignore[arg-type]
        start,  # type: ignore[arg-type]
        step=2 if one.even else 1 if whole else None,
        key=key,
        format=None if whole else "%.3f",
        help=said,
        placeholder=tr("None") if one.optional else tr("Default"),
    )
    if shown is None:
        return None if one.optional else one.default
    return value if value is not None and shown == value else shown  # 3 stays 3: as 3.0 it would be other work


def _choice(value: Any) -> str:
    return tr("None") if value is None else str(value).replace("_", " ")
