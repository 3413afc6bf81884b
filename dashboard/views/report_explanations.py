"""Report, explanations: which words decide over all texts, how faithful the methods are, and the heatmaps."""

from __future__ import annotations

import streamlit as st

from audit.language.numbers import numbers
from audit.records import Attribution
from audit.score.importance import FALSE_DISCOVERIES, MIN_TEXTS
from audit.score.wording import probe_names
from audit.store import RecordFilter, Run
from dashboard.components import plots
from dashboard.components.bound import bound, bound_text
from dashboard.components.charts import picked_rows, show_chart
from dashboard.components.heatmap import show_heatmap
from dashboard.components.nothing import say_nothing
from dashboard.components.paging import pager
from dashboard.components.probes import titles
from dashboard.components.scores import named
from dashboard.components.state import link, store
from dashboard.components.text import one_line, plain, plural

STATES = {"": "Any", "ok": "Converged", "not_converged": "Not converged", "error": "Error"}
SHOWN = 6
CHANCE = (
    "Of many words some push one way by chance. Shown are those whose push differs from 0 after correction for the number "
    "of words and classes looked at; the PDF and the scores have the same ones."
)


def show(run: Run) -> None:
    """Draw the section."""
    methods = [p.probe for p in store().probes(run.id) if p.kind == "explainer" and p.status == "planned"]
    if not methods:
        st.info("This audit had no explanations. Add a method in a new audit.", icon=":material/info:")
        link("new_audit", "New audit with these settings", icon=":material/add_circle:", clone=run.id)
        return
    if not any(store().count_records(run.id, RecordFilter(probe=method)) for method in methods):
        say_nothing(run, "explanations")
        return
    left, right = st.columns([2, 2])
    method = bound(left.selectbox, "Method", methods, key="method", format_func=titles(run.id).__getitem__)
    target = bound(right.selectbox, "Class", plots.explained_classes(run, str(method)), key="class", private=True,
                   format_func=lambda v: one_line(v, 80))  # fmt: skip
    chance = st.toggle("Also words that chance alone may explain", key="chance-words", help=CHANCE)
    figure, data = plots.words_chart(run, str(method), str(target), certain=not chance)
    points = show_chart(figure, "words", alt=f"Words that push towards or away from {target}, with intervals", data=data,
                        about="word_importance", select=True)  # fmt: skip
    if figure is None:
        many = f"No word occurs in {MIN_TEXTS} or more of the texts explained towards {plain(target)}"
        false = numbers().setting(FALSE_DISCOVERIES)
        sure = f", or none of those that do pushes by more than chance: {false} false discoveries are allowed"
        st.info(f"{many}{'' if chance else sure}.", icon=":material/info:")
    _heatmaps(run, str(method), picked_rows(points))
    _believed(run)


def _believed(run: Run) -> None:
    scores = store().scores(run.id)
    figure, data = plots.faithfulness_chart(run)
    agreement, pairs = plots.agreement_chart(scores)
    converged = named(scores, "converged_share")
    if figure is None and agreement is None and not converged:
        return
    st.subheader("Can the explanations be believed?", anchor=False)
    show_chart(figure, "faithfulness", alt="Faithfulness of each method between random and best orders", data=data,
               about="comprehensiveness")  # fmt: skip
    if converged:
        said = ", ".join(
            f"{plain(probe_names(s))} {numbers().share(s.value)} of {numbers().count(s.n)}"
            for s in converged
            if s.value is not None
        )
        st.caption(f"Rows where the method reached its own tolerance: {said}.")
    show_chart(agreement, "agreement", alt="Rank correlation between methods", data=pairs, about="method_agreement")


def _heatmaps(run: Run, method: str, picked: tuple[str, ...]) -> None:
    st.subheader("Heatmaps", anchor=False)
    one, two, three = st.columns([2, 1, 1])
    part = bound_text(
        one.text_input,
        "Text contains",
        key="word",
        icon=":material/search:",
        help="For example a word from the chart.",
    )
    state = bound(two.selectbox, "State", list(STATES), key="converged", format_func=STATES.__getitem__)
    said = bound(
        three.selectbox,
        "Explained class",
        ["", *run.labels],
        key="explained",
        private=True,
        format_func=lambda v: one_line(v, 80) or "Any",
    )
    where = RecordFilter(
        probe=method, search=part or None, status=state or None, predicted=said or None, row_ids=picked or None
    )
    if picked:
        st.caption(f"{plural(len(picked), 'row')} selected in the chart; double-click it to undo.")
    total = store().count_records(run.id, where)
    if total == 0:
        st.info("No explanation fits these filters.", icon=":material/filter_alt_off:")
        return
    offset = pager(total, "heatmaps", rows=SHOWN, noun="explanation")
    for number, row in enumerate(store().records(run.id, where, limit=SHOWN, offset=offset).itertuples()):
        record = store().record(run.id, method, str(row.row_id))
        if isinstance(record, Attribution):
            with st.container(border=True):
                show_heatmap(record, compact=True, legend=number == 0)
                label = f", labelled {plain(row.label)}" if row.label else ""
                st.caption(
                    f"Explains **{plain(record.target)}**{label} · {numbers().count(record.steps)} model evaluations"
                )
                link(
                    "report",
                    "Everything about this row",
                    icon=":material/open_in_full:",
                    run=run.id,
                    section="rows",
                    row=record.row_id,
                )
