"""What stands between a fault and the reader: a sentence that says what is wrong and what to do, never a traceback."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

import streamlit as st

from audit.errors import AuditError, DatabaseLocked
from audit.language.translating import tr, tr_later
from audit.run.logs import log_error
from dashboard.page.reader import speak_to_reader
from dashboard.page.text import plain, told_again
from models.disk import disk_error
from models.errors import ModelError

P = ParamSpec("P")
R = TypeVar("R")

PART = tr_later("This part of the page could not be shown")

log = logging.getLogger("assay.dashboard")


@contextmanager
def guarded(what: str = PART) -> Iterator[None]:
    """Show an error of ours as its sentence, any other as its kind; the log has the rest.

    Args:
        what: could not be done, marked by `tr_later`: it stands in the log as it is and on the page as it is said.
    """
    try:
        yield
    except DatabaseLocked as error:
        again = tr("Nothing is lost: try again in a moment.")
        st.warning(f"{plain(told_again(error), 500)}  \n{again}", icon=":material/hourglass_empty:")
        st.button(tr("Try again"), key="guard-again")
    except (AuditError, ModelError) as error:
        st.error(plain(told_again(error), 1500), icon=":material/error:")
        for fault in list(getattr(error, "faults", ()))[:20]:
            st.caption(plain(told_again(fault), 300))
    except Exception as error:
        if (refusal := disk_error(error)) is not None:
            st.error(plain(told_again(refusal), 1500), icon=":material/error:")
            return
        log_error(log, what, error)
        said = tr(
            "{what}. Reload the page; if it stays, look into the dashboard's log "
            "(its place is on the Settings page) and report what it says.",
            what=tr(what),
        )  # fmt: skip
        st.error(said, icon=":material/bug_report:")


def safe(function: Callable[P, R]) -> Callable[P, R | None]:
    """`guarded` around a function: for fragments, which run without the page around them."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R | None:
        speak_to_reader()
        with guarded():
            return function(*args, **kwargs)
        return None

    return run


def act(action: Callable[[], object], done: str, key: str = "notice") -> None:
    """Do what a button asks for; say so in a toast (nothing where `done` is empty), or why not.

    The notice is kept under `key` until `show_notice` shows it in the redraw that follows.
    """
    acted(action, done, key)


def acted(action: Callable[[], object], done: str, key: str = "notice") -> bool:
    """As `act`, and whether it was done."""
    speak_to_reader()
    try:
        action()
    except (AuditError, ModelError, OSError) as error:
        st.session_state[key] = ("error", plain(told_again(disk_error(error) or error), 800))
        return False
    except Exception as error:
        log_error(log, "What a button asked for", error)
        said = tr(
            "That could not be done. Try again; if it stays, look into the dashboard's log (its place is on the Settings page) "
            "and report what it says."
        )
        st.session_state[key] = ("error", said)
        return False
    if done:
        st.session_state[key] = ("done", done)
    return True


def show_notice(key: str = "notice") -> None:
    """Show what `act` left, once."""
    kind, sentence = st.session_state.pop(key, (None, ""))
    if kind == "done" and sentence:
        st.toast(sentence, icon=":material/check_circle:")
    elif kind == "error":
        st.error(sentence, icon=":material/error:")
