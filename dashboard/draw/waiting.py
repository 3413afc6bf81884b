"""What is drawn while the model process works: how far it is and who comes before; then the answer, or that it was stopped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from audit.language.numbers import numbers
from audit.language.translating import tr, tr_n
from audit.live import Answer
from dashboard.page.guard import safe
from dashboard.page.live import forget
from dashboard.page.text import duration, plain, told_again

PATIENCE = 0.9
"""Seconds waited before a poll takes over."""
EVERY = 0.5
"""Seconds between two looks of a poll."""


def place_for(key: str, question: object) -> Callable[[], Any]:
    """A container to be opened once there is something to draw; what it showed of another question goes at once.

    Streamlit leaves what was drawn where it was until something new takes its place: without this an old answer stands
    below a new text for as long as the model works.
    """
    name = f"_drawn-{key}"
    if st.session_state.get(name) == question:
        return st.container
    st.session_state[name] = question
    return st.empty().container


def poll(key: str, answer: Answer, draw: Callable[[Answer], Any], *, took: bool = True) -> None:
    """Draw an answer: at once if it is quick, else with its progress until it is there.

    Args:
        key: what `ask_once` keeps it under.
        answer: the answer.
        draw: draws what there is of it, also while it is on its way.
        took: whether to say how long it took.
    """
    place = place_for(key, answer.number)
    wait_for([answer])
    with place():
        if answer.done:
            over(key, answer, draw, took=took)
        else:
            _waiting(key, answer, draw)


def wait_for(answers: list[Answer]) -> None:
    """Give answers a moment, so that quick ones are drawn without a poll."""
    left = PATIENCE
    for answer in answers:
        if not answer.done and left > 0:
            left -= answer.settled(left)


def over(key: str, answer: Answer, draw: Callable[[Answer], Any], *, took: bool = True) -> None:
    """An answer that is there, what went wrong, or, calmly, that it was stopped."""
    if answer.stopped:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f":material/stop_circle: {tr('You stopped this.')}", width="content")
            st.button(tr("Ask again"), key=f"again-{key}", type="tertiary", icon=":material/refresh:",
                      on_click=forget, args=(key,))  # fmt: skip
    elif answer.error is not None:
        st.error(plain(told_again(answer.error), 800), icon=":material/error:")
    draw(answer)
    if took and answer.error is None:
        st.caption(tr("Took {time}.", time=numbers().duration(answer.seconds, fine=True)))


def show_progress(key: str, answer: Answer) -> None:
    """How far an answer is, what it waits for, and a button that stops it."""
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.markdown(f":material/progress_activity: {_state(answer)}")
    right.button(tr("Stop"), key=f"stop-{key}", icon=":material/stop:", on_click=answer.cancel)
    done, of = answer.steps or (0, None)
    if of:
        st.progress(min(1.0, done / of), text=tr_n("{done} of {n} step", "{done} of {n} steps", of, done=done))


def _state(answer: Answer) -> str:
    time = duration(answer.seconds)
    if answer.before:
        return tr_n(
            "{n} question before yours, {time} so far", "{n} questions before yours, {time} so far", answer.before, time=time
        )  # fmt: skip
    if answer.loading:
        return tr("Loading the model, {time} so far", time=time)
    if answer.beside:
        return tr_n(
            "Working, in turns with {n} other question, {time} so far",
            "Working, in turns with {n} other questions, {time} so far", answer.beside, time=time,
        )  # fmt: skip
    if answer.steps is not None and answer.steps[1] is None:
        return tr_n(
            "Working, {n} model evaluation in {time} so far", "Working, {n} model evaluations in {time} so far",
            answer.steps[0], time=time,
        )  # fmt: skip
    return tr("Working, {time} so far", time=time)


def _waiting(key: str, answer: Answer, draw: Callable[[Answer], Any]) -> None:
    @st.fragment(run_every=EVERY)
    @safe
    def wait() -> None:
        if answer.done:
            st.rerun()
        show_progress(key, answer)
        draw(answer)

    wait()
