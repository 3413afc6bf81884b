"""Choosing a slice: one that is kept, a condition that is typed, or both; and keeping, renaming and deleting them."""

from __future__ import annotations

from functools import partial

import streamlit as st

from audit.actions import slices
from audit.actions.slices import LONGEST_NAME
from audit.filtering import RowFilter
from audit.language.translating import tr, tr_later
from audit.stored import StoredSlice
from audit.where import Unreadable, parse
from dashboard.page.address import bound, bound_text
from dashboard.page.confirm import confirm
from dashboard.page.guard import act
from dashboard.page.press import close, is_open, opens
from dashboard.page.state import SLICE, WHERE, actor, store
from dashboard.page.text import one_line, plain, told_again, when

MOST_CHARACTERS = 2_000
HOW = tr_later(
    "Conditions are joined by `&`: `region=north|south`, `label!=refund`, `confidence<0.6`, `length>50` (words), `language=en`, "
    '`form=question`, `wrong`, `holds "late fee"`, `subject contains "re:"`, `flipped by typos`, `not held by textfooler`, `cluster=3`. '
    'A value with a mark such as = stands in double quotes; a blank cell is "".'
)


def choose_slice() -> RowFilter | None:
    """Draw the fields; the rows they mean, every row where nothing is chosen, None where what was typed cannot be read."""
    kept = {one.name: one for one in store().slices()}
    if kept:
        left, right, more = st.columns([1.6, 3.4, 0.9], vertical_alignment="bottom")
        name = bound(
            left.selectbox, tr("Kept slice"), ["", *kept], key=SLICE,
            format_func=lambda one: one_line(one, 60) if one else tr("None"),
        )  # fmt: skip
    else:
        right, more = st.columns([5, 0.9], vertical_alignment="bottom")
        name = ""
    typed = bound_text(
        right.text_input, tr("Condition"), key=WHERE, icon=":material/data_object:", max_chars=MOST_CHARACTERS,
        placeholder=tr("region=north & length>50"), help=tr(HOW),
    )  # fmt: skip
    with more:
        kept_slices(list(kept.values()))
    found = RowFilter() if not name else parse(kept[name].condition)
    try:
        return found & parse(typed) if typed.strip() else found
    except Unreadable as error:
        st.error(plain(told_again(error), 600), icon=":material/error:")
        return None


def kept_slices(kept: list[StoredSlice]) -> None:
    """A button that opens the list of slices, each to be renamed or deleted."""
    with st.popover(tr("Slices"), icon=":material/bookmarks:", key="slices-open", type="tertiary"):
        if not kept:
            st.caption(
                tr("No slice is kept yet. Type a condition or filter the rows of a run, and save that under a name.")
            )
        for one in kept:
            _kept(one)
    for one in kept:
        if is_open(f"slice-rename-{one.name}"):
            _rename(one.name)


def save_as_slice(text: str) -> None:
    """A button that asks for a name and keeps a condition under it, for all runs; nothing for one that is kept already.

    Args:
        text: the condition, as `audit.where.written` gives it.
    """
    if text not in {one.condition for one in store().slices()}:
        st.button(
            tr("Save as a slice"), key="slice-save", icon=":material/bookmark_add:", type="tertiary", on_click=opens,
            args=("slice-save",), help=tr("Keep this condition under a name: a filter in every run, in policies and on Compare."),
        )  # fmt: skip
    if is_open("slice-save"):
        _save(text)


def _kept(one: StoredSlice) -> None:
    st.markdown(f"**{plain(one.name, 60)}**")
    st.code(one.condition, language=None, wrap_lines=True)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{plain(one.who)}, {when(one.saved_at)}")
        st.button(
            tr("Rename"), key=f"slice-rename-{one.name}", icon=":material/edit:", type="tertiary", on_click=opens,
            args=(f"slice-rename-{one.name}",),
        )  # fmt: skip
        confirm(
            tr("Delete"), partial(_delete, one.name), title=tr("Delete this slice?"),
            question=tr("Delete **{name}**? Policies that were made with it keep its condition.", name=plain(one.name)),
            yes=tr("Delete"), done=tr("The slice was deleted."), key=f"delete-slice-{one.name}",
            button=f"do-delete-slice-{one.name}", type="tertiary",
        )  # fmt: skip


def _delete(name: str) -> None:
    slices.delete(actor(), name)


def _save(text: str) -> None:
    @st.dialog(tr("Save as a slice"), on_dismiss=close)
    def ask() -> None:
        if not is_open("slice-save"):
            st.rerun()
        st.code(text, language=None, wrap_lines=True)
        st.text_input(
            tr("Name"), "", key="slice-name", max_chars=LONGEST_NAME, placeholder=tr("For example: long northern texts")
        )
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button(tr("Leave it"), key="slice-save-no", on_click=close)
            st.button(
                tr("Save"), key="slice-save-yes", type="primary", icon=":material/check:", on_click=_saved, args=(text,)
            )

    ask()


def _saved(text: str) -> None:
    name = str(st.session_state.get("slice-name") or "").strip()
    close()
    act(lambda: slices.save(actor(), name, text, new=True), tr("The slice is kept for all runs."))


def _rename(name: str) -> None:
    @st.dialog(tr("Rename {name}", name=one_line(name, 40)), on_dismiss=close)
    def ask() -> None:
        if not is_open(f"slice-rename-{name}"):
            st.rerun()
        st.text_input(tr("Name"), name, key="slice-new-name", max_chars=LONGEST_NAME)
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button(tr("Leave it"), key="slice-rename-no", on_click=close)
            st.button(
                tr("Rename"),
                key="slice-rename-yes",
                type="primary",
                icon=":material/check:",
                on_click=_renamed,
                args=(name,),
            )

    ask()


def _renamed(name: str) -> None:
    new = str(st.session_state.get("slice-new-name") or "").strip()
    close()
    act(lambda: slices.rename(actor(), name, new), tr("The slice was renamed."))
