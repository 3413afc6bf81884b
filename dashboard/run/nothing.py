"""What stands where a run has nothing to show: why, and where it goes on."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from audit.language.translating import tr, tr_later
from audit.stored import Run
from dashboard.page.state import link


@dataclass(frozen=True, slots=True)
class _Said:
    """How it is said that something is not there: of a finished run, of one that goes on, of one that was ended."""

    none: str
    yet: str
    cancelled: str
    failed: str


WHAT = {
    "scores": _Said(
        none=tr_later("There are no scores."),
        yet=tr_later("There are no scores yet."),
        cancelled=tr_later("There are no scores: this audit was cancelled before it had any."),
        failed=tr_later("There are no scores: this audit was stopped by an error before it had any."),
    ),
    "explanations": _Said(
        none=tr_later("There are no explanations."),
        yet=tr_later("There are no explanations yet."),
        cancelled=tr_later("There are no explanations: this audit was cancelled before it had any."),
        failed=tr_later("There are no explanations: this audit was stopped by an error before it had any."),
    ),
    "results": _Said(
        none=tr_later("There are no results."),
        yet=tr_later("There are no results yet."),
        cancelled=tr_later("There are no results: this audit was cancelled before it had any."),
        failed=tr_later("There are no results: this audit was stopped by an error before it had any."),
    ),
    "results of attacks": _Said(
        none=tr_later("There are no results of attacks."),
        yet=tr_later("There are no results of attacks yet."),
        cancelled=tr_later("There are no results of attacks: this audit was cancelled before it had any."),
        failed=tr_later("There are no results of attacks: this audit was stopped by an error before it had any."),
    ),
    "results of this recipe": _Said(
        none=tr_later("There are no results of this recipe."),
        yet=tr_later("There are no results of this recipe yet."),
        cancelled=tr_later("There are no results of this recipe: this audit was cancelled before it had any."),
        failed=tr_later("There are no results of this recipe: this audit was stopped by an error before it had any."),
    ),
}
"""What a run may lack."""


def say_nothing(run: Run, what: str, *, over: str = "", going: str = "") -> None:
    """Say that a run has no `what`.

    Args:
        run: the run.
        what: a key of `WHAT`.
        over: the sentence for a finished run, in the reader's language; without one that of `WHAT`.
        going: the sentence for a run that is not over, likewise.
    """
    said = WHAT[what]
    if run.status in {"cancelled", "failed"}:
        st.info(tr(said.cancelled) if run.status == "cancelled" else tr(said.failed), icon=":material/info:")
        label = tr("See the run") if run.imported else tr("See the run, where it can be resumed")
        link("runs", label, icon=":material/play_arrow:", run=run.id)
    elif run.status == "finished":
        st.info(over or tr(said.none), icon=":material/info:")
    else:
        st.info(going or tr(said.yet), icon=":material/info:")
