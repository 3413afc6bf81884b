"""Explain: one text, why the model decides as it does, and what would change its mind."""

from __future__ import annotations

from typing import Any

import streamlit as st

from audit.language.translating import tr
from dashboard.draw.heatmap import bars_html
from dashboard.draw.taught import show_taught
from dashboard.draw.waiting import poll
from dashboard.forms import what_if, what_if_groups
from dashboard.forms.what_if_text import question, text_to_address
from dashboard.page.frame import heading
from dashboard.page.live import answers_of, ask_once
from dashboard.page.state import link, run_or_none, store


def show() -> None:
    """Draw the page."""
    heading(
        tr("Explain"),
        tr("Type a text: see which words decide, change them, and find out how easily the decision turns."),
    )
    names = [entry.name for entry in store().catalog() if not entry.missing]
    if not names:
        st.info(tr("There is no model yet. Register one, then come back."), icon=":material/info:")
        link("models", tr("Models"), icon=":material/deployed_code:")
        return
    model = question(names)
    text = st.session_state.get("what-if-text", "")
    text_to_address(text)
    if not text.strip():
        ask_once("what-if-warm", "methods", model=model)  # loads the model while the text is being typed
        st.info(tr("Type a text and press Explain."), icon=":material/edit:")
        return
    first = ask_once("what-if-predict", "predict", model=model, texts=[text])
    poll("what-if-predict", first, lambda answer: _answer(model, text, answer.result), took=False)


def _answer(model: str, text: str, result: dict[str, Any] | None) -> None:
    if result is None:
        return
    task, probs = answers_of(result), result["probs"][0]
    with st.container(border=True):
        st.html(bars_html(task, probs, top=5))
        if result["kept"][0] < result["tokens"][0]:
            said = tr(
                "The model read {kept} of {total} tokens; the rest had no say.",
                kept=int(result["kept"][0]),
                total=int(result["tokens"][0]),
            )
            st.caption(f":material/content_cut: {said}")
    why, edit, smallest, attack, swaps = st.tabs(
        [
            f":material/lightbulb: {tr('Why')}",
            f":material/edit: {tr('Change words')}",
            f":material/content_cut: {tr('Smallest change')}",
            f":material/swords: {tr('Attack')}",
            f":material/groups: {tr('Other groups')}",
        ]
    )
    with why:
        what_if.why(model, text, task.labels)
    with edit:
        what_if.edit(model, text, task, probs)
    with smallest:
        what_if.smallest(model, text)
    with attack:
        what_if.attack(model, text, task)
    with swaps:
        what_if_groups.groups(model, text, task)
    _taught(model, text)


def _taught(model: str, text: str) -> None:
    """Of a row that was brought along from a run, as it stands there: which training rows taught the model its answer."""
    run_id, row_id = st.session_state.get("what-if-from", ("", ""))
    run = run_or_none(run_id)
    if run is not None and run.model == model and text == st.session_state.get("what-if-row"):
        show_taught(run, row_id)
