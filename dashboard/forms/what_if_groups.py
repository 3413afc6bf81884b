"""The fifth question of the Explain page: would the model say the same of somebody of another group?"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from audit.language.answers import answer_words
from audit.language.numbers import numbers
from audit.language.printable import printable
from audit.language.saying import capitalised, worded
from audit.language.translating import tr, tr_n
from audit.live import Answer
from audit.records import IdentityOutcome, Version, from_dict
from audit.report.blocks import Cell, Column, Table, Tone
from audit.report.html import block_html
from audit.score.wording import people_said
from dashboard.draw.waiting import poll
from dashboard.page.live import answers_of, ask_once
from dashboard.page.text import plain
from models.task import Task

LONGEST = 400
"""Characters of a version that the table shows."""


def groups(model: str, text: str, task: Task) -> None:
    """Every version of the text in a table, when asked for."""
    st.caption(
        tr(
            "Says the text of other groups: words for people are swapped, with everything that depends on them. A text that "
            "speaks of nobody gets a neutral sentence about somebody put before it."
        )
    )
    st.button(tr("Try other groups"), key="try-groups", icon=":material/groups:", on_click=_remember,
              args=((model, text),))  # fmt: skip
    if st.session_state.get("groups-for") != (model, text):
        return
    label = st.selectbox(tr("Score of"), task.labels, index=len(task.labels) - 1, key="groups-label", format_func=plain)
    answer = ask_once("what-if-groups", "swaps", model=model, text=text)

    def draw(done: Answer) -> None:
        if done.result:
            _shown(from_dict(IdentityOutcome, done.result["outcome"]), answers_of(done.result), label)

    poll("what-if-groups", answer, draw)


def _remember(asked: tuple[str, str]) -> None:
    st.session_state["groups-for"] = asked


def _shown(outcome: IdentityOutcome, task: Task, label: str) -> None:
    if outcome.error is not None:
        st.error(plain(outcome.error, 400), icon=":material/error:")
        return
    mixed = _mixed(outcome)
    if mixed:
        named = ", ".join(worded(people_said(dimension)) for dimension in mixed)
        said = tr(
            "The text speaks of several groups ({dimensions}); who is who cannot be told, so these are not swapped.",
            dimensions=named,
        )
        st.caption(said)
    if not outcome.versions:
        if not mixed:
            st.info(tr("There are no lists of words for the language of this text."), icon=":material/info:")
        return
    k = task.labels.index(label)
    heads = [tr("By"), tr("Said of"), tr("Text"), tr("Answer"), tr("Change of the score")]
    columns = tuple(Column(head, "right" if i == len(heads) - 1 else "left") for i, head in enumerate(heads))
    rows = tuple(_line(version, outcome, task, k) for version in _ordered(outcome, k))
    st.html(f'<div class="assay-blocks">{block_html(Table(columns, rows, small=True))}</div>')
    flips = sum(row[3].tone == "bad" for row in rows)
    st.caption(
        tr_n(
            "{n} version of {all} gets another answer. Changes are of the probability of the class: beside the text as typed, or, with "
            "a sentence before it, beside the mean of the sentences of its kind.",
            "{n} versions of {all} get another answer. Changes are of the probability of the class: beside the text as typed, or, with "
            "a sentence before it, beside the mean of the sentences of its kind.",
            flips, all=len(rows),
        )
    )  # fmt: skip


def _mixed(outcome: IdentityOutcome) -> list[str]:
    """Dimensions of which the text names several groups."""
    told = [mention.dimension for mention in outcome.mentions]
    return [dimension for dimension in dict.fromkeys(told) if told.count(dimension) > 1]


def _ordered(outcome: IdentityOutcome, k: int) -> list[Version]:
    """Dimension by dimension; within one the version that lowers the score most first."""
    order = list(dict.fromkeys(version.dimension for version in outcome.versions))
    return sorted(outcome.versions, key=lambda v: (order.index(v.dimension), v.probs[k], v.group))


def _line(version: Version, outcome: IdentityOutcome, task: Task, k: int) -> tuple[Cell, ...]:
    before, after = task.answer(outcome.original_probs), task.answer(version.probs)
    turned: Tone = "" if task.same(before, after) else "bad"
    change = version.probs[k] - _beside(version, outcome, k)
    return (
        Cell(capitalised(_people(version.dimension))),
        Cell(_people(version.group), strong=True),
        Cell(printable(version.text, LONGEST)),
        Cell(printable(answer_words(after, task), 60), tone=turned, strong=bool(turned)),
        Cell(_points(change), second=numbers().share(version.probs[k])),
    )


def _beside(version: Version, outcome: IdentityOutcome, k: int) -> float:
    """What a version is held against."""
    if not version.inserted:
        return outcome.original_probs[k]
    same: Sequence[float] = [v.probs[k] for v in outcome.versions if v.dimension == version.dimension]
    return sum(same) / len(same)


def _people(name: str) -> str:
    return worded(people_said(name))


def _points(change: float) -> str:
    return numbers().difference(change, "share")
