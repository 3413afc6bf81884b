"""Report, review: people judge whether adversarial examples keep their meaning, and which labels are wrong; rates follow.

Nothing on the page leads the judge: what the model says and what others said is shown after, no answer is the blue one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from audit.actions import reviews
from audit.actor import Role
from audit.kinds import as_a
from audit.language.translating import tr, tr_later
from audit.records import AttackOutcome
from audit.stored import RecordFilter, Review, Run
from dashboard.draw.answers import labelled
from dashboard.draw.chapters import say_whole
from dashboard.draw.chosen_rows import rows_chosen
from dashboard.draw.heatmap import sides_html
from dashboard.draw.probe_choices import titles
from dashboard.page.address import bound
from dashboard.page.guard import act
from dashboard.page.state import actor, store
from dashboard.run.nothing import say_nothing
from dashboard.views.report_judged import show_judged, show_outcome
from dashboard.views.report_labels import show_labels

ANSWERS = {
    "same": (tr_later("Still means the same"), ":material/check:", "1"),
    "different": (tr_later("Does not"), ":material/close:", "2"),
    "unsure": (tr_later("Cannot say"), ":material/help:", "3"),
}
"""Verdict -> what its button says, its picture and its key."""


WHAT = {"attacks": tr_later("Attacks"), "labels": tr_later("Labels")}
"""What there is to be judged."""


def show(run: Run) -> None:
    """Draw the section."""
    recipes = [
        p.probe
        for p in store().probes(run.id)
        if p.kind == "attack" and p.status == "planned" and p.name != "input_reduction"
    ]
    there = [*(["attacks"] if recipes else []), *(["labels"] if labelled(run) else [])]
    if not there:
        st.info(
            tr("There is nothing to review: this audit had no attacks, and its table has no labels."),
            icon=":material/info:",
        )
        return
    what = there[0]
    if len(there) > 1:
        what = bound(st.segmented_control, tr("What to judge"), there, key="what", required=True,
                     format_func=lambda name: tr(WHAT[name]), label_visibility="collapsed")  # fmt: skip
    if what == "labels":
        show_labels(run)
    else:
        _attacks(run, recipes)


def _attacks(run: Run, recipes: Sequence[str]) -> None:
    why = tr(
        "An attack only counts if the changed text still means the same. Judge a few examples: they come in a random order "
        "that is the same for everyone, and the rate of *valid changes* is computed from your judgements."
    )
    st.markdown(why)
    recipe = bound(st.segmented_control, tr("Recipe"), recipes, key="recipe", default=recipes[0], required=True,
                                  format_func=titles(run.id).__getitem__)  # fmt: skip
    recipe = recipe or recipes[0]
    if (rows := rows_chosen(run)) is not None:
        say_whole("attacks", rows)
    who, all_kept = actor().subject, store().reviews(run.id, recipe)
    mine = [review for review in all_kept if review.who == who]
    total = store().count_records(run.id, RecordFilter(probe=recipe, status="success"))
    if not store().count_records(run.id, RecordFilter(probe=recipe)):
        say_nothing(run, "results of this recipe")
    elif not total:
        st.success(tr("No attack of this recipe succeeded: there is nothing to judge."), icon=":material/shield:")
    else:
        _next(run, recipe, total, [review.row_id for review in mine])
    if mine:
        last = max(mine, key=lambda review: review.reviewed_at)
        st.button(
            tr("Undo the last judgement"), key="undo-last", icon=":material/undo:", type="tertiary", shortcut="u",
            on_click=act, args=(partial(_take_back, run, recipe, last.row_id), tr("The judgement was taken back.")),
        )  # fmt: skip
        show_judged(run, recipe, mine)
    if all_kept:
        show_outcome(run, recipe, _open(all_kept, [review.row_id for review in mine], total), all_kept)


def _open(kept: Sequence[Review], judged: Sequence[str], total: int) -> list[Review]:
    """The judgements that whoever looks may see: of what they have judged themselves; all once nothing is left for them to judge."""
    if len(judged) >= total or not actor().may(Role.REVIEWER):
        return list(kept)
    return [review for review in kept if review.row_id in judged]


def _next(run: Run, recipe: str, total: int, judged: Sequence[str]) -> None:
    """The next example that is neither judged nor put off; those put off come back when no other is left."""
    key = _put_off_key(run, recipe)
    put_off = [row_id for row_id in st.session_state.get(key, ()) if row_id not in judged]
    queue = store().review_queue(run.id, recipe, who=actor().subject, limit=len(judged) + len(put_off) + 1)
    waiting = [str(row_id) for row_id in queue[queue["verdict"].isna()]["row_id"]]
    row_id = next((one for one in waiting if one not in put_off), next(iter(put_off), None))
    if row_id is None:
        st.success(tr("You have judged every success of this recipe."), icon=":material/task_alt:")
        return
    _judge(run, recipe, row_id, len(judged) + 1, total)


def _judge(run: Run, recipe: str, row_id: str, number: int, total: int) -> None:
    record = as_a(store().record(run.id, recipe, row_id), AttackOutcome)
    if record is None:
        return
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute"):
            st.markdown(tr("**Does the changed text still mean the same?**"), width="content")
            st.caption(tr("{n} of {total}", n=number, total=total), width="content")
        before, after = sides_html(record.text, record.perturbed_text or "", record.changes)
        for column, title, text in zip(st.columns(2), (tr("Original"), tr("Changed")), (before, after), strict=True):
            column.caption(title)
            column.html(text)
        with st.container(horizontal=True):
            for verdict, (label, icon, shortcut) in ANSWERS.items():
                st.button(
                    tr(label), icon=icon, key=f"judge-{verdict}", shortcut=shortcut,
                    on_click=act, args=(partial(_save, run, recipe, row_id, verdict), ""),
                )  # fmt: skip
            st.button(
                tr("Later"), icon=":material/skip_next:", key="judge-skip", type="tertiary", shortcut="4",
                help=tr("Put this one off; it comes back after the others."),
                on_click=_put_off, args=(_put_off_key(run, recipe), row_id),
            )  # fmt: skip
    st.caption(tr("What the model says of it, and what others judged, is shown after you have judged."))


def _put_off_key(run: Run, recipe: str) -> str:
    return f"put-off-{run.id}-{recipe}"


def _put_off(key: str, row_id: str) -> None:
    """Have an example come after all others, those put off before it first."""
    kept = [one for one in st.session_state.get(key, ()) if one != row_id]
    st.session_state[key] = [*kept, row_id]


def _save(run: Run, recipe: str, row_id: str, verdict: str) -> None:
    """Keep a judgement, the first alone: a second press before the next example is drawn is meant for that one."""
    if any(kept.row_id == row_id and kept.who == actor().subject for kept in store().reviews(run.id, recipe)):
        return
    reviews.judge(actor(), run.id, recipe, row_id, verdict)


def _take_back(run: Run, recipe: str, row_id: str) -> None:
    reviews.take_back(actor(), run.id, recipe, row_id)
