"""Widgets whose value lives in the address, so that a link, a reload or another browser shows the same view.

Streamlit's own binding writes what the reader sees into the address; here it holds names that do not change with the words,
and nothing that was audited: typed texts are kept by the server under a key, labels stand there by their place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import streamlit as st

from audit.language.translating import tr
from dashboard.page.kept_texts import kept_texts
from dashboard.page.state import keep

T = TypeVar("T")


def bound(
    widget: Callable[..., Any],
    label: str,
    options: Sequence[T],
    *,
    key: str,
    default: T | None = None,
    private: bool = False,
    **settings: Any,
) -> T:
    """A selectbox or segmented control of one value; `default` is the first option and stays out of the address.

    With `private` the address holds the place of the option among all, not its name.
    """
    first = options[0] if default is None else default
    texts = {option: str(number) if private else str(option) for number, option in enumerate(options)}
    by_text = {text: option for option, text in texts.items()}
    _from_address(key, lambda text: by_text.get(text, first), first)
    if st.session_state.get(key) not in options:
        st.session_state[key] = first
    value = widget(label, list(options), key=key, **settings)
    chosen: T = first if value is None else value
    _to_address(key, None if chosen == first else texts.get(chosen))
    return chosen


def choose(key: str, value: str, *, default: str) -> None:
    """Set a bound selectbox from elsewhere, before it is drawn."""
    st.session_state[key] = value
    _to_address(key, None if value == default else value)


def bound_many(
    widget: Callable[..., Any], label: str, options: Sequence[str], *, key: str, private: bool = False, **settings: Any
) -> list[str]:
    """A multiselect; nothing chosen stays out of the address, and says that any will do. `private` as in `bound`."""
    texts = {option: str(number) if private else option for number, option in enumerate(options)}
    by_text = {text: option for option, text in texts.items()}
    _from_address(key, lambda text: [by_text[part] for part in text.split(",") if part in by_text], [])
    kept = [option for option in st.session_state[key] if option in texts]
    if kept != st.session_state[key]:
        st.session_state[key] = kept
    chosen = list(widget(label, list(options), key=key, **{"placeholder": tr("Any"), **settings}) or [])
    _to_address(key, ",".join(texts[option] for option in chosen) or None)
    return chosen


def bound_range(
    widget: Callable[..., Any], label: str, low: int, high: int, *, key: str, **settings: Any
) -> tuple[int, int]:
    """A slider of two ends; the whole range stays out of the address, which says `20_80` else."""

    def read(text: str) -> tuple[int, int]:
        found = re.fullmatch("(-?[0-9]{1,15})_(-?[0-9]{1,15})", text)
        if found is None:
            return low, high
        first, last = sorted(min(high, max(low, int(end))) for end in found.groups())
        return first, last

    _from_address(key, read, (low, high))
    first, last = st.session_state[key]
    if not low <= first <= last <= high:  # another run
        st.session_state[key] = (low, high)
    first, last = widget(label, low, high, key=key, **settings)
    _to_address(key, None if (first, last) == (low, high) else f"{first}_{last}")
    return int(first), int(last)


def clear(keys: Sequence[str]) -> None:
    """Put bound widgets back to what they are without an address; for a callback."""
    for key in keys:
        st.session_state.pop(key, None)
        st.session_state.pop(f"_address_{key}", None)
    keep(dict.fromkeys(keys))


def bound_text(widget: Callable[..., Any], label: str, *, key: str, **settings: Any) -> str:
    """A text input. What is typed may be part of an audited text: the address holds a key to it."""
    kept = kept_texts()
    _from_address(key, lambda found: kept.get(found) or "", "")
    value = str(widget(label, key=key, **settings) or "")
    _to_address(key, kept.keep(value) if value else None)
    return value


def put_text(key: str, value: str) -> None:
    """Set a bound text input from elsewhere, before it is drawn."""
    st.session_state[key] = value
    _to_address(key, kept_texts().keep(value) if value else None)


def bound_number(widget: Callable[..., Any], label: str, low: int, high: int, *, key: str, **settings: Any) -> int:
    """A number input; `low` stays out of the address."""

    def read(text: str) -> int:
        return min(high, max(low, int(text))) if re.fullmatch("[0-9]{1,15}", text) else low

    _from_address(key, read, low)
    if not low <= st.session_state.get(key, low) <= high:  # a narrower filter has fewer pages
        st.session_state[key] = low
    value = int(widget(label, low, high, key=key, **settings))
    _to_address(key, None if value == low else str(value))
    return value


def _from_address(key: str, read: Callable[[str], Any], default: Any) -> None:
    """Take the value from the address when the widget is new, or when a link has changed the address."""
    text = st.query_params.get(key)
    if key not in st.session_state or text != st.session_state.get(f"_address_{key}"):
        st.session_state[key] = default if text is None else read(text)


def _to_address(key: str, text: str | None) -> None:
    keep({key: text})
    st.session_state[f"_address_{key}"] = text
