"""Compare: the runs on one slice of their rows."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from audit.language.translating import tr
from audit.stored import Run
from audit.where import written
from dashboard.draw.hand_slices import draw_pair, draw_slices, pair_of, slice_of
from dashboard.forms.slice_box import choose_slice, save_as_slice
from dashboard.page.text import one_line, plain


def compared_slice(runs: Sequence[Run]) -> None:
    """Draw the fields of a slice, and what it comes to in each run; of two runs with the differences."""
    st.header(tr("On a slice"), anchor=False)
    chosen = choose_slice()
    if chosen is None:
        return
    if not chosen:
        st.caption(tr("Choose a slice or type a condition to see the runs on these rows alone."))
        return
    text = written(chosen)
    with st.spinner(tr("Gathering the numbers")):
        if len(runs) == 2:
            pair = pair_of(runs[0], runs[1], text)
            if isinstance(pair, str):
                st.error(plain(pair, 700), icon=":material/error:")
            else:
                draw_pair(pair)
        else:
            _several(runs, text)
    save_as_slice(text)


def _several(runs: Sequence[Run], text: str) -> None:
    made = {f"{one_line(run.name, 50)} ({run.id[:6]})": slice_of(run, text, accuracy=True) for run in runs}
    known = {name: found for name, found in made.items() if not isinstance(found, str)}
    if known:
        draw_slices(known)
    for name, why in made.items():
        if isinstance(why, str):
            st.caption(f":material/block: **{plain(name, 60)}**: {plain(why, 500)}")
