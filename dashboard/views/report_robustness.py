"""Report, robustness: how easily the model breaks, and beneath it every adversarial example and every flip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from audit.language.translating import tr, tr_later
from audit.score.wording import display_name, probe_names
from audit.scored import Score
from audit.stored import RecordFilter, Run
from dashboard.draw import plots
from dashboard.draw.blocks import Points
from dashboard.draw.chapters import draw_chapters, kinds_in
from dashboard.draw.charts import NOTHING, Pick, latest, picked, picked_rows, show_drawn
from dashboard.draw.chosen_rows import narrowed, rows_chosen, shown_scores
from dashboard.draw.examples_browser import browse_examples
from dashboard.draw.flips_browser import browse_flips
from dashboard.draw.scores import named
from dashboard.page.address import bound, choose
from dashboard.page.state import link, store
from dashboard.page.text import plain, told_again
from dashboard.run.nothing import say_nothing

BROWSERS = {"examples": tr_later("Adversarial examples"), "flips": tr_later("Rows that harmless changes flip")}


def show(run: Run) -> None:
    """Draw the section."""
    scores = shown_scores(run, "robustness")
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
    if not {p.kind for p in probes} & kinds_in("robustness"):
        st.info(tr("This audit had no attacks and no perturbations. Add some in a new audit."), icon=":material/info:")
        link("new_audit", tr("New audit with these settings"), icon=":material/add_circle:", clone=run.id)
        return
    if not ready and not named(scores, "flip_rate") and not any(score.name == "direction_failure" for score in scores):
        say_nothing(run, "results", over=tr("No attack and no perturbation of this audit has run."))
        return
    if ready and not any(store().count_records(run.id, narrowed(run, RecordFilter(probe=probe))) for probe in ready):
        if rows_chosen(run) is None:
            say_nothing(run, "results of attacks")
        else:
            st.info(tr("No attack was made on these rows."), icon=":material/info:")
        ready = []
    drawn = draw_chapters(run, "robustness")
    rows = _picked_examples(run, scores, ready, drawn) if ready else ()
    flips = drawn.get("flips", [])
    _, new = latest({"flips": picked(flips)}, "robustness-flips")
    if new and picked(flips) != NOTHING and ready:
        choose("browse", "flips", default="examples")
    there = [*(["examples"] if ready else []), *(["flips"] if named(scores, "flip_rate") else [])]
    if not there:
        return
    shown = there[0]
    if len(there) > 1:
        shown = bound(
            st.segmented_control, tr("Rows"), there, key="browse", required=True, label_visibility="collapsed",
            format_func=lambda name: tr(BROWSERS[name]),
        )  # fmt: skip
    titled = len(there) == 1
    if shown == "flips":
        browse_flips(run, scores, flips, titled=titled)
    else:
        browse_examples(run, ready, rows, titled=titled)


def _picked_examples(
    run: Run, scores: Sequence[Score], ready: Sequence[str], drawn: Mapping[str, Points]
) -> tuple[str, ...]:
    """The rows of what was selected last in any of the charts of attacks; their recipe and browser are chosen."""
    changed = plots.words_changed_chart(run)
    alt = tr("How many words successful attacks changed")
    with st.expander(tr("What attacks change")):
        left, right = st.columns(2)
    with right:
        places = _flagged(run, scores)
    with left:
        words = show_drawn(changed, "words-changed", alt=alt, about="words_changed_median", select=True)
    picks = {name: picked(drawn.get(name, [])) for name in ("attacks", "success", "words_changed")}
    picks |= {"words-changed": picked(words), "places": places}
    (recipe, rows), new = latest(picks, "robustness-picks")
    if new and recipe in ready:
        choose("recipe", recipe, default=ready[0])
        choose("browse", "examples", default="examples")
    return rows


def _flagged(run: Run, scores: Sequence[Score]) -> Pick:
    """Attacked words against the words an explanation flags, where the run has both; the recipe and rows selected."""
    pairs = {score.about: score for score in named(scores, "attacked_words_flagged") if score.value is not None}
    if not pairs:
        return NOTHING
    pair = next(iter(pairs))
    if len(pairs) > 1:
        pair = bound(
            st.selectbox, tr("Attack and explanation"), list(pairs), key="pair",
            format_func=lambda about: probe_names(pairs[about]),
        )  # fmt: skip
    recipe = pairs[pair].probe
    places = plots.places_chart(run, recipe, pairs[pair].other_probe, pairs[pair])
    alt = tr("Where attacked words stand in the explanation")
    rows = picked_rows(show_drawn(places, "places", alt=alt, about="attacked_words_flagged", select=True))
    return (recipe, rows) if rows else NOTHING
