"""Calibrated probabilities of a run's model: what a scaling would give, beside what is, and keeping the model that has it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from audit.actions import calibrating
from audit.language.numbers import numbers
from audit.language.translating import tr, tr_later, tr_n
from audit.score.rescaling import Rescaled
from audit.stored import Run
from dashboard.draw.cards import title_of
from dashboard.draw.waiting import poll
from dashboard.page.guard import act, guarded
from dashboard.page.live import ask_once, forget
from dashboard.page.state import actor, link, store
from dashboard.page.text import estimate, plain
from models.scaling import Method

METHODS: dict[Method, str] = {
    "temperature": tr_later("Temperature: one factor, no answer changes"),
    "vector": tr_later("Vector: a factor and a shift for each label, answers may change"),
}
CHECK = "calibrating-check"


def calibrate_run(run: Run) -> None:
    """Fit on half of the run's texts when asked, show what that does to the other half, offer to keep it. Nothing of other runs."""
    if run.status != "finished" or run.task.several:
        return
    with st.expander(tr("Calibrate the model"), expanded=st.session_state.get(_key(run, "method")) is not None):
        st.caption(
            tr(
                "Its probabilities are scaled so that they can be believed: fitted on half of the labelled texts, judged on the other."
            )
        )
        left, right = st.columns([3, 1], vertical_alignment="bottom")
        chosen = left.selectbox(
            tr("Scaling"), list(METHODS), format_func=lambda name: tr(METHODS[name]), key=_key(run, "choice")
        )
        right.button(
            tr("Fit and judge"), key=_key(run, "fit"), icon=":material/tune:", width="stretch", on_click=_asked, args=(run, chosen)
        )  # fmt: skip
        method = st.session_state.get(_key(run, "method"))
        if method is not None:
            with guarded(tr_later("The scaling could not be fitted")):
                _show(run, method)


def _asked(run: Run, method: Method) -> None:
    st.session_state[_key(run, "method")] = method


def _show(run: Run, method: Method) -> None:
    with st.spinner(tr("Fitting and judging")):
        found = _found(run.id, method, run.result_hash)
    st.markdown(_said(found))
    after = {score.name: score for score in found.after}
    st.dataframe(
        pd.DataFrame([
            {"score": title_of(one), "before": _told(one), "after": _told(after[one.name])} for one in found.before
        ]),
        hide_index=True, key=_key(run, "scores"),
        column_config={"score": tr("Score"), "before": tr("As it is"), "after": tr("Calibrated")},
        alt=tr("Scores of the texts that the fit has not seen, by the model as it is and calibrated"),
    )  # fmt: skip
    if found.helps is not True:
        said = (
            tr("These texts do not establish that the calibrated probabilities are better.")
            if found.helps is None
            else tr(
                "The calibrated probabilities are worse on texts that the fit has not seen: it does not carry over."
            )
        )
        st.warning(said, icon=":material/balance:")
    if store().model(run.model) is None:
        st.caption(
            tr("The model is in no catalog of this installation; register it under its name to keep a calibrated one.")
        )
        return
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    left.text_input(
        tr("Name of the calibrated model"), f"{run.model}-calibrated"[:64], key=_key(run, "name"), max_chars=64
    )
    right.button(
        tr("Save a calibrated model"), key=_key(run, "save"), type="primary", icon=":material/save:", width="stretch",
        on_click=_wanted, args=(run,),
    )  # fmt: skip
    _save(run, found)


def _wanted(run: Run) -> None:
    forget(CHECK)
    st.session_state[_key(run, "wanted")] = str(st.session_state[_key(run, "name")]).strip()


def _save(run: Run, found: Rescaled) -> None:
    """Keep the model once the model process has said that it is still the one which the run asked."""
    name = st.session_state.get(_key(run, "wanted"))
    if name is not None:
        asked = run.spec.get("model") or {}
        answer = ask_once(CHECK, "facts", model=run.model, base=asked.get("base"), labels=asked.get("labels"))
        checking = tr("Looking whether the model is still the one that was asked.")
        poll(CHECK, answer, lambda a: st.caption(checking) if not a.done else None, took=False)
        if not answer.done:
            return
        st.session_state.pop(_key(run, "wanted"), None)
        st.session_state.pop(CHECK, None)
        if answer.error is None:
            act(lambda: _keep(run, found, name, answer.result), tr("Kept {name}.", name=plain(name)))
            st.rerun()
    kept = st.session_state.get(_key(run, "kept"))
    if kept is not None:
        link("models", tr("Look at {name}", name=plain(kept, 60)), icon=":material/deployed_code:", model=kept)


def _keep(run: Run, found: Rescaled, name: str, facts: Any) -> None:
    calibrating.save(actor(), name, run, found, fingerprint=facts["fingerprint"])
    st.session_state[_key(run, "kept")] = name


def _said(found: Rescaled) -> str:
    """What was fitted and on how many texts, as Markdown."""
    temperature = found.scaling.temperature
    if temperature is not None:
        fitted = tr_n(
            "Temperature **{temperature}**, fitted on {n} text; no answer changes.",
            "Temperature **{temperature}**, fitted on {n} texts; no answer changes.",
            found.fitted, temperature=numbers().number(temperature, "ratio"),
        )  # fmt: skip
    else:
        fitted = tr_n(
            "A factor and a shift for each label, fitted on {n} text; {changed} of the answers judged change.",
            "A factor and a shift for each label, fitted on {n} texts; {changed} of the answers judged change.",
            found.fitted, changed=found.changed,
        )  # fmt: skip
    judged = tr_n(
        "Judged on {n} text that the fit has not seen:", "Judged on {n} texts that the fit has not seen:", found.judged
    )
    return f"{fitted} {judged}"


def _told(score: Any) -> str:
    return estimate(score.value, score.low, score.high, score.unit)


def _key(run: Run, part: str) -> str:
    return "-".join(("calibrate", part, run.id))


@st.cache_data(max_entries=16, show_spinner=False)
def _found(run_id: str, method: Method, result_hash: str | None) -> Rescaled:  # noqa: ARG001 - other records, another fit
    return calibrating.look(store(), store().run(run_id), method)
