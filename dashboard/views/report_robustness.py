"""Report, robustness: how easily the model breaks, recipe by recipe, and every adversarial example."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from audit.records import AttackOutcome, Score
from audit.store import RecordFilter, Run
from dashboard.components import plots
from dashboard.components.bound import bound, bound_text
from dashboard.components.cards import score_metric
from dashboard.components.charts import picked_rows, show_chart
from dashboard.components.evidence import OUTCOMES, show_attack
from dashboard.components.paging import ROWS, export_button, pager, pick
from dashboard.components.scores import named
from dashboard.components.state import link, store
from dashboard.components.text import plain

SORTS = {
    "": "order of the run",
    "words_changed": "words changed",
    "similarity": "similarity",
    "queries": "queries",
    "confidence": "confidence before",
}
COLUMNS = {
    "text": st.column_config.TextColumn("Original text", width="large"),
    "status": st.column_config.TextColumn("Outcome"),
    "predicted": st.column_config.TextColumn("Before"),
    "flipped_to": st.column_config.TextColumn("After"),
    "words_changed": st.column_config.NumberColumn("Words changed"),
    "similarity": st.column_config.NumberColumn("Similarity", format="%.2f"),
    "queries": st.column_config.NumberColumn("Queries"),
}


def show(run: Run) -> None:
    """Draw the section."""
    scores = store().scores(run.id)
    attacks = [p for p in store().probes(run.id) if p.kind == "attack"]
    ready = [p.probe for p in attacks if p.status == "planned"]
    for probe in attacks:
        if probe.status == "skipped":
            st.caption(f":material/skip_next: {plain(probe.probe)} was skipped: {plain(probe.reason, 400)}")
    if not attacks and not named(scores, "flip_rate"):
        st.info("This audit had no attacks and no perturbations. Add some in a new audit.", icon=":material/info:")
        link("new_audit", "New audit with these settings", icon=":material/add_circle:", clone=run.id)
        return
    worst = named(scores, "worst_case_accuracy") or named(scores, "worst_case_retained")
    _cards([*named(scores, "accuracy"), *worst])
    if ready:
        left, right = st.columns(2)
        with left:
            figure, data = plots.attack_overview(scores)
            show_chart(
                figure, "attacks", alt="Accuracy before and under each attack", data=data, about="accuracy_under_attack"
            )
        with right:
            figure, data = plots.success_overview(scores)
            show_chart(
                figure, "success", alt="Success rate of each attack", data=data, about="attack_success_rate_valid"
            )
        left, right = st.columns(2)
        with left:
            figure, data = plots.budget_chart(run)
            points = show_chart(
                figure,
                "budget",
                alt="Accuracy against words changed",
                data=data,
                about="accuracy_under_attack",
                select=True,
            )
        with right:
            figure, data = plots.words_changed_chart(run)
            show_chart(
                figure,
                "words-changed",
                alt="How many words successful attacks changed",
                data=data,
                about="words_changed_median",
            )
        _flagged(run, scores)
        _examples(run, ready, picked_rows(points))
    if named(scores, "flip_rate"):
        figure, data = plots.perturbation_overview(scores)
        show_chart(
            figure, "perturbations", alt="Flip rate of each perturbation with intervals", data=data, about="flip_rate"
        )


def _cards(scores: Sequence[Score]) -> None:
    chosen = [score for score in scores if score.value is not None][:4]
    for column, score in zip(st.columns(4), chosen, strict=False):
        with column:
            score_metric(score)


def _flagged(run: Run, scores: Sequence[Score]) -> None:
    """Attacked words against the words an explanation flags, where the run has both."""
    pairs = [score.probe for score in named(scores, "attacked_words_flagged") if score.value is not None]
    if not pairs:
        return
    pair = bound(
        st.selectbox,
        "Attack and explanation",
        pairs,
        key="pair",
        format_func=lambda p: p.replace("_", " ").replace("+", " and "),
    )
    figure, data = plots.places_chart(run, *pair.split("+", 1))
    show_chart(
        figure, "places", alt="Where attacked words stand in the explanation", data=data, about="attacked_words_flagged"
    )


def _examples(run: Run, recipes: Sequence[str], picked: tuple[str, ...]) -> None:
    st.subheader("Adversarial examples", anchor=False)
    first, second, third, fourth = st.columns([1.3, 1.3, 1.6, 1.2])
    recipe = bound(first.selectbox, "Recipe", recipes, key="recipe", format_func=lambda r: r.replace("_", " "))
    outcome = bound(second.selectbox, "Outcome", ["success", "", *list(OUTCOMES)[1:]], key="outcome", format_func=lambda o: OUTCOMES[o][0] if o else "Any")  # fmt: skip
    part = bound_text(third.text_input, "Text contains", key="contains", icon=":material/search:")
    order = bound(fourth.selectbox, "Sort by", list(SORTS), key="sort", format_func=SORTS.__getitem__)
    label = None
    if len(run.labels) > 1:
        label = (
            bound(st.selectbox, "True label", ["", *run.labels], key="true", format_func=lambda v: v or "Any") or None
        )
    where = RecordFilter(probe=recipe, status=outcome or None, search=part or None, label=label, row_ids=picked or None)
    if picked:
        st.caption(f"Only the {len(picked)} rows selected in the chart; double-click the chart to undo.")
    total = store().count_records(run.id, where)
    if total == 0:
        st.info("No example fits these filters.", icon=":material/filter_alt_off:")
        return
    offset = pager(total, "examples", noun="example")
    descending = order in {"similarity", "confidence"}
    page = store().records(run.id, where, order_by=order, descending=descending, limit=ROWS, offset=offset)
    chosen = pick(page, "example-table", columns=COLUMNS, alt="Adversarial examples")
    export_button(
        lambda: store().records(run.id, where, order_by=order, descending=descending, limit=100_000),
        f"attacks-{recipe}-{run.id}.csv", "export-examples",
    )  # fmt: skip
    row_id = str(page.iloc[chosen if chosen is not None else 0]["row_id"])
    record = store().record(run.id, recipe, row_id)
    if isinstance(record, AttackOutcome):
        with st.container(border=True):
            st.caption("The marked line" if chosen is not None else "The first line; mark another to see it.")
            show_attack(run.labels, record)
            link(
                "report",
                "Everything about this row",
                icon=":material/open_in_full:",
                run=run.id,
                section="rows",
                row=row_id,
            )
