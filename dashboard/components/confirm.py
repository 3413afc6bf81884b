"""A dialog before anything is lost."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard.components.guard import act


def confirm(title: str, question: str, yes: str, action: Callable[[], object], done: str, *, key: str) -> None:
    """Open a dialog; on `yes` do the action, leave a notice and rerun. `question` is Markdown: escape what users typed."""

    @st.dialog(title)
    def ask() -> None:
        st.markdown(question)
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button("Keep", key=f"{key}-no"):
                st.rerun()
            if st.button(yes, key=f"{key}-yes", type="primary", icon=":material/delete:"):
                act(action, done)
                st.rerun()

    ask()
