"""Report, review of labels: rows whose label the model contradicts, worst first, to be kept, relabelled or dropped.

The model's answer is shown: that label and model disagree is why a row is here. What others judged is not, until one has judged oneself.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from audit.actions import label_reviews
from audit.language.numbers import numbers
from audit.language.translating import tr, tr_n
from audit.results.corrected import corrected_table
from audit.results.reading import read
from audit.stored import Review, Run
from dashboard.draw.chapters import draw_chapters
from dashboard.draw.chart_tables import chart_table
from dashboard.draw.heatmap import quote_html
from dashboard.draw.row_tables import prediction_probe
from dashboard.page.guard import act
from dashboard.page.paging import export_button
from dashboard.page.state import actor, link, store
from dashboard.page.text import escaped, plain
from dashboard.run.nothing import say_nothing
from dashboard.views.report_labels_judged import show_judged

BENEATH = ("corrected", "near", "shared")
"""Sections of the chapter that stand beneath the queue; the queue is what the one called `doubted` lists on paper."""
NEAREST = 3
NAME = 48
"""Characters of a label on a button."""


def show_labels(run: Run) -> None:
    """Draw what is said of the labels, the queue, what was judged, and what follows from it."""
    probe = prediction_probe(run)
    if run.status != "finished" or probe is None:
        say_nothing(run, "results")
        return
    draw_chapters(run, "review", without=("doubted", *BENEATH))
    queue = chart_table(run, "label_suspects")
    kept = [review for review in store().reviews(run.id, probe) if review.of_label]
    mine = [review for review in kept if review.who == actor().subject]
    if len(queue):
        _next(run, queue, [review.row_id for review in mine])
    if mine:
        last = max(mine, key=lambda review: review.reviewed_at)
        st.button(
            tr("Undo the last judgement"), key="undo-label", icon=":material/undo:", type="tertiary", shortcut="u",
            on_click=act, args=(partial(_take_back, run.id, last.row_id), tr("The judgement was taken back.")),
        )  # fmt: skip
        show_judged(run, mine)
    if kept:
        _download(run, kept)
    draw_chapters(run, "review", only=BENEATH)


def _next(run: Run, queue: pd.DataFrame, judged: Sequence[str]) -> None:
    """The worst row that is neither judged nor put off; those put off come back when no other is left."""
    key = f"labels-put-off-{run.id}"
    done = set(judged)
    waiting = [row_id for row_id in queue["row_id"] if row_id not in done]
    put_off = [row_id for row_id in st.session_state.get(key, ()) if row_id in waiting]
    row_id = next((one for one in waiting if one not in put_off), next(iter(put_off), None))
    total, so_far = len(queue), len(queue) - len(waiting)
    say = numbers()
    st.progress(so_far / total, tr("{done} of {total} judged", done=say.count(so_far), total=say.count(total)))
    if row_id is None:
        st.success(tr("You have judged every row whose label the model contradicts."), icon=":material/task_alt:")
        return
    line = queue[queue["row_id"] == row_id].iloc[0]
    _judge(run, line, key)


def _judge(run: Run, line: Any, put_off: str) -> None:
    row_id, label, answer = str(line["row_id"]), str(line["label"]), str(line["answer"])
    example = store().example(run.id, row_id)
    if example is None:
        return
    with st.container(border=True):
        st.markdown(tr("**Which label is right?**"))
        st.html(quote_html(example.text if example.pair is None else f"{example.text} ‖ {example.pair}"))
        for column, title, said, share in zip(
            st.columns(2), (tr("Label of the table"), tr("Answer of the model")), (label, answer),
            (float(line["given"]), float(line["confidence"])), strict=True,
        ):  # fmt: skip
            column.caption(title)
            column.markdown(f"**{plain(said)}**")
            column.caption(tr("the model gives it {share}", share=numbers().share(share)))
        if line["seen"]:
            st.caption(
                f":material/school: {tr('This text, or one nearly the same, also stands in the reference table.')}"
            )
        _near(run, row_id)
        _buttons(run, row_id, label, answer, put_off)
        link(
            "report",
            tr("Everything about this row"),
            icon=":material/open_in_full:",
            run=run.id,
            section="rows",
            row=row_id,
        )


def _buttons(run: Run, row_id: str, label: str, answer: str, put_off: str) -> None:
    """One for each thing to say of it, none the blue one; the first four by a key."""
    with st.container(horizontal=True):
        st.button(
            tr("Keep {label}", label=plain(label, NAME)), icon=":material/check:", key="label-keep", shortcut="1",
            on_click=act, args=(partial(_save, run, row_id, "keep", ""), ""),
        )  # fmt: skip
        st.button(
            tr("Change to {label}", label=plain(answer, NAME)), icon=":material/swap_horiz:", key="label-answer", shortcut="2",
            on_click=act, args=(partial(_save, run, row_id, "relabel", answer), ""),
        )  # fmt: skip
        st.button(
            tr("Drop the row"), icon=":material/delete:", key="label-drop", shortcut="3",
            help=tr("No label fits it: the corrected table goes without it."),
            on_click=act, args=(partial(_save, run, row_id, "drop", ""), ""),
        )  # fmt: skip
        st.button(
            tr("Later"), icon=":material/skip_next:", key="label-skip", type="tertiary", shortcut="4",
            help=tr("Put this one off; it comes back after the others."), on_click=_put_off, args=(put_off, row_id),
        )  # fmt: skip
    others = [one for one in run.labels if one not in (label, answer)]
    if others:
        _another(run, row_id, others)


def _another(run: Run, row_id: str, others: Sequence[str]) -> None:
    field = f"label-other-{row_id}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            tr("Another label"), others, index=None, key=field, format_func=lambda one: plain(one, 80), width=320,
            placeholder=tr("Choose one of {n}", n=len(others)),
        )  # fmt: skip
        st.button(
            tr("Change to this"), icon=":material/swap_horiz:", key="label-other", disabled=chosen is None,
            on_click=act, args=(partial(_save, run, row_id, "relabel", chosen or ""), ""),
        )  # fmt: skip


def _near(run: Run, row_id: str) -> None:
    """Its near duplicates with their labels, the most alike first."""
    pairs = chart_table(run, "label_pairs")
    lines = []
    for pair in pairs[pairs["row_id"] == row_id].head(NEAREST).to_dict("records"):
        other = store().example(run.id, str(pair["other"]))
        if other is not None:
            said = tr(
                "{share} alike, labelled {label}",
                share=numbers().share(float(pair["alike"])),
                label=other.label or tr("nothing"),
            )
            lines.append(f"<li>{escaped(other.text[:300])}<br><small>{escaped(said)}</small></li>")
    if lines:
        st.caption(tr("Nearly the same in this table"))
        st.html(f'<ul class="assay-near">{"".join(lines)}</ul>')


def _download(run: Run, kept: Sequence[Review]) -> None:
    rows = len({review.row_id for review in kept})
    what = tr("The corrected table: the audited rows as their table has them, labels as judged, dropped rows left out.")
    st.caption(f"{what} {tr_n('{n} row was judged so far.', '{n} rows were judged so far.', rows)}")
    export_button(
        lambda: corrected_table(read(store(), run.id)), f"corrected-{run.id}.csv", "corrected",
        label=tr("Download the corrected table as CSV"),
    )  # fmt: skip


def _put_off(key: str, row_id: str) -> None:
    kept = [one for one in st.session_state.get(key, ()) if one != row_id]
    st.session_state[key] = [*kept, row_id]


def _save(run: Run, row_id: str, verdict: str, label: str) -> None:
    """Keep a judgement, the first alone: a second press before the next row is drawn is meant for that one."""
    if any(kept.of_label and kept.row_id == row_id and kept.who == actor().subject for kept in store().reviews(run.id)):
        return
    label_reviews.judge(actor(), run.id, row_id, verdict, label)


def _take_back(run_id: str, row_id: str) -> None:
    label_reviews.take_back(actor(), run_id, row_id)
