"""Labels of a table against those of a model: what matches by itself, what the user decides."""

from __future__ import annotations

import streamlit as st

from audit.store import Upload
from dashboard.components.state import store
from dashboard.components.table_check import options_of, whole
from dashboard.components.text import one_line, plain, plural
from models import catalog

SHOWN = 60


def label_mapping(upload: Upload) -> tuple[str, ...]:
    """Let the user choose the model the table is meant for and map labels by hand; returns the model's labels."""
    entries = [entry for entry in catalog.entries() if entry.known_labels and not entry.missing]
    if not entries:
        return ()
    names = ["", *(entry.name for entry in entries)]
    now = str(upload.options.get("model") or "")
    chosen = st.selectbox("Check the labels against", names, index=names.index(now) if now in names else 0, key="label-model",
                          format_func=lambda n: n or "No model yet", help="Labels must be the model's, or be mapped to them.")  # fmt: skip
    if chosen != now:
        store().describe_upload(upload.sha256, options={**upload.options, "model": chosen})
        st.rerun()
    entry = next((e for e in entries if e.name == chosen), None)
    if entry is None:
        return ()
    _by_hand(upload, entry.known_labels)
    return entry.known_labels


def _by_hand(upload: Upload, labels: tuple[str, ...]) -> None:
    chosen = {k: v for k, v in dict(upload.options.get("label_map") or {}).items() if v in labels}
    found = whole(upload.path, options_of(upload.options), labels, tuple(sorted(chosen.items())))
    for warning in found["match_warnings"]:
        st.caption(f":material/info: {plain(warning, 400)}")
    if not found["typed"]:
        return
    if not found["unmatched"] and not chosen:
        st.caption(f":material/check: All {plural(len(found['typed']), 'label')} match the model's by {found['how']}.")
        return
    open_ = [*found["unmatched"], *chosen][:SHOWN]
    title = f"{plural(len(found['unmatched']), 'label')} without a match"
    with (
        st.expander(title, expanded=bool(found["unmatched"]), icon=":material/swap_horiz:"),
        st.form("label-map", border=False),
    ):
        options = ["", *labels]
        said = {
            typed: st.selectbox(
                f"{plain(one_line(typed, 60))} ({plural(found['typed'].get(typed, 0), 'row')})", options,
                index=options.index(chosen.get(typed, "")), key=f"map-{typed}", format_func=lambda v: v or "leave out as a fault",
            )
            for typed in open_
        }  # fmt: skip
        if st.form_submit_button("Use this mapping", type="primary"):
            mapping = {**chosen, **said}
            kept = {typed: label for typed, label in mapping.items() if label}
            store().describe_upload(upload.sha256, options={**upload.options, "label_map": kept})
            st.rerun()
