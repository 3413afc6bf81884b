"""Starting an audit once: whoever asks twice with the same form, by two clicks or in two tabs, gets the run of the first time."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable

import streamlit as st

from audit.stored import Run
from dashboard.page.state import actor, run_or_none, store

KEPT = 1000
"""Forms that are remembered."""


class Begun:
    """The runs that forms have started, by the keys of the forms; shared by all sessions of this server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: OrderedDict[str, str] = OrderedDict()

    def once(self, key: str, begin: Callable[[], Run], there: Callable[[str], bool]) -> str:
        """The id of the run of a form, begun now unless it was.

        Args:
            key: of the form.
            begin: starts the run; may raise, and then nothing is remembered.
            there: whether a run of that id still is.
        """
        with self._lock:
            known = self._runs.get(key)
            if known is None or not there(known):
                known = self._runs[key] = begin().id
                while len(self._runs) > KEPT:
                    self._runs.popitem(last=False)
            return known


@st.cache_resource(show_spinner=False)
def _begun() -> Begun:
    return Begun()


def newest() -> str:
    """The id of the newest run: a form that was drawn before it is another one than a form drawn after it."""
    found = store().runs(limit=1)
    return "" if found.empty else str(found["id"].iloc[0])


def start_once(drawn_after: str, what: str, begin: Callable[[], Run]) -> str:
    """Start a run for whoever looks at the page, unless the same form has started one; return its id.

    Args:
        drawn_after: the newest run when the form was drawn (`newest`).
        what: everything that the form says.
        begin: starts it.

    Raises:
        AuditError: it cannot be started.
    """
    parts = "\x1f".join((actor().subject, actor().project, drawn_after, what))
    return _begun().once(
        hashlib.sha256(parts.encode()).hexdigest(), begin, lambda run_id: run_or_none(run_id) is not None
    )
