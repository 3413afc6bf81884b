"""What stands where a run has nothing to show: why, and where it goes on."""

from __future__ import annotations

import streamlit as st

from audit.store import Run
from dashboard.components.state import link


def say_nothing(run: Run, what: str, *, over: str = "", going: str = "") -> None:
    """Say that a run has no `what` (plural, lower case).

    Args:
        run: the run.
        what: for example `scores`.
        over: the sentence for a finished run.
        going: the sentence for a run that is not over.
    """
    if run.status in {"cancelled", "failed"}:
        how = "was cancelled" if run.status == "cancelled" else "failed"
        st.info(f"There are no {what}: this audit {how} before it had any.", icon=":material/info:")
        link("runs", "See the run" if run.imported else "See the run, where it can be resumed", icon=":material/play_arrow:",
             run=run.id)  # fmt: skip
    elif run.status == "finished":
        st.info(over or f"There are no {what}.", icon=":material/info:")
    else:
        st.info(going or f"There are no {what} yet.", icon=":material/info:")
