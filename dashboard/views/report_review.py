"""Report, review: people judge whether adversarial examples keep their meaning; the rate follows their judgement."""

from __future__ import annotations

from collections import Counter
from functools import partial

import streamlit as st

from audit.actions import reviews
from audit.kinds import as_a
from audit.language.translating import tr, tr_later, tr_n
from audit.records import AttackOutcome
from audit.stored import RecordFilter, Run
from dashboard.draw.cards import score_metric
from dashboard.draw.evidence import show_attack
from dashboard.draw.heatmap import quote_html
from dashboard.draw.probe_choices import titles
from dashboard.draw.scores import named
from dashboard.page.address import bound
from dashboard.page.guard import act
from dashboard.page.state import actor, store
from dashboard.page.text import one_line
from dashboard.run.nothing import say_nothing

ANSWERS = {
    "same": (tr_later("Still means the same"), ":material/check:"),
    "different": (tr_later("Does not"), ":material/close:"),
    "unsure": (tr_later("Cannot say"), ":material/help:"),
}


def show(run: Run) -> None:
    """Draw the section."""
    recipes = [
        p.probe
        for p in store().probes(run.id)
        if p.kind == "attack" and p.status == "planned" and p.name != "input_reduction"
    ]
    if not recipes:
        st.info(tr("There is nothing to review: this audit had no attacks."), icon=":material/info:")
        return
    why = tr(
        "An attack only counts if the changed text still means the same. Judge a few examples: they come in a random order "
        "that is the same for everyone, and the rate of *valid changes* is computed from your judgements."
    )
    st.markdown(why)
    recipe = bound(st.segmented_control, tr("Recipe"), recipes, key="recipe", default=recipes[0], required=True,
                                  format_func=titles(run.id).__getitem__)  # fmt: skip
    recipe = recipe or recipes[0]
    kept = store().reviews(run.id, recipe)
    _rates(run, recipe, Counter(r.verdict for r in kept))
    queue = store().review_queue(run.id, recipe, limit=len(kept) + 1)
    waiting = queue[queue["verdict"].isna()]
    if not store().count_records(run.id, RecordFilter(probe=recipe)):
        say_nothing(run, "results of this recipe")
    elif queue.empty:
        st.success(tr("No attack of this recipe succeeded: there is nothing to judge."), icon=":material/shield:")
    elif waiting.empty:
        st.success(tr("Every success of this recipe has been judged."), icon=":material/task_alt:")
    else:
        _judge(run, recipe, str(waiting.iloc[0]["row_id"]))
    if kept:
        _judged(run, recipe)


def _rates(run: Run, recipe: str, counts: Counter[str]) -> None:
    scores = store().scores(run.id)
    shown = [s for name in ("attack_success_rate", "attack_success_rate_valid") for s in named(scores, name, recipe)]
    columns = st.columns(3)
    for column, score in zip(columns, shown, strict=False):
        with column:
            score_metric(score)
    with columns[2].container(border=True):
        st.metric(tr("Judged"), counts.total(), help=tr("Examples of this recipe that somebody has judged."))
        said = tr(
            "{same} same · {different} different · {unsure} unsure",
            same=counts["same"],
            different=counts["different"],
            unsure=counts["unsure"],
        )
        st.caption(said)


def _judge(run: Run, recipe: str, row_id: str) -> None:
    record = as_a(store().record(run.id, recipe, row_id), AttackOutcome)
    if record is None:
        return
    with st.container(border=True):
        st.markdown(tr("**Does the changed text still mean the same?**"))
        show_attack(run.task, record)
        with st.expander(tr("The changed text alone")):
            st.html(quote_html(record.perturbed_text or ""))
        with st.container(horizontal=True):
            for verdict, (label, icon) in ANSWERS.items():
                st.button(
                    tr(label), icon=icon, key=f"judge-{verdict}", type="primary" if verdict == "same" else "secondary",
                    on_click=act, args=(partial(_save, run, recipe, row_id, verdict), ""),
                )  # fmt: skip


def _save(run: Run, recipe: str, row_id: str, verdict: str) -> None:
    reviews.judge(actor(), run.id, recipe, row_id, verdict)


def _take_back(run: Run, recipe: str, row_id: str) -> None:
    reviews.take_back(actor(), run.id, recipe, row_id)


def _judged(run: Run, recipe: str) -> None:
    with st.expander(tr("What was judged")):
        queue = store().review_queue(run.id, recipe, limit=200)
        for row in queue[queue["verdict"].notna()].itertuples():
            text, verdict, undo = st.columns([6, 2, 1.2], vertical_alignment="center")
            text.text(one_line(row.text, 160))
            verdict.caption(f"{tr(ANSWERS[str(row.verdict)][0])}, {row.who}")
            undo.button(tr("Take back"), key=f"undo-{row.row_id}", type="tertiary", on_click=act,
                        args=(partial(_take_back, run, recipe, str(row.row_id)), ""))  # fmt: skip
        st.caption(tr_n("{n} judgement", "{n} judgements", int(queue["verdict"].notna().sum())))
