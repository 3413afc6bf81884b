"""Labels of a table against those of a model: what matches by itself, what is a guess, what the user decides."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from audit.actions import tables
from audit.language.translating import tr, tr_n
from audit.stored import Upload
from audit.table import match_labels
from dashboard.forms.table_check import Target, whole
from dashboard.page.guard import act
from dashboard.page.press import changed
from dashboard.page.state import actor, store
from dashboard.page.text import one_line, plain, told_again
from models.entry import CatalogEntry

SHOWN = 60


def label_mapping(upload: Upload) -> Target:
    """Let the user choose the model the table is meant for and map labels by hand; returns the model's labels and name."""
    entries = [entry for entry in store().catalog() if entry.known_labels and not entry.missing]
    if not entries:
        return Target()
    names = ["", *(entry.name for entry in entries)]
    decided = upload.options.get("model")
    typed = whole(upload, Target())["typed"]
    likely = most_alike(typed, entries) if decided is None else None
    now = str(decided or "") if likely is None else likely.name
    key = f"label-model-{_mark(upload, typed)}"  # a proposal for other labels is another question
    shown = now if now in names else ""
    chosen = st.selectbox(
        tr("Check the labels against"), names, index=names.index(shown), key=key,
        format_func=lambda n: n or tr("No model yet"), help=tr("Labels must be the model's, or be mapped to them."),
        on_change=changed, args=(key, shown, lambda model: tables.describe(actor(), upload.sha256, model=model)),
    )  # fmt: skip
    if likely is not None and chosen:
        said = tr("Proposed: its labels fit those of {model}.", model=plain(likely.name))
        st.caption(f":material/lightbulb: {said}")
    entry = next((e for e in entries if e.name == chosen), None)
    if entry is None:
        return Target()
    target = Target(entry.known_labels, entry.multi_label, entry.name)
    _by_hand(upload, target, chosen)
    return target


def _mark(upload: Upload, typed: Mapping[str, int]) -> str:
    said = "\0".join((upload.sha256, *typed))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def most_alike(typed: Mapping[str, int], entries: Sequence[CatalogEntry]) -> CatalogEntry | None:
    """The model whose labels those of a table are, or else resemble, every one of them; of several the one registered last.

    Args:
        typed: labels of the table with their rows.
        entries: models whose labels are known.
    """
    close: list[CatalogEntry] = []
    for entry in reversed(entries) if typed else ():
        mapping = match_labels(typed, entry.known_labels, multi_label=entry.multi_label)
        if mapping.how == "name" and not mapping.unmatched:
            return entry
        if mapping.how == "name" and not mapping.why and set(mapping.unknown.values()) <= set(mapping.proposed):
            close.append(entry)
    return close[0] if close else None


def _by_hand(upload: Upload, target: Target, model: str) -> None:
    chosen = {k: v for k, v in dict(upload.options.get("label_map") or {}).items() if v in target.labels}
    found = whole(upload, target)
    guessed = dict(found["proposed"]) if found["how"] == "index" else {}
    for warning in found["match_warnings"]:
        if not guessed:
            st.caption(f":material/info: {plain(told_again(warning), 400)}")
    if not found["typed"]:
        return
    if guessed:
        confirm_guess(upload, found, chosen)
    elif not found["unmatched"] and not chosen:
        said = tr_n(
            "Its {n} label matches one of the model's by name.",
            "All {n} labels match the model's by name.",
            len(found["typed"]),
        )
        st.caption(f":material/check: {said}")
        return
    if found["unmatched"]:
        title = tr_n("{n} label without a match", "{n} labels without a match", len(found["unknown"]))
    elif guessed:
        title = tr("Say what the labels are")
    else:
        title = tr_n(
            "{n} label mapped",
            "{n} labels mapped",
            len([typed for typed in found["typed"] if typed in chosen] or chosen),
        )
    open_ = [*found["unknown"], *guessed, *chosen][:SHOWN]
    with (
        st.expander(title, expanded=bool(found["unmatched"])),
        st.form("label-map", border=False),
    ):
        if found["unmatched"] and found["proposed"]:
            proposed = (
                tr("Proposed, as {why}. Check it before you use it.", why=plain(told_again(found["why"])))
                if found["why"]
                else tr("Proposed, as the names resemble each other. Check it before you use it.")
            )
            st.caption(f":material/lightbulb: {proposed}")
        options = ["", *target.labels]
        for typed in open_:
            st.selectbox(
                _title(typed, found["typed"]), options, key=f"map-{typed}", format_func=lambda v: v or tr("leave out as a fault"),
                index=options.index(chosen.get(typed) or found["proposed"].get(typed, "")),
            )  # fmt: skip
        st.form_submit_button(
            tr("Use this mapping"),
            type="primary" if found["unmatched"] else "secondary",
            on_click=act,
            args=(lambda: _said(upload, model, chosen, open_), ""),
        )


def _said(upload: Upload, model: str, chosen: dict[str, str], open_: list[str]) -> None:
    """Keep what the form says, and the model it is about: a mapping to its labels is a decision for it."""
    _keep(upload, {**chosen, **{typed: st.session_state[f"map-{typed}"] or "" for typed in open_}}, model=model)


def confirm_guess(upload: Upload, found: dict[str, Any], chosen: dict[str, str]) -> None:
    """Positions are a guess: show what they would mean, and ask; the answer is kept with the table."""
    st.warning(
        tr(
            "The labels are numbers and no names of the model's. They were taken as **positions in the model's labels**, "
            "counted from 0: is that right?"
        ),
        icon=":material/help:",
    )
    lines = [
        {"label of the table": one_line(typed, 60), "taken for": one_line(label, 60), "rows": found["typed"].get(typed)}
        for typed, label in found["proposed"].items()
    ]
    heads = {"label of the table": tr("Label of the table"), "taken for": tr("Taken for"), "rows": tr("Rows")}
    height = min(260, 40 + 35 * len(lines))
    st.dataframe(
        lines,
        hide_index=True,
        height=height,
        key="guess",
        column_config=heads,
        alt=tr("What the labels were taken for"),
    )
    st.button(tr("Yes, this is right"), key="confirm-labels", type="primary", icon=":material/check:", on_click=act,
              args=(lambda: _keep(upload, {**chosen, **found["proposed"]}), ""))  # fmt: skip


def _keep(upload: Upload, mapping: dict[str, str], **choices: str) -> None:
    kept = {typed: label for typed, label in mapping.items() if label}
    tables.describe(actor(), upload.sha256, label_map=kept, **choices)


def _title(typed: str, counts: dict[str, int]) -> str:
    label = plain(one_line(typed, 60))
    return tr_n("{label} ({n} row)", "{label} ({n} rows)", counts[typed], label=label) if typed in counts else label
