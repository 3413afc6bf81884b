"""No redraw is lost: what a timer of the page asks for waits until the page before it has been sent.

The script of a page runs in a thread of its own, and what it draws is sent by the server's event loop. Where the loop is
late, the thread has ended while its page still waits to be sent. A timer of a fragment that asks to be redrawn in that
moment gets a new thread from Streamlit 1.67, and what the old one drew is thrown away as that of a thread that is no
longer the session's: the page stays empty, or the browser's script ends because the fragment stands below nothing
(streamlit issue 9188). Two rules mend that:

- a fragment is redrawn once the thread before it is heard to its end;
- a fragment of another page than the one that is shown is not redrawn.

`tests/dashboard/test_redraws.py` fails where Streamlit's own way of this changes.
"""

from __future__ import annotations

from typing import Any

from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequestType
from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx

PAUSE = 0.01
"""Seconds until the loop looks again whether a thread has been heard to its end."""

_request_rerun, _run_script = AppSession.request_rerun, ScriptRunner._run_script


def in_order() -> None:
    """Make every session of this process keep the rules above."""
    AppSession.request_rerun = request_rerun  # type: ignore[method-assign,assignment]
    ScriptRunner._run_script = run_script  # type: ignore[method-assign,assignment]


def request_rerun(session: AppSession, asked: Any) -> None:
    """Redraw what a browser asks for: a fragment only when the thread that draws its page can still be asked, or is done."""
    runner = session._scriptrunner
    if asked is not None and asked.fragment_id and runner is not None:
        requests = runner._requests
        with requests._lock:
            ended = requests._state is ScriptRequestType.STOP
            waiting = requests._rerun_data if requests._state is ScriptRequestType.RERUN else None
        if ended:
            session._event_loop.call_later(PAUSE, session.request_rerun, asked)
            return
        if waiting is not None and not waiting.fragment_id_queue and waiting.page_script_hash != asked.page_script_hash:
            return  # asked for by a page that is being left: it would take the next page's place
    _request_rerun(session, asked)


def run_script(runner: ScriptRunner, data: RerunData) -> None:
    """Run the script of a page, or the fragments of the page that is shown."""
    context = get_script_run_ctx()
    shown = context.page_script_hash if context is not None else ""
    if data.fragment_id_queue and shown and data.page_script_hash and data.page_script_hash != shown:
        return
    _run_script(runner, data)
