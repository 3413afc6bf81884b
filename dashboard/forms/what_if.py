"""The four questions of the Explain page: why, what if, what least change, what would an attacker do."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
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
from dashboard.draw.probe_choices import card, choices
from dashboard.draw.typed_changes import word_changes
from dashboard.forms.parameter_form import choose_parameters
from dashboard.page.guard import safe
from dashboard.page.live import answers_of, ask_once
from dashboard.page.text import duration, one_line, plain, told_again
from models.task import Task

MEASURING = ("metrics", "orders", "ceiling", "rationale_share")
"""Parameters of explanations that are about measuring them."""
FAST = ("integrated_gradients", "leave_one_out")
PATIENCE = 0.9  # seconds waited before a poll takes over


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
    if not chosen:
        st.info(tr("Choose at least one method."), icon=":material/info:")
        return
    with st.expander(tr("Parameters"), icon=":material/tune:"):
        parameters = {method: _method_parameters(method) for method in chosen}
    answer = ask_once("what-if-explain", "explain", model=model, text=text, methods=list(chosen),
                      target=f"label:{target}" if target else "predicted",
                      parameters={method: given for method, given in parameters.items() if given})  # fmt: skip
    poll("what-if-explain", answer, lambda a: _explained(a, len(chosen)))


def _method_parameters(method: str) -> dict[str, Any]:
    """What is set of a method's own; the target stands above, and one text has no metrics."""
    about = card("explainer", method)
    st.markdown(f"**{plain(about.title)}**", help=_told(about))
    return choose_parameters(about.parameters, {}, f"what-if-{method}", without=("target", *MEASURING))


def _why_not(label: str) -> str:
    return tr("or why not: {label}", label=one_line(label, 80)) if label else tr("the predicted label")


def _explained(answer: Answer, wanted: int) -> None:
    records = [from_dict(Attribution, part["record"]) for part in list(answer.parts)]
    for start in range(0, len(records), 2):
        for column, record in zip(st.columns(2), records[start : start + 2], strict=False):
            with column.container(border=True):
                about = card("explainer", record.name)
                st.markdown(f"**{plain(told_again(about.title))}**", help=_told(about))
                show_heatmap(record, compact=True, legend=True)
                value = record.target
                if record.value is not None:
                    value += f": {numbers().quantity(record.value, record.unit)}"
                asked = tr_n("{n} model evaluation", "{n} model evaluations", record.steps)
                st.caption(f"{plain(value)} · {asked}")
                if not about.evidence:
                    warning = tr("A view into the model, not evidence for an explanation.")
                    st.caption(f":material/warning: {warning}")
    if answer.done and len(records) == wanted and wanted > 1:
        pairs = agreement_of(records)
        if pairs:
            said = ", ".join(
                tr(
                    "{first} and {second} {value}",
                    first=plain(told_again(card("explainer", a).title)),
                    second=plain(told_again(card("explainer", b).title)),
                    value=numbers().number(r, "correlation"),
                )
                for a, b, r in pairs
            )
            st.caption(
                tr("Agreement (rank correlation of the words' scores, 1 is the same order): {pairs}.", pairs=said)
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
    with st.expander(tr("Parameters"), icon=":material/tune:"):
        parameters = choose_parameters(about.parameters, {}, f"what-if-{recipe}")
    asked = (model, text, recipe, repr(parameters))
    right.button(tr("Attack now"), key="attack-now", type="primary", icon=":material/swords:", width="stretch",
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


def poll(key: str, answer: Answer, draw: Callable[[Answer], Any]) -> None:
    """Draw an answer: at once if it is quick, else with its progress until it is there."""
    if not answer.done:
        try:
            answer.wait(PATIENCE)
        except Exception:
            _waiting(key, answer, draw)
            return
    _over(answer, draw)


def _over(answer: Answer, draw: Callable[[Answer], Any]) -> None:
    if answer.error is not None:
        st.error(plain(told_again(answer.error), 800), icon=":material/error:")
    draw(answer)
    if answer.error is None:
        st.caption(tr("Took {time}.", time=numbers().duration(answer.seconds, fine=True)))


def _waiting(key: str, answer: Answer, draw: Callable[[Answer], Any]) -> None:
    @st.fragment(run_every=0.5)
    @safe
    def wait() -> None:
        if answer.done:
            st.rerun()
        left, right = st.columns([4, 1], vertical_alignment="center")
        working = tr("Working, {time} so far", time=duration(answer.seconds))
        left.markdown(f":material/progress_activity: {working}")
        right.button(tr("Stop"), key=f"stop-{key}", icon=":material/stop:", on_click=answer.cancel)
        draw(answer)

    wait()
