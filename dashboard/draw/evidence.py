"""One row of a run: everything that is known of it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from audit.kinds import all_of
from audit.language.answers import answer_words
from audit.language.translating import tr, tr_later, tr_n
from audit.records import AttackOutcome, Attribution, PerturbationOutcome, Prediction
from audit.score.wording import display_name
from audit.stored import Run
from dashboard.draw.heatmap import bars_html, diff_html, quote_html, show_heatmap
from dashboard.page.state import link, store
from dashboard.page.text import number, plain, told_again
from models.task import Task

OUTCOMES = {
    "success": (tr_later("Succeeded"), "red"),
    "failed": (tr_later("Held"), "green"),
    "skipped": (tr_later("Skipped: already wrong"), "gray"),
    "out_of_budget": (tr_later("Held: out of budget"), "orange"),
    "error": (tr_later("Error"), "red"),
}


def _flip(task: Task, record: AttackOutcome) -> str:
    if not record.original_probs:  # the row failed before the model was asked
        return plain(told_again(record.error) if record.error else tr("The model was not asked."), 300)
    before = answer_words(task.answer(record.original_probs), task)
    queries = tr_n("{n} query", "{n} queries", record.queries)
    if not record.perturbed_probs:
        return f"{plain(before)}, {queries}"
    after = answer_words(task.answer(record.perturbed_probs), task)
    changed = tr_n(
        "{n} word of {total} changed", "{n} words of {total} changed", record.words_changed, total=record.words_total
    )
    facts = [changed, queries]
    if record.similarity is not None:
        facts.append(tr("similarity {value}", value=number(record.similarity, "cosine")))
    return (
        f"{plain(before)} {number(task.sure(record.original_probs))} → **{plain(after)}** "
        f"{number(task.sure(record.perturbed_probs))} · {', '.join(facts)}"
    )


def show_attack(task: Task, record: AttackOutcome) -> None:
    """An attack's outcome with its changes in place and the probabilities before and after."""
    label, color = OUTCOMES[record.status]
    st.markdown(f":{color}-badge[{tr(label)}] {plain(_called(record))}")
    if record.stand_ins:
        names = plain(", ".join(record.stand_ins), 300)
        st.caption(tr("With stand-ins for what it was published with: {names}", names=names))
    if record.error:
        st.text(told_again(record.error))
    if record.note:
        st.caption(plain(told_again(record.note), 400))
    st.html(diff_html(record.text, record.changes, compact=True))
    if record.perturbed_text is not None:
        st.caption(_flip(task, record))
        st.html(bars_html(task, record.perturbed_probs, before=record.original_probs, top=3))
    if record.resources:
        used = ", ".join(f"{name}: {value.partition(' sha256:')[0]}" for name, value in record.resources.items())
        st.caption(tr("Resources: {used}", used=plain(used, 400)))


def show_row(run: Run, row_id: str) -> None:
    """Everything a run knows of one row."""
    records = store().row_records(run.id, row_id)
    if not records:
        st.info(tr("This run has no results for this row yet."), icon=":material/info:")
        return
    for prediction in all_of(records.values(), Prediction)[:1]:
        _prediction(run, row_id, prediction)
    for record in all_of(records.values(), Attribution):
        called = plain(_called(record))
        st.markdown(tr("**Explained by {method}**, towards {label}", method=called, label=plain(record.target)))
        show_heatmap(record, compact=True, legend=False)
    for attacked in all_of(records.values(), AttackOutcome):
        with st.container(border=True):
            show_attack(run.task, attacked)
    _changes(
        run.task, [one for one in all_of(records.values(), PerturbationOutcome) if any(v.changed for v in one.variants)]
    )


def _changes(task: Task, made: Sequence[PerturbationOutcome]) -> None:
    """What harmless changes did: those that flip the prediction in sight, the others folded."""
    for one in made:
        if one.flips:
            show_variants(task, one)
    calm = [one for one in made if not one.flips]
    if calm:
        said = tr_n("{n} change that flips nothing", "{n} changes that flip nothing", len(calm))
        with st.expander(said, key="calm-changes"):
            for one in calm:
                show_variants(task, one)


def show_variants(task: Task, record: PerturbationOutcome) -> None:
    """What a perturbation made of a text, the variants that flip the prediction first."""
    changed = [v for v in record.variants if v.changed]
    flipped = tr_n(
        "**{probe}**: {flips} of {n} variant flipped", "**{probe}**: {flips} of {n} variants flipped", len(changed),
        probe=plain(_called(record)), flips=record.flips,
    )  # fmt: skip
    st.markdown(flipped)
    first = task.answer(record.original_probs) if record.original_probs else ""
    for variant in sorted(changed, key=lambda v: task.same(task.answer(v.probs), first))[:3]:
        changes = variant.changes
        st.html(diff_html(record.text, changes, compact=True) if changes else quote_html(variant.text))
        st.caption(f"{_said(task, record.original_probs)} → {_said(task, variant.probs)}")


def _called(record: AttackOutcome | Attribution | PerturbationOutcome) -> str:
    return display_name(record.probe, record.name)


def _said(task: Task, probs: Sequence[float]) -> str:
    return f"{plain(answer_words(task.answer(probs), task))} {number(task.sure(probs))}" if probs else tr("unknown")


def _prediction(run: Run, row_id: str, record: Prediction) -> None:
    example = store().example(run.id, row_id)
    label = example.label if example else None
    st.html(quote_html(example.text if example else ""))
    if record.error:
        st.warning(plain(told_again(record.error), 600), icon=":material/error:")
        return
    st.html(bars_html(run.task, record.probs, top=5))
    predicted = plain(answer_words(record.predicted, run.task))
    facts = [
        tr(
            "Predicted **{predicted}**, labelled **{label}**",
            predicted=predicted,
            label=plain(answer_words(label, run.task)),
        )
        if label
        else tr("Predicted **{predicted}**, no label", predicted=predicted)
    ]
    if record.truncated:
        read = tr("the model read {kept} of {tokens} tokens", kept=record.kept, tokens=record.tokens)
        facts.append(f":material/content_cut: {read}")
    st.caption(" · ".join(facts))
    link("explain", tr("Ask about this text"), icon=":material/psychology:", run=run.id, row=row_id)
