"""What is in a table: labels, lengths, duplicates, contradictions, and how much of it a model would cut."""

from __future__ import annotations

import hashlib
from typing import Any

import pandas as pd
import streamlit as st

from audit.inference import Answer
from audit.language.numbers import numbers
from audit.store import Upload
from dashboard.components.charts import show_chart
from dashboard.components.inference import inference
from dashboard.components.plots import token_lengths_chart, typed_labels_chart
from dashboard.components.text import one_line, plural


def show_profile(found: dict[str, Any], upload: Upload) -> None:
    """Draw the profile of a checked table."""
    about = found["profile"]
    st.subheader("What is in it", anchor=False)
    words = about["words"]
    counts = {
        "Rows": about["rows"], "Labels": len(about["labels"]), "Without label": about["unlabelled"],
        "Words, median": words[2], "Duplicates": about["duplicates"], "Conflicting texts": about["conflicts"],
    }  # fmt: skip
    with st.container(horizontal=True):
        for label, value in counts.items():
            st.metric(label, numbers().count(value), border=True, width=150, help=HELP.get(label))
        answer = _truncated(found, upload)
    left, right = st.columns(2)
    if about["labels"]:
        with left:
            figure, data = typed_labels_chart(about["labels"], about["unlabelled"])
            show_chart(figure, "labels", alt="Rows of each label", data=data, about="label_share")
    if answer is not None and answer.done and answer.result:
        with right:
            figure, data = token_lengths_chart(answer.result["tokens"], answer.result["kept"])
            show_chart(figure, "lengths", alt="Lengths of the texts in tokens", data=data, about="truncated_share")
    if found["conflicts"]:
        with st.expander(
            f"{plural(about['conflicts'], 'text')} with more than one label", icon=":material/call_split:"
        ):
            st.dataframe(
                [{"text": one_line(t, 200), "labels": "; ".join(f"{k}: lines {', '.join(map(str, v))}" for k, v in labels.items())}
                 for t, labels in found["conflicts"]], hide_index=True, key="conflicts", alt="Texts with conflicting labels",
            )  # fmt: skip
    if found["duplicates"]:
        with st.expander(f"{plural(about['duplicates'], 'row')} repeat an earlier one", icon=":material/content_copy:"):
            lines = [
                {"text": one_line(t, 200), "lines": ", ".join(map(str, rows[:12]))} for t, rows in found["duplicates"]
            ]
            st.dataframe(pd.DataFrame(lines), hide_index=True, key="duplicates", alt="Duplicate rows with their lines")


def _truncated(found: dict[str, Any], upload: Upload) -> Answer | None:
    model = str(upload.options.get("model") or "")
    if not model:
        return None
    texts = hashlib.sha256("\0".join(found["some_texts"]).encode("utf-8", "surrogatepass")).hexdigest()
    key = f"cut-{upload.sha256[:12]}-{model}-{texts[:12]}"  # the mapping of labels decides which rows there are
    answer = st.session_state.get(key)
    if answer is None:
        answer = st.session_state[key] = inference().ask("lengths", model=model, texts=found["some_texts"])
    if not answer.done:
        _waiting(key)
    elif answer.error is None:
        cut = sum(k < t for k, t in zip(answer.result["kept"], answer.result["tokens"], strict=True))
        st.metric("Cut by the model", numbers().share(cut / max(1, len(answer.result["kept"]))), border=True, width=150,
                  help=f"Share of {len(answer.result['kept'])} texts, evenly spaced, that are longer than the model reads.")  # fmt: skip

    return answer


@st.fragment(run_every=1)
def _waiting(key: str) -> None:
    st.metric("Cut by the model", "…", border=True, width=150)
    if st.session_state[key].done:
        st.rerun()


HELP = {
    "Duplicates": "Rows whose text, pair, label and groups equal those of an earlier row. They run once and are weighted.",
    "Conflicting texts": "Texts that occur with more than one label.",
    "Without label": "Rows without a label: the model's own prediction stands in for the truth.",
}
