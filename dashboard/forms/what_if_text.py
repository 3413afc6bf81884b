"""The text that Explain is asked about: typed, picked from a sample, or what the address leads to; never in the address."""

from __future__ import annotations

import streamlit as st

from audit.language.translating import tr, tr_later
from dashboard.forms import what_if
from dashboard.forms.samples import samples
from dashboard.page.address import bound
from dashboard.page.kept_texts import kept_texts
from dashboard.page.state import keep, parameter, run_or_none, store
from dashboard.page.text import plain

LONGEST = 50_000
GONE = tr_later(
    "The text of this link is no longer kept: the server holds the last texts in its memory only, never in the address "
    "and never on disk. Type it again."
)
EXAMPLES = {
    "sentiment": "An overlong, rather silly sequel, saved by a warm and funny lead.",
    "intents": "I was charged twice for the same coffee and one payment is still pending.",
    "toxicity": "You people always ruin every discussion, just stay away.",
}


def question(names: list[str]) -> str:
    """The form with model and text; returns the model. The text asked about is in the session as `what-if-text`."""
    _fill_from_run()
    _fill_from_address()
    preferred = st.session_state.pop("what-if-model", None)
    if preferred in names:
        keep({"model": preferred})
    with st.form("what-if", border=True):
        model = bound(st.selectbox, tr("Model"), names, key="model")
        first = st.session_state.get("what-if-text") or EXAMPLES.get(model or names[0], "")
        st.session_state.setdefault("what-if-typed", first)
        st.text_area(tr("Text"), key="what-if-typed", height=110, max_chars=LONGEST)
        st.form_submit_button(
            tr("Explain"), type="primary", icon=":material/psychology:", shortcut="mod+enter", on_click=_typed
        )
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
        st.session_state["what-if-from"], st.session_state["what-if-row"] = (run_id, row_id), example.text
        st.session_state["what-if-typed"] = st.session_state["what-if-text"] = example.text
        st.session_state["what-if-model"] = run.model


def _fill_from_address() -> None:
    """`?kept=…` leads to a text this server keeps, when the session has not put it there itself."""
    keep({"text": None})  # nor does one stay there that somebody wrote into a link
    key = parameter("kept")
    if not key or key == st.session_state.get("what-if-address"):
        return
    st.session_state["what-if-address"] = key
    text = kept_texts().get(key)
    if text is None:
        st.info(tr(GONE), icon=":material/history_toggle_off:")
    else:
        st.session_state["what-if-typed"] = st.session_state["what-if-text"] = text


def text_to_address(text: str) -> None:
    """Let the address lead to the text that is explained: by a key, or by run and row where it is a row's own."""
    if (parameter("run"), parameter("row")) == st.session_state.get("what-if-from") and text == st.session_state.get(
        "what-if-row"
    ):
        key = None
    else:
        key = kept_texts().keep(text) if text.strip() else None
        if text.strip():
            keep({"run": None, "row": None})
            st.session_state.pop("what-if-from", None)
    st.session_state["what-if-address"] = key
    keep({"kept": key})


def _pick(model: str) -> None:
    fitting = [sample for sample in samples() if sample.model == model]
    if not fitting:
        return
    texts = what_if.sample_texts(str(fitting[0].path))
    with st.popover(tr("Pick a text"), icon=":material/format_quote:", type="tertiary"):
        for number, text in enumerate(texts[:8]):
            st.button(plain(text, 110), key=f"pick-{number}", type="tertiary", on_click=_use, args=(text,))


def _typed() -> None:
    st.session_state["what-if-text"] = st.session_state["what-if-typed"]


def _use(text: str) -> None:
    st.session_state["what-if-typed"] = st.session_state["what-if-text"] = text
