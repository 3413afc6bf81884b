"""Whose texts the model's limit cuts: told of each label, before the table is audited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from audit.language.numbers import numbers
from audit.language.translating import tr, tr_n
from audit.score.cut import cut_of


def show_cut(found: Mapping[str, Any], measured: Mapping[str, Any] | None) -> None:
    """The share of each label's texts that is cut, the largest first; nothing where no text is cut, or only one label is there.

    Args:
        found: of a checked table, with labels and texts of some of its rows.
        measured: tokens of these texts, and how many of them the model reads; None: not known.
    """
    held = [frozenset(labels) for labels in found["some_labels"]]
    if not measured or len(held) != len(measured["kept"]):
        return
    cut = np.array(measured["tokens"]) > np.array(measured["kept"])
    if not cut.any():
        return
    labelled = np.array([bool(labels) for labels in held], dtype=bool)
    labels = sorted(set().union(*held))
    table = cut_of(cut[labelled], [labels for labels in held if labels], labels)
    table = table[table["cut"] > 0].sort_values("share", ascending=False, kind="stable")
    if table.empty:
        return
    say, n = numbers(), int(cut[labelled].sum())
    with st.expander(tr_n("{n} text that is cut, by label", "{n} texts that are cut, by label", n)):
        st.caption(
            tr_n(
                "Of {n} text with a label, evenly spaced. p: Fisher's exact test against all other labels, after Holm's correction.",
                "Of {n} texts with labels, evenly spaced. p: Fisher's exact test against all other labels, after Holm's correction.",
                int(labelled.sum()),
            )
        )
        lines = [
            {
                "label": line["label"], "cut": tr("{n} of {of}", n=say.count(line["cut"]), of=say.count(line["texts"])),
                "share": say.estimate(line["share"], line["low"], line["high"]), "rest": say.share(line["rest"]),
                "p": say.p_value(line["p_value"]),
            }
            for line in table.to_dict("records")
        ]  # fmt: skip
        heads = {
            "label": tr("Label"), "cut": tr("Cut"), "share": tr("Share (95% interval)"), "rest": tr("Of other labels"), "p": tr("p"),
        }  # fmt: skip
        st.dataframe(
            lines, hide_index=True, key="cut-by-label", column_config=heads, alt=tr("Texts that are cut, by label")
        )
