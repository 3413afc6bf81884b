"""The four questions of the Explain page: why, what if, what least change, what would an attacker do."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from audit.cards import Card
from audit.language.answers import answer_words
from audit.language.numbers import numbers
from audit.language.translating import tr, tr_n
from audit.live import Answer
from audit.records import AttackOutcome, Attribution, Change, from_dict
from audit.score.agreement import agreement_of
from dashboard.draw.evidence import show_attack
from dashboard.draw.heatmap import bars_html, diff_html, show_heatmap
from dashboard.draw.matrix import matrix_html
from dashboard.draw.probe_choices import card, choices
from dashboard.draw.typed_changes import word_changes
from dashboard.draw.waiting import EVERY, over, place_for, poll, show_progress, wait_for
from dashboard.forms.parameter_form import choose_parameters
from dashboard.page.guard import safe
from dashboard.page.live import answers_of, ask_once, forget
from dashboard.page.text import one_line, plain, told_again
from models.task import Task

MEASURING = ("metrics", "orders", "ceiling", "rationale_share")
"""Parameters of explanations that are about measuring them."""
FAST = ("integrated_gradients", "leave_one_out")


@st.cache_data(max_entries=8, show_spinner=False)
def sample_texts(path: str) -> list[str]:
    """Some texts of a sample, from all over it."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = [row["text"] for row in csv.DictReader(file)]
    return rows[:: max(1, len(rows) // 8)]


def why(model: str, text: str, labels: Sequence[str]) -> None:
    """Heatmaps of several methods side by side, each as soon as it is there."""
    chosen = st.pills(tr("Methods"), choices("explainer"), selection_mode="multi", default=list(FAST), key="what-if-methods",
                      format_func=lambda m: told_again(card("explainer", m).title), width="stretch")  # fmt: skip
    target = st.selectbox(tr("Why"), ["", *labels], key="what-if-target",  # a label may be called "predicted"
                          format_func=_why_not)  # fmt: skip
    for method in set(choices("explainer")) - set(chosen):
        _drop(method)
    if not chosen:
        st.info(tr("Choose at least one method."), icon=":material/info:")
        return
    with st.expander(tr("Parameters")):
        parameters = {method: _method_parameters(method) for method in chosen}
    answers = {
        method: ask_once(
            _key(method), "explain", model=model, text=text, methods=[method],
            target=f"label:{target}" if target else "predicted",
            parameters={method: given} if (given := parameters[method]) else {},
        )
        for method in chosen
    }  # fmt: skip
    place = place_for("what-if-explain", (model, text, target))
    wait_for(list(answers.values()))
    with place():
        if all(answer.done for answer in answers.values()):
            _explained(answers)
        else:
            _explaining(answers)


def _key(method: str) -> str:
    return f"what-if-explain-{method}"


def _drop(method: str) -> None:
    """Stop a method that is not chosen any more; one that is there is kept, should it be chosen again."""
    kept = st.session_state.get(_key(method))
    if kept is not None and not kept[1].done:
        forget(_key(method))


def _explaining(answers: Mapping[str, Answer]) -> None:
    @st.fragment(run_every=EVERY)
    @safe
    def wait() -> None:
        if all(answer.done for answer in answers.values()):
            st.rerun()
        _explained(answers)

    wait()


def _method_parameters(method: str) -> dict[str, Any]:
    """What is set of a method's own; the target stands above, and one text has no metrics."""
    about = card("explainer", method)
    st.markdown(f"**{plain(about.title)}**", help=_told(about))
    return choose_parameters(about.parameters, {}, f"what-if-{method}", without=("target", *MEASURING))


def _why_not(label: str) -> str:
    return tr("or why not: {label}", label=one_line(label, 80)) if label else tr("the predicted label")


def _explained(answers: Mapping[str, Answer]) -> None:
    """A card for each method: its heatmap, or how far it is; then how far they agree."""
    methods = list(answers)
    for start in range(0, len(methods), 2):
        for column, method in zip(st.columns(2), methods[start : start + 2], strict=False):
            with column.container(border=True):
                about = card("explainer", method)
                st.markdown(f"**{plain(told_again(about.title))}**", help=_told(about))
                if answers[method].done:
                    over(_key(method), answers[method], _heatmap, took=False)
                else:
                    show_progress(_key(method), answers[method])
    if len(methods) > 1 and all(answer.done for answer in answers.values()):
        _agreement([record for answer in answers.values() for record in _records(answer)])


def _records(answer: Answer) -> list[Attribution]:
    return [from_dict(Attribution, part["record"]) for part in list(answer.parts)]


def _heatmap(answer: Answer) -> None:
    for record in _records(answer):
        show_heatmap(record, compact=True, legend=True)
        if record.error is None:
            asked = tr_n("{n} model evaluation", "{n} model evaluations", record.steps)
            took = numbers().duration(answer.seconds, fine=True)
            facts = [asked, took]
            if record.value is not None and record.unit != "none":  # a view explains no value
                facts = [f"{record.target}: {numbers().quantity(record.value, record.unit)}", *facts]
            st.caption(" · ".join(map(plain, facts)))


def _agreement(records: Sequence[Attribution]) -> None:
    """Rank correlations of the words' scores: one in a sentence, more as a table of all with all."""
    pairs = {frozenset((a, b)): r for a, b, r in agreement_of(records)}
    if not pairs:
        return
    names = [record.name for record in records if any(record.name in pair for pair in pairs)]
    title = tr("Agreement (rank correlation of the words' scores, 1 is the same order)")
    if len(names) == 2:
        st.caption(f"{title}: {numbers().number(pairs[frozenset(names)], 'correlation')}.")
    else:
        titles = {name: told_again(card("explainer", name).title) for name in names}
        st.html(matrix_html(title, titles, pairs))
    if any(record.unit == "none" for record in records) and any(record.unit != "none" for record in records):
        st.caption(
            tr("Methods without a direction rank words by strength alone: expect little agreement with the others.")
        )


def _told(about: Card) -> str:
    """Paper and cost of a probe, as Markdown."""
    return tr("{paper} · cost: {cost}", paper=plain(about.paper), cost=plain(told_again(about.cost)))


def edit(model: str, text: str, task: Task, before: Sequence[float]) -> None:
    """Change the text by hand; before and after."""
    with st.form("what-if-edit", border=False):
        changed = st.text_area(tr("Change words and compare"), text, key=f"edit-{hash(text)}", height=110)
        st.form_submit_button(tr("Compare"), icon=":material/compare_arrows:")
    if changed == text:
        st.caption(tr("Change, delete or add words above, then press Compare."))
        return
    answer = ask_once("what-if-changed", "predict", model=model, texts=[changed])

    def draw(done: Answer) -> None:
        if done.result:
            st.html(diff_html(text, word_changes(text, changed)))
            st.html(bars_html(task, done.result["probs"][0], before=before, top=5))
            st.caption(tr("The line in each bar marks where the probability was before."))

    poll("what-if-changed", answer, draw)


def smallest(model: str, text: str) -> None:
    """The fewest words without which the model says something else."""
    st.caption(tr("Removes words until the model changes its mind, then puts back every word that was not needed."))
    st.button(tr("Find the smallest change"), key="find-smallest", icon=":material/search:", on_click=_remember,
              args=("smallest-for", (model, text)))  # fmt: skip
    if st.session_state.get("smallest-for") != (model, text):
        return
    answer = ask_once("what-if-smallest", "counterfactual", model=model, text=text)

    def draw(done: Answer) -> None:
        found = done.result
        if not found:
            return
        changes = [Change(w["start"], w["end"], w["text"], 0, 0, "") for w in found["words"] if w["segment"] == 0]
        if found["flips"]:
            said = tr_n(
                "Without **{n}** word the model says **{label}**.", "Without **{n}** words the model says **{label}**.",
                len(changes), label=plain(answer_words(found["said"], answers_of(found))),
            )  # fmt: skip
            st.markdown(said)
        else:
            st.markdown(
                tr("No set of words could be found whose removal changes the decision; marked is what came closest.")
            )
        st.html(diff_html(text, changes))
        st.html(bars_html(answers_of(found), found["after"], before=found["before"], top=4))
        sentences = [tr("Putting back any single word undoes it.")] if found["minimal"] else []
        sentences.append(
            tr_n(
                "Asked again on exactly this text; {n} model evaluation.",
                "Asked again on exactly this text; {n} model evaluations.",
                found["evaluations"],
            )
        )
        st.caption(" ".join(sentences))

    poll("what-if-smallest", answer, draw)


def attack(model: str, text: str, task: Task) -> None:
    """A recipe on this text now."""
    recipes = choices("attack")
    if not recipes:
        st.info(tr("No attack recipe is available in this installation."), icon=":material/info:")
        return
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    recipe = left.selectbox(
        tr("Recipe"), recipes, key="what-if-recipe", format_func=lambda r: told_again(card("attack", r).title)
    )
    about = card("attack", recipe)
    st.caption(_told(about))
    with st.expander(tr("Parameters")):
        parameters = choose_parameters(about.parameters, {}, f"what-if-{recipe}")
    asked = (model, text, recipe, repr(parameters))
    right.button(tr("Attack now"), key="attack-now", icon=":material/swords:", width="stretch",
                 on_click=_remember, args=("attack-for", asked))  # fmt: skip
    if st.session_state.get("attack-for") != asked:
        return
    answer = ask_once("what-if-attack", "attack", model=model, text=text, recipe=recipe, parameters=parameters)

    def draw(done: Answer) -> None:
        if done.result:
            show_attack(task, from_dict(AttackOutcome, done.result["outcome"]))

    poll("what-if-attack", answer, draw)


def _remember(key: str, asked: tuple[str, ...]) -> None:
    st.session_state[key] = asked
