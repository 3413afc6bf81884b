"""Report, review of labels: what one has judged, each to be taken back, with what others said of the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from audit.actions import label_reviews
from audit.language.translating import tr
from audit.stored import Review, Run
from dashboard.page.guard import act
from dashboard.page.paging import pager
from dashboard.page.state import actor, store
from dashboard.page.text import plain

ROWS = 10


def show_judged(run: Run, mine: Sequence[Review]) -> None:
    """What whoever looks has judged, the newest first."""
    with st.expander(tr("What you judged ({n})", n=len(mine))):
        newest = sorted(mine, key=lambda review: review.reviewed_at, reverse=True)
        offset = pager(len(newest), "labels-judged", rows=ROWS)
        theirs = [review for review in store().reviews(run.id) if review.of_label and review.who != actor().subject]
        for review in newest[offset : offset + ROWS]:
            _one(run, review, [other for other in theirs if other.row_id == review.row_id])


def _one(run: Run, review: Review, others: Sequence[Review]) -> None:
    example = store().example(run.id, review.row_id)
    if example is None:
        return
    said, undo = st.columns([5, 1.4], vertical_alignment="center")
    with said:
        st.markdown(plain(example.text, 300))
        told = [_said(review, example.label or "")]
        told += [
            tr("{who}: {what}", who=plain(other.who, 40), what=_said(other, example.label or "")) for other in others
        ]
        st.caption(" · ".join(told))
    undo.button(
        tr("Take back"), key=f"undo-label-{review.row_id}", type="tertiary", on_click=act,
        args=(partial(label_reviews.take_back, actor(), run.id, review.row_id), ""),
    )  # fmt: skip


def _said(review: Review, label: str) -> str:
    """What somebody judged, as Markdown."""
    if review.verdict == "relabel":
        return tr("{label} changed to {other}", label=plain(label, 60), other=plain(review.label, 60))
    if review.verdict == "drop":
        return tr("{label}, dropped", label=plain(label, 60))
    return tr("{label} kept", label=plain(label, 60))
