"""A dialog before anything is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from audit.language.translating import tr
from dashboard.page.guard import act
from dashboard.page.press import close, is_open, opens


def confirm(
    label: str,
    action: Callable[[], object],
    *,
    title: str,
    question: str,
    yes: str,
    done: str,
    key: str,
    button: str,
    place: Any = st,
    **look: Any,
) -> None:
    """A button that asks before it does something: while its dialog is open it is drawn, until one of its answers.

    Args:
        label: what stands on the button.
        action: what `yes` does.
        title: of the dialog.
        question: Markdown; escape what users typed.
        yes: what stands on the button that does it.
        done: the notice afterwards.
        key: of the dialog; its buttons are `key-yes` and `key-no`.
        button: key of the button, which also names what the dialog is about.
        place: where the button is drawn.
        look: of the button, as Streamlit takes it.
    """
    place.button(label, key=button, icon=":material/delete:", on_click=opens, args=(button,), **look)
    if is_open(button):
        _ask(title, question, yes, action, done, key, button)


def _ask(title: str, question: str, yes: str, action: Callable[[], object], done: str, key: str, name: str) -> None:
    def agreed() -> None:
        close()
        act(action, done)

    @st.dialog(title, on_dismiss=close)
    def ask() -> None:
        if not is_open(name):  # answered: the page is drawn anew without the dialog
            st.rerun()
        st.markdown(question)
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button(tr("Keep"), key=f"{key}-no", on_click=close)
            st.button(yes, key=f"{key}-yes", type="primary", icon=":material/delete:", on_click=agreed)

    ask()
