"""The rows that a harmless change flips: those of the change picked in the chart of all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from audit.kinds import as_a
from audit.language.translating import tr
from audit.records import PerturbationOutcome
from audit.scored import Score
from audit.stored import RecordFilter, Run
from dashboard.draw.answers import readable
from dashboard.draw.charts import latest, picked
from dashboard.draw.chosen_rows import narrowed
from dashboard.draw.evidence import show_variants
from dashboard.draw.probe_choices import titles
from dashboard.draw.row_tables import with_table
from dashboard.draw.scores import named
from dashboard.page.address import bound, choose
from dashboard.page.paging import ROWS, TALL, TEXT, export_button, pager, pick
from dashboard.page.state import store


def _columns() -> dict[str, Any]:
    return {
        "text": st.column_config.TextColumn(tr("Original text"), width=TEXT),
        "predicted": st.column_config.TextColumn(tr("Before")),
        "flipped_to": st.column_config.TextColumn(tr("After")),
        "flips": st.column_config.NumberColumn(tr("Variants flipped")),
        "confidence": st.column_config.NumberColumn(tr("Confidence before")),
    }


def browse_flips(run: Run, scores: Sequence[Score], points: list[dict[str, Any]], *, titled: bool = True) -> None:
    """Draw the browser of the change that was picked among the `points` of their chart; nothing without perturbations.

    `titled`: nothing above says what it is of.
    """
    rates = {score.probe: score.value for score in named(scores, "flip_rate") if score.value is not None}
    if not rates:
        return
    probes = sorted(rates, key=lambda probe: (-rates[probe], probe))
    if titled:
        st.header(tr("Rows that harmless changes flip"), anchor=False)
    (chosen, _), new = latest({"perturbations": picked(points)}, "flips-picks")
    if new and chosen in probes:
        choose("change", chosen, default=probes[0])
    probe = bound(st.selectbox, tr("Change"), probes, key="change", format_func=titles(run.id).__getitem__)
    where = narrowed(run, RecordFilter(probe=probe, flipped=True))
    total = store().count_records(run.id, where)
    if total == 0:
        st.info(tr("This change flipped no row."), icon=":material/verified:")
        return
    offset = pager(total, "flips", noun="flipped row")
    page = store().records(run.id, where, limit=ROWS, offset=offset)
    left, right = st.columns([3, 2])
    with left:
        shown = readable(run, page)
        marked = pick(shown, "flip-table", columns=_columns(), alt=tr("Rows that the change flipped"), height=TALL)
        export_button(
            lambda: with_table(run, store().records(run.id, where, limit=100_000)),
            f"flips-{probe}-{run.id}.csv",
            "export-flips",
        )
    record = store().record(run.id, probe, str(page.iloc[marked if marked is not None else 0]["row_id"]))
    if flips := as_a(record, PerturbationOutcome):
        with right.container(border=True, height=TALL):
            st.caption(tr("The marked line") if marked is not None else tr("The first line; mark another to see it."))
            show_variants(run.task, flips)
