"""Which rows a run's results are shown of: chosen in one place for all sections, and said above each of them."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from audit.errors import InputError
from audit.filtering import RowFilter
from audit.language.probes import display_name
from audit.language.translating import tr, tr_later, tr_n
from audit.stored import Run
from dashboard.draw.chosen_rows import Chosen, rows_chosen
from dashboard.draw.row_tables import prediction_probe
from dashboard.forms.slice_box import choose_slice, save_as_slice
from dashboard.page.address import clear
from dashboard.page.kept_texts import kept_texts
from dashboard.page.state import SLICE, WHERE, parameter, store
from dashboard.page.text import plain, told_again

OPEN = ("rows", "weak")
"""Sections about rows, in which the fields stand open."""
FEW = 10
"""Rows from which on rates are worth a look."""
LOST = tr_later("The condition of this address is not known any more; write it again.")
BY_ANSWER = tr_later(
    "These rows are chosen by the answer of the model, so recall, the share of a class that it finds, says nothing about them."
)
BY_OUTCOME = tr_later(
    "These rows are chosen by whether the model is right on them, so its accuracy says nothing about them."
)


def rows_bar(run: Run, section: str) -> bool:
    """Draw the fields, and what they come to; False where no row is meant, so that nothing of rows can be shown.

    Args:
        run: whose results; section: that is shown beneath.
    """
    if prediction_probe(run) is None and not (parameter(SLICE) or parameter(WHERE)):
        return True
    lost = list(_lost())
    with st.expander(tr("Choose the rows that are shown"), expanded=section in OPEN):
        condition = choose_slice()
    for said in lost:
        st.warning(said, icon=":material/link_off:")
    if condition is None:
        _all_rows()
        return False
    try:
        found = rows_chosen(run)
    except InputError as error:
        st.error(plain(told_again(error), 600), icon=":material/error:")
        _all_rows()
        return False
    if found is None:
        return True
    _say(run, found, condition, section)
    if not found.ids:
        st.info(tr("No row of this audit fits, so there is nothing to show of it."), icon=":material/filter_alt_off:")
    return bool(found.ids)


def _say(run: Run, found: Chosen, condition: RowFilter, section: str) -> None:
    said = tr_n("{n} of {all} row", "{n} of {all} rows", found.rows, all=f"{found.of:,}")
    name = f"{plain(parameter(SLICE), 60)}: " if parameter(SLICE) else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="rows-shown"):
        st.markdown(f":material/filter_alt: **{said}** · {name}{plain(found.text, 300)}")
        _all_rows()
        if section != "rows":  # which keeps its own filters along
            save_as_slice(found.text)
    for note in _notes(run, found, condition):
        st.caption(f":material/info: {note}")


def _notes(run: Run, found: Chosen, condition: RowFilter) -> Iterator[str]:
    """What these rows cannot tell."""
    if "right" in condition.columns:
        yield tr(BY_OUTCOME)
    if "predicted" in condition.columns:
        yield tr(BY_ANSWER)
    if found.one_class and found.rows > 1:
        yield tr(
            "All of these rows are labelled {label}: precision and F1 say nothing about them, for nothing else can be taken for it.",
            label=plain(found.one_class, 60),
        )
    for probe in condition.probes:
        name = next((p.name for p in store().probes(run.id) if p.probe == probe), probe)
        yield tr(
            "These rows are chosen by what came of {probe}, so its rates say nothing about them.",
            probe=plain(display_name(probe, name), 60),
        )
    if 0 < found.rows < FEW:
        yield tr_n(
            "{n} row bears no rate: read it under Rows.", "{n} rows bear no rate: read them under Rows.", found.rows
        )


def _all_rows() -> None:
    """The way back, in one press."""
    st.button(
        tr("Show all rows"), key="all-rows", icon=":material/filter_alt_off:", type="tertiary", on_click=clear, args=((SLICE, WHERE),)
    )  # fmt: skip


def _lost() -> Iterator[str]:
    """What the address asks for that is not here any more: all rows in its place would be taken for those that were meant."""
    name = parameter(SLICE)
    if name and name not in {one.name for one in store().slices()}:
        yield tr("No slice is kept under the name {name}; all rows are shown.", name=plain(name, 60))
    if parameter(WHERE) and kept_texts().get(parameter(WHERE)) is None:
        yield tr(LOST)
