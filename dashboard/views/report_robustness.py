"""Report, robustness: how easily the model breaks, recipe by recipe, and every adversarial example."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from audit.language.translating import tr
from audit.records import Score
from audit.score.wording import display_name, probe_names
from audit.stored import RecordFilter, Run
from dashboard.components import plots
from dashboard.components.bound import bound, choose
from dashboard.components.cards import score_metric
from dashboard.components.charts import NOTHING, Pick, latest, level, picked, picked_rows, show_chart
from dashboard.components.examples_browser import browse_examples
from dashboard.components.flips_browser import browse_flips
from dashboard.components.nothing import say_nothing
from dashboard.components.scores import named
from dashboard.components.state import link, store
from dashboard.components.text import plain, told_again


def show(run: Run) -> None:
    """Draw the section."""
    scores = store().scores(run.id)
    probes = store().probes(run.id)
    attacks = [p for p in probes if p.kind == "attack"]
    ready = [p.probe for p in attacks if p.status == "planned"]
    for probe in attacks:
        if probe.status == "skipped":
            said = tr(
                "{attack} was skipped: {reason}",
                attack=plain(display_name(probe.probe, probe.name)),
                reason=plain(told_again(probe.reason), 400),
            )
            st.caption(f":material/skip_next: {said}")
    if not attacks and not any(p.kind == "perturbation" for p in probes):
        st.info(tr("This audit had no attacks and no perturbations. Add some in a new audit."), icon=":material/info:")
        link("new_audit", tr("New audit with these settings"), icon=":material/add_circle:", clone=run.id)
        return
    worst = named(scores, "worst_case_accuracy") or named(scores, "worst_case_retained")
    _cards([*named(scores, "accuracy"), *worst])
    if not ready and not named(scores, "flip_rate"):
        say_nothing(run, "results", over=tr("No attack and no perturbation of this audit has run."))
    elif ready and not any(store().count_records(run.id, RecordFilter(probe=probe)) for probe in ready):
        say_nothing(run, "results of attacks")
    elif ready:
        _attacks(run, scores, ready)
    browse_flips(run, scores)


def _attacks(run: Run, scores: Sequence[Score], ready: Sequence[str]) -> None:
    """The charts of the recipes, two by two, and the examples of what was selected last in any of them."""
    drawn = {}
    labelled = plots.has_labels(run)
    about = "accuracy_under_attack" if labelled else "prediction_retained"
    if scores:
        drawn = {
            "attacks": (
                plots.attack_overview(scores),
                tr("Accuracy before and under each attack") if labelled else tr("Unchanged answers under each attack"),
                about,
            ),
            "success": (plots.success_overview(scores), tr("Success rate of each attack"), "attack_success_rate_valid"),
        }
        level(drawn["attacks"][0][0], drawn["success"][0][0])
    drawn |= {
        "budget": (
            plots.budget_chart(run),
            tr("Accuracy against words changed") if labelled else tr("Unchanged answers against words changed"),
            about,
        ),
        "words-changed": (
            plots.words_changed_chart(run),
            tr("How many words successful attacks changed"),
            "words_changed_median",
        ),
    }
    level(drawn["budget"][0][0], drawn["words-changed"][0][0])
    picks = {}
    places = [place for _ in range(len(drawn) // 2) for place in st.columns(2)]
    for place, (key, ((figure, data), alt, about)) in zip(places, drawn.items(), strict=True):
        with place:
            picks[key] = picked(show_chart(figure, key, alt=alt, data=data, about=about, select=True))
    picks["places"] = _flagged(run, scores)
    (recipe, rows), new = latest(picks, "robustness-picks")
    if new and recipe in ready:
        choose("recipe", recipe, default=ready[0])
    browse_examples(run, ready, rows)


def _cards(scores: Sequence[Score]) -> None:
    chosen = [score for score in scores if score.value is not None][:4]
    for column, score in zip(st.columns(4), chosen, strict=False):
        with column:
            score_metric(score)


def _flagged(run: Run, scores: Sequence[Score]) -> Pick:
    """Attacked words against the words an explanation flags, where the run has both; the recipe and rows selected."""
    pairs = {score.about: score for score in named(scores, "attacked_words_flagged") if score.value is not None}
    if not pairs:
        return NOTHING
    pair = bound(
        st.selectbox,
        tr("Attack and explanation"),
        list(pairs),
        key="pair",
        format_func=lambda about: probe_names(pairs[about]),
    )
    recipe = pairs[pair].probe
    figure, data = plots.places_chart(run, recipe, pairs[pair].other_probe, pairs[pair])
    alt = tr("Where attacked words stand in the explanation")
    rows = picked_rows(show_chart(figure, "places", alt=alt, data=data, about="attacked_words_flagged", select=True))
    return (recipe, rows) if rows else NOTHING
