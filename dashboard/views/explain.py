"""Explain: one text, why the model decides as it does, and what would change its mind."""

from __future__ import annotations

from typing import Any

import streamlit as st

from audit.language.numbers import numbers
from dashboard.components import what_if
from dashboard.components.frame import heading
from dashboard.components.heatmap import bars_html
from dashboard.components.inference import ask_once, inference
from dashboard.components.state import link
from dashboard.components.text import plain
from dashboard.components.what_if_text import question, text_to_address
from models import catalog

LOADING_SECONDS = 90.0


def show() -> None:
    """Draw the page."""
    heading("Explain", "Type a text: see which words decide, change them, and find out how easily the decision turns.")
    names = [entry.name for entry in catalog.entries() if not entry.missing]
    if not names:
        st.info("There is no model yet. Register one, then come back.", icon=":material/info:")
        link("models", "Models", icon=":material/deployed_code:")
        return
    model = question(names)
    text = st.session_state.get("what-if-text", "")
    text_to_address(text)
    if not text.strip():
        ask_once("what-if-warm", "methods", model=model)  # loads the model while the text is being typed
        st.info("Type a text and press Explain.", icon=":material/edit:")
        return
    first = ask_once("what-if-predict", "predict", model=model, texts=[text])
    if not first.done:
        with st.spinner("Loading the model" if not inference().alive() or first.seconds < 1 else "Asking the model"):
            try:
                first.wait(LOADING_SECONDS)
            except Exception as error:
                st.error(plain(error, 800), icon=":material/error:")
                return
    if first.error is not None:
        st.error(plain(first.error, 800), icon=":material/error:")
        return
    _answer(model, text, first.result)


def _answer(model: str, text: str, result: dict[str, Any]) -> None:
    labels, probs = result["labels"], result["probs"][0]
    with st.container(border=True):
        st.html(bars_html(labels, probs, top=5))
        if result["kept"][0] < result["tokens"][0]:
            kept, read = (numbers().count(result[name][0]) for name in ("kept", "tokens"))
            st.caption(f":material/content_cut: The model read {kept} of {read} tokens; the rest had no say.")
    why, edit, smallest, attack = st.tabs(
        [
            ":material/lightbulb: Why",
            ":material/edit: Change words",
            ":material/content_cut: Smallest change",
            ":material/swords: Attack",
        ]
    )
    with why:
        what_if.why(model, text, labels)
    with edit:
        what_if.edit(model, text, labels, probs)
    with smallest:
        what_if.smallest(model, text)
    with attack:
        what_if.attack(model, text, labels)
