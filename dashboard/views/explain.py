"""Explain: one text, why the model decides as it does, and what would change its mind."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.components import what_if
from dashboard.components.bound import bound
from dashboard.components.frame import heading
from dashboard.components.heatmap import bars_html
from dashboard.components.inference import ask_once, inference
from dashboard.components.samples import samples
from dashboard.components.state import keep, link, parameter, run_or_none, store
from dashboard.components.text import plain
from models import catalog

LOADING_SECONDS = 90.0
LONGEST = 50_000
EXAMPLES = {
    "sentiment": "An overlong, rather silly sequel, saved by a warm and funny lead.",
    "intents": "I was charged twice for the same coffee and one payment is still pending.",
    "toxicity": "You people always ruin every discussion, just stay away.",
}


def show() -> None:
    """Draw the page."""
    heading("Explain", "Type a text: see which words decide, change them, and find out how easily the decision turns.")
    names = [entry.name for entry in catalog.entries() if not entry.missing]
    if not names:
        st.info("There is no model yet. Register one, then come back.", icon=":material/info:")
        link("models", "Models", icon=":material/deployed_code:")
        return
    model = _question(names)
    text = st.session_state.get("what-if-text", "")
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


def _question(names: list[str]) -> str:
    _fill_from_run()
    preferred = st.session_state.pop("what-if-model", None)
    if preferred in names:
        keep({"model": preferred})
    with st.form("what-if", border=True):
        model = bound(st.selectbox, "Model", names, key="model")
        st.session_state.setdefault("what-if-typed", EXAMPLES.get(model or names[0], ""))
        typed = st.text_area("Text", key="what-if-typed", height=110, max_chars=LONGEST)
        if st.form_submit_button("Explain", type="primary", icon=":material/psychology:", shortcut="mod+enter"):
            st.session_state["what-if-text"] = typed
    _pick(model or names[0])
    return model or names[0]


def _fill_from_run() -> None:
    """`?run=…&row=…` brings the text of an audited row along, once."""
    run_id, row_id = parameter("run"), parameter("row")
    if not (run_id and row_id) or st.session_state.get("what-if-from") == (run_id, row_id):
        return
    run = run_or_none(run_id)
    example = store().example(run.id, row_id) if run else None
    if run and example:
        st.session_state["what-if-from"] = (run_id, row_id)
        st.session_state["what-if-typed"] = st.session_state["what-if-text"] = example.text
        st.session_state["what-if-model"] = run.model


def _pick(model: str) -> None:
    fitting = [sample for sample in samples() if sample.model == model]
    if not fitting:
        return
    texts = what_if.sample_texts(str(fitting[0].path))
    with st.popover("Pick a text", icon=":material/format_quote:", type="tertiary"):
        for number, text in enumerate(texts[:8]):
            st.button(plain(text, 110), key=f"pick-{number}", type="tertiary", on_click=_use, args=(text,))


def _use(text: str) -> None:
    st.session_state["what-if-typed"] = st.session_state["what-if-text"] = text


def _answer(model: str, text: str, result: dict[str, Any]) -> None:
    labels, probs = result["labels"], result["probs"][0]
    with st.container(border=True):
        st.html(bars_html(labels, probs, top=5))
        if result["kept"][0] < result["tokens"][0]:
            st.caption(
                f":material/content_cut: The model read {result['kept'][0]:,} of {result['tokens'][0]:,} tokens; the rest had no say."
            )
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
