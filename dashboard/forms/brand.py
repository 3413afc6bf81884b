"""The name and logo on the cover of reports, which an administrator sets for the whole installation."""

from __future__ import annotations

from typing import Any

import streamlit as st

from audit.actions import brand
from audit.language.translating import tr, tr_later
from audit.report.brand import LOGO_BYTES
from dashboard.page.confirm import confirm
from dashboard.page.guard import act, acted, guarded
from dashboard.page.state import actor, store
from models.places import setting
from models.settings import SETTINGS

NAME, NUMBER = "brand-organisation", "brand-number"


def brand_form() -> None:
    """What is kept of them, with a preview, and how to change it."""
    st.header(tr("Reports"), anchor=False)
    st.caption(tr("On the cover of every report and comparison that is made from now on."))
    left, right = st.columns(2)
    with left, guarded(tr_later("The organisation's name could not be shown")):
        _organisation()
    with right, guarded(tr_later("The logo could not be shown")):
        _logo()


def _organisation() -> None:
    with st.form("brand-name", border=False):
        st.text_input(tr("Organisation"), store().brand().organisation, max_chars=brand.NAME_CHARACTERS, key=NAME)
        st.form_submit_button(
            tr("Keep the name"),
            key="brand-keep-name",
            on_click=_keep_name,
            help=tr("Empty the field to print no name."),
        )
    _goes_before("organisation", setting("organisation"))


def _keep_name() -> None:
    act(lambda: brand.set_organisation(actor(), st.session_state[NAME]), tr("The name is kept."))


def _logo() -> None:
    kept = store().brand()
    if kept.logo is not None:
        st.image(store().files.read(kept.logo), caption=tr("The logo of reports"), width=160)
        confirm(
            tr("Remove the logo"), lambda: brand.remove_logo(actor()), title=tr("Remove the logo?"),
            question=tr("Reports made from now on have no logo; those there are keep theirs."), yes=tr("Remove"),
            done=tr("The logo is removed."), key="brand-remove", button="brand-remove-logo",
        )  # fmt: skip
    number = st.session_state.setdefault(NUMBER, 0)  # a new key empties the widget and frees its memory
    file = st.file_uploader(
        tr("Another logo") if kept.logo else tr("Logo"), ["png", "jpg", "jpeg"], key=f"brand-logo-{number}", max_upload_size=1,
        help=tr("PNG or JPEG, up to 1 MB and 4,000 pixels wide and high; no SVG."),
    )  # fmt: skip
    st.caption(tr("PNG or JPEG, up to {size} MB", size=LOGO_BYTES // 1_000_000))
    if file is not None:
        st.button(
            tr("Keep this logo"), key="brand-keep-logo", icon=":material/upload:", on_click=_keep_logo, args=(file,)
        )
    _goes_before("logo", setting("logo"))


def _keep_logo(file: Any) -> None:
    if acted(lambda: brand.set_logo(actor(), file.getvalue()), tr("The logo is kept."), "notice"):
        st.session_state[NUMBER] += 1


def _goes_before(name: str, said: str | None) -> None:
    """Say so where a setting of the process hides what is kept here."""
    if said:
        st.caption(tr("{variable} is set and goes before what is kept here.", variable=SETTINGS[name].variable))
