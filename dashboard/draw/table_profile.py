"""What is in a table: labels, lengths, duplicates, contradictions, and how much of it a model would cut."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from audit.language.numbers import numbers
from audit.language.translating import tr, tr_later, tr_n
from audit.live import Answer
from audit.stored import Upload
from dashboard.draw.charts import show_drawn
from dashboard.draw.plots import token_lengths_chart, typed_labels_chart
from dashboard.draw.table_cut import show_cut
from dashboard.draw.table_language import show_languages
from dashboard.page.live import live_process, session
from dashboard.page.text import one_line

QUALITY_HELP = {
    "garbled": tr_later(
        "Read in another encoding than they were written in (é became Ã©), or letters were lost (\ufffd). Save the file as UTF-8."
    ),
    "markup": tr_later("Tags or entities of HTML, or what is left of these."),
    "edges": tr_later(
        "Their first or last five words stand in at least 5% of the texts: greetings, signatures, disclaimers."
    ),
    "personal": tr_later(
        "What has the form of it; numbers of accounts, cards and identity cards only with the right checksum. Names are not "
        "looked for. Masked here."
    ),
}
PERSONAL = {
    "login": tr_later("Web addresses with a login"),
    "email": tr_later("E-mail addresses"),
    "iban": tr_later("Numbers of bank accounts (IBAN)"),
    "card": tr_later("Numbers of cards"),
    "identity_number": tr_later("Chinese identity numbers"),
    "phone": tr_later("Telephone numbers"),
    "ip": tr_later("Public internet addresses (IP)"),
}
CARD = 128
"""Pixels of a number's card: seven stand side by side."""


def show_profile(found: dict[str, Any], upload: Upload, model: str) -> None:
    """Draw the profile of a checked table; `model` is the one it is meant for, "" for none."""
    about = found["profile"]
    st.header(tr("What is in it"), anchor=False)
    words = about["words"]
    counts = {
        "rows": about["rows"], "labels": len(about["labels"]), "unlabelled": about["unlabelled"], "words": words[2],
        "duplicates": about["duplicates"], "conflicts": about["conflicts"],
    }  # fmt: skip
    with st.container(horizontal=True):
        for name, value in counts.items():
            about_it = tr(HELP[name]) if name in HELP else None
            st.metric(tr(LABELS[name]), numbers().count(value), border=True, width=CARD, help=about_it)
        answer = _truncated(found, upload, model)
    show_languages(about["languages"], about["scripts"], about["languages_of"])
    measured = answer.result if answer is not None and answer.done else None
    _charts(about, measured)
    show_cut(found, measured)
    if found["conflicts"]:
        title = tr_n("{n} text with more than one label", "{n} texts with more than one label", about["conflicts"])
        with st.expander(title):
            lines = [{"text": one_line(t, 200), "labels": _where(labels)} for t, labels in found["conflicts"]]
            heads = {"text": tr("Text"), "labels": tr("Labels")}
            st.dataframe(
                lines, hide_index=True, key="conflicts", column_config=heads, alt=tr("Texts with conflicting labels")
            )
    _show_quality(found.get("quality", {}))
    if found["duplicates"]:
        title = tr_n("{n} row repeats an earlier one", "{n} rows repeat an earlier one", about["duplicates"])
        with st.expander(title):
            lines = [
                {"text": one_line(t, 200), "lines": ", ".join(map(str, rows[:12]))} for t, rows in found["duplicates"]
            ]
            heads = {"text": tr("Text"), "lines": tr("Lines")}
            st.dataframe(pd.DataFrame(lines), hide_index=True, key="duplicates", column_config=heads,
                         alt=tr("Duplicate rows with their lines"))  # fmt: skip


def _charts(about: Mapping[str, Any], lengths: Mapping[str, Any] | None) -> None:
    """Labels beside lengths, each over the whole width where the other is not there."""
    if about["labels"] and lengths:
        left, right = st.columns(2)
    else:
        left = right = st.container()
    if about["labels"]:
        with left:
            drawn = typed_labels_chart(about["labels"], about["unlabelled"])
            show_drawn(drawn, "labels", alt=tr("Rows of each label"), about="label_share")
    if lengths:
        with right:
            drawn = token_lengths_chart(lengths["tokens"], lengths["kept"])
            show_drawn(drawn, "lengths", alt=tr("Lengths of the texts in tokens"), about="truncated_share")


