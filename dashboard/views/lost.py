"""An address that there is no page of: said in plain words, with the way back."""

from __future__ import annotations

import streamlit as st

from audit.language.translating import tr
from dashboard.page.frame import heading
from dashboard.page.state import link


def show() -> None:
    """Draw the page."""
    heading(tr("There is no such page"), tr("The address is not right, or the page is of another version of Assay."))
    st.info(tr("Nothing is lost: choose a page on the left, or begin here."), icon=":material/info:")
    for name, label, icon in (
        ("overview", tr("Overview"), "space_dashboard"),
        ("runs", tr("All runs"), "list_alt"),
        ("help", tr("Help"), "help"),
    ):
        link(name, label, icon=f":material/{icon}:")
