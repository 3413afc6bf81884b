"""Report, robustness: how easily the model breaks, recipe by recipe, and every adversarial example."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from audit.records import Score
from audit.store import Run
from dashboard.components import plots
from dashboard.components.bound import bound
from dashboard.components.cards import score_metric
from dashboard.components.charts import picked_rows, show_chart
from dashboard.components.examples_browser import browse_examples
from dashboard.components.scores import named
from dashboard.components.state import link, store
from dashboard.components.text import plain


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
        browse_examples(run, ready, picked_rows(points))
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