def _where(labels: Mapping[str, Sequence[int]]) -> str:
    """The labels of a text, each with the lines it stands on."""
    return "; ".join(
        tr("{label}: lines {lines}", label=label, lines=", ".join(map(str, lines))) for label, lines in labels.items()
    )


def _show_quality(found: Mapping[str, Any]) -> None:
    """What went wrong with the texts, and where; nothing where nothing did."""
    for name, of in found.items():
        if not of["rows"]:
            continue
        with st.expander(_quality_title(name, of["rows"])):
            st.caption(tr(QUALITY_HELP[name]))
            if kinds := of.get("kinds"):
                st.markdown(" · ".join(f"{tr(PERSONAL[kind])}: **{numbers().count(n)}**" for kind, n in kinds.items()))
            lines = [{"line": line, "text": one_line(text, 200)} for line, text in of["shown"]]
            heads: dict[str, Any] = {
                "line": st.column_config.NumberColumn(tr("Line"), width="small"),
                "text": tr("Text"),
            }
            st.dataframe(
                lines, hide_index=True, key=f"quality-{name}", column_config=heads, alt=_quality_title(name, of["rows"])
            )


def _quality_title(name: str, n: int) -> str:
    if name == "garbled":
        return tr_n("{n} text whose encoding went wrong", "{n} texts whose encoding went wrong", n)
    if name == "markup":
        return tr_n("{n} text with leftovers of markup", "{n} texts with leftovers of markup", n)
    if name == "personal":
        return tr_n("{n} text with personal data", "{n} texts with personal data", n)
    return tr_n("{n} text that begins or ends as many others do", "{n} texts that begin or end as many others do", n)


def _truncated(found: dict[str, Any], upload: Upload, model: str) -> Answer | None:
    if not model:
        return None
    texts = hashlib.sha256("\0".join(found["some_texts"]).encode("utf-8", "surrogatepass")).hexdigest()
    key = f"cut-{upload.sha256[:12]}-{model}-{texts[:12]}"  # the mapping of labels decides which rows there are
    answer = st.session_state.get(key)
    if answer is None:
        answer = st.session_state[key] = live_process().ask(
            "lengths", session=session(), model=model, texts=found["some_texts"]
        )
    if not answer.done:
        _waiting(key)
    elif answer.error is None:
        cut = sum(k < t for k, t in zip(answer.result["kept"], answer.result["tokens"], strict=True))
        size = len(answer.result["kept"])
        spread = tr_n(
            "Share of {n} text, evenly spaced, that is longer than the model reads.",
            "Share of {n} texts, evenly spaced, that are longer than the model reads.",
            size,
        )
        st.metric(tr("Texts cut"), numbers().share(cut / max(1, size)), border=True, width=CARD, help=spread)
        unknown, tokens = answer.result.get("unknown", 0), answer.result.get("content", 0)
        if unknown:
            about = tr("Share of the tokens of these texts that the model's tokenizer does not know.")
            st.metric(
                tr("Unknown to the model"), numbers().share(unknown / tokens), border=True, width=CARD, help=about
            )

    return answer


@st.fragment(run_every=1)
def _waiting(key: str) -> None:
    st.metric(tr("Texts cut"), "…", border=True, width=CARD)
    if st.session_state[key].done:
        st.rerun()


LABELS = {
    "rows": tr_later("Rows"),
    "labels": tr_later("Labels"),
    "unlabelled": tr_later("Without label"),
    "words": tr_later("Words, median"),
    "duplicates": tr_later("Duplicates"),
    "conflicts": tr_later("Conflicts"),
}
HELP = {
    "duplicates": tr_later(
        "Rows whose text, pair, label and groups equal those of an earlier row. They run once and are weighted."
    ),
    "conflicts": tr_later("Texts that occur with more than one label."),
    "unlabelled": tr_later("Rows without a label: the model's own prediction stands in for the truth."),
}
