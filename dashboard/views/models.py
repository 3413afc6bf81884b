"""Models: what this installation knows, each with its card; register, check, try, rename labels, remove."""

from __future__ import annotations

from typing import Any

import streamlit as st

from audit.language.translating import tr, tr_n
from dashboard.forms.model_card import model_details
from dashboard.forms.register_model import register_form
from dashboard.page.frame import heading
from dashboard.page.guard import guarded
from dashboard.page.state import link, parameter, store
from dashboard.page.text import estimate, one_line, plain, size
from dashboard.views import models_trend
from models.entry import CatalogEntry
from models.label_file import unnamed


def show() -> None:
    """Draw the page."""
    if model := parameter("trend"):
        models_trend.show(model)
        return
    heading(tr("Models"), tr("Text classifiers to audit: the bundled ones, and your own."))
    entries = store().catalog()
    if not entries:
        st.info(tr("No model yet. Register a folder or a hub id below."), icon=":material/info:")
    for entry in entries:
        with st.container(border=True, key=f"model-{entry.name}"), guarded():
            _entry(entry)
    st.header(tr("Register a model"), anchor=False)
    register_form()


def _entry(entry: CatalogEntry) -> None:
    name, facts, actions = st.columns([3.2, 4, 1.6], vertical_alignment="center")
    badges = ((tr("bundled"), entry.bundled), (tr("calibrated"), "scaling" in entry.card))
    name.markdown(" ".join([f"**{plain(entry.name)}**", *(f" :blue-badge[{badge}]" for badge, has in badges if has)]))
    labels = entry.known_labels
    name.caption(
        tr_n("{n} label: {names}", "{n} labels: {names}", len(labels), names=plain(", ".join(labels), 70))
        if labels
        else tr("Labels not known before loading")
    )
    if unnamed(labels):
        name.caption(f":orange[:material/label_important:] {tr('Nothing names its labels yet: name them below.')}")
    parts = [_accuracy(entry.card), size(entry.size_bytes) if entry.size_bytes else "", one_line(entry.note, 120)]
    facts.caption(" · ".join(plain(part, 160) for part in parts if part) or tr("No card"))
    if entry.missing:
        if entry.elsewhere is not None:
            where = plain(entry.elsewhere, 60)
            said = tr("Its folder {path} is on the machine {machine}.", path=plain(entry.path), machine=where)
        else:
            said = tr("Its folder {path} is gone; put it back or remove the model.", path=plain(entry.path))
        facts.markdown(f":red[:material/folder_off: {said}]")
    with actions:
        if not entry.missing:
            link("explain", tr("Explain a text"), icon=":material/psychology:", model=entry.name)
            link("new_audit", tr("Audit"), icon=":material/play_arrow:", model=entry.name)
        if store().count_runs(model=entry.name, status=("finished",)):
            link("models", tr("Over time"), icon=":material/timeline:", trend=entry.name)
    inside = tr("Card, try it") if entry.bundled else tr("Card, try it, labels, remove")
    with st.expander(inside, expanded=parameter("model") == entry.name):
        model_details(entry)


def _accuracy(card: Any) -> str:
    metrics = card.get("metrics") or {}
    for split in ("test", "evaluation"):
        if metrics.get(split):
            found, n = metrics[split]["accuracy"], metrics[split]["n"]
            said = estimate(found["value"], found["low"], found["high"])
            if split == "test":
                return tr("Accuracy {accuracy}, test, n = {n}", accuracy=said, n=int(n))
            return tr("Accuracy {accuracy}, evaluation, n = {n}", accuracy=said, n=int(n))
    return ""
