"""What probes found about the sample as a whole, as a table; nothing where none of a run looked at it so."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from audit.kinds import KINDS, all_of
from audit.language.numbers import numbers
from audit.language.probes import display_name, kind_title
from audit.language.translating import tr
from audit.records import SampleOutcome
from audit.stored import Run
from audit.strict_json import part
from dashboard.components.state import store
from dashboard.components.text import one_line, plain


def show_whole_sample(run: Run) -> None:
    """Draw the table, with the reference table's name above it."""
    whole = [p for p in store().probes(run.id) if KINDS[p.kind].scope == "sample" and p.status == "planned"]
    records = [record for p in whole for _, record in store().iter_records(run.id, p.probe)]
    lines = [line for record in all_of(records, SampleOutcome) for line in _lines(record)]
    if not lines:
        return
    st.subheader(kind_title(whole[0].kind), anchor=False)
    reference = part(run.provenance, "reference")
    if reference:
        rows = numbers().count(float(reference.get("rows") or 0))
        named = plain(str(reference.get("name", "")), 120)
        st.caption(tr("Compared with {name}, {rows} rows.", name=named, rows=rows))
    st.dataframe(
        pd.DataFrame(lines), hide_index=True, key="whole-sample", alt=kind_title(whole[0].kind),
        column_config={
            "probe": tr("Probe"), "about": tr("About"), "what": tr("What"), "value": tr("Value"), "rows": tr("Rows"),
            "note": tr("Note"),
        },
    )  # fmt: skip


def _lines(record: SampleOutcome) -> list[dict[str, object]]:
    told = {
        "probe": display_name(record.probe, record.name), "about": one_line(record.subject, 120) or tr("all rows"),
    }  # fmt: skip
    rows, note = len(record.rows), one_line(record.error or record.note or "", 300)
    if record.error is not None:
        return [{**told, "what": "", "value": "", "rows": rows, "note": note}]
    return [
        {**told, "what": name.replace("_", " "), "value": numbers().number(value, "none"), "rows": rows, "note": note}
        for name, value in record.values.items()
    ]
