"""The address of what is on the screen, to be copied and sent."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from audit.language.translating import tr


def copy_link(run: str = "") -> None:
    """A button that opens the address of this page, as it stands now, with a button that copies it; of a run its id too."""
    with st.popover(
        tr("Link"), icon=":material/link:", type="tertiary", help=tr("The address of this view, to send to a colleague")
    ):
        st.code(address(), language=None, wrap_lines=True)
        st.caption(tr("It opens for whoever may use this installation."))
        if run:
            st.caption(tr("In the terminal this run is:"))
            st.code(run, language=None)


def address() -> str:
    """The whole address of this page with what it shows."""
    query = urlencode({name: st.query_params.get_all(name) for name in st.query_params}, doseq=True)
    return (st.context.url or "").partition("?")[0] + (f"?{query}" if query else "")
