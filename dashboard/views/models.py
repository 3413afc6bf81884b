"""Models: what this installation knows, each with its card; register, check, try, rename labels, remove."""

from __future__ import annotations

from typing import Any

import streamlit as st

from audit.language.numbers import numbers
from dashboard.components.frame import heading
from dashboard.components.guard import guarded
from dashboard.components.model_card import model_details, register_form
from dashboard.components.state import link
from dashboard.components.text import estimate, one_line, plain, plural, size
from models import catalog
from models.catalog import CatalogEntry


def show() -> None:
    """Draw the page."""
    heading("Models", "Text classifiers to audit: the bundled ones, and your own.")
    entries = catalog.entries()
    if not entries:
        st.info("No model yet. Register a folder or a hub id below.", icon=":material/info:")
    for entry in entries:
        with st.container(border=True, key=f"model-{entry.name}"), guarded():
            _entry(entry)
    st.subheader("Register a model", anchor=False)
    register_form()


def _entry(entry: CatalogEntry) -> None:
    name, facts, actions = st.columns([3.2, 4, 1.6], vertical_alignment="center")
    name.markdown(f"**{plain(entry.name)}**" + ("  :blue-badge[bundled]" if entry.bundled else ""))
    labels = entry.known_labels
    name.caption(
        plural(len(labels), "label") + f": {plain(', '.join(labels), 70)}"
        if labels
        else "Labels not known before loading"
    )
    parts = [_accuracy(entry.card), size(entry.size_bytes) if entry.size_bytes else "", one_line(entry.note, 120)]
    facts.caption(" · ".join(plain(part, 160) for part in parts if part) or "No card")
    if entry.missing:
        facts.markdown(
            f":red[:material/folder_off: Its folder {plain(entry.path)} is gone; put it back or remove the model.]"
        )
    with actions:
        if not entry.missing:
            link("explain", "Explain a text", icon=":material/psychology:", model=entry.name)
            link("new_audit", "Audit", icon=":material/play_arrow:", model=entry.name)
    with st.expander("Card, try it" + ("" if entry.bundled else ", labels, remove"), icon=":material/badge:"):
        model_details(entry)


def _accuracy(card: Any) -> str:
    metrics = card.get("metrics") or {}
    for split in ("test", "evaluation"):
        if metrics.get(split):
            found, n = metrics[split]["accuracy"], metrics[split]["n"]
            return (
                f"Accuracy {estimate(found['value'], found['low'], found['high'])}, {split}, n = {numbers().count(n)}"
            )
    return ""
