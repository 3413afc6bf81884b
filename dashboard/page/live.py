"""The one interactive model process of this server, shared by all sessions."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

import streamlit as st

from audit.live import Answer, LiveClient
from models.task import Task, task_of


@st.cache_resource(show_spinner=False)
def live_process() -> LiveClient:
    """Started by the first question."""
    return LiveClient()


def answers_of(result: Mapping[str, Any]) -> Task:
    """What the probabilities of a result say: each that has some names labels, head and thresholds of its model."""
    return task_of(result.get("head"), result["labels"], result.get("thresholds") or ())


def session() -> str:
    """Who asks: sessions take turns in the model process."""
    return str(st.session_state.setdefault("_asker", secrets.token_hex(8)))


def ask_once(key: str, action: str, **arguments: object) -> Answer:
    """The answer kept under `key` in this session, asked for now unless it is there; other arguments ask anew."""
    kept = st.session_state.get(key)
    if kept is not None and kept[0] == (action, repr(arguments)):
        found: Answer = kept[1]
        return found
    if kept is not None:
        kept[1].cancel()
    answer = live_process().ask(action, session=session(), **arguments)
    st.session_state[key] = ((action, repr(arguments)), answer)
    return answer


def forget(key: str) -> None:
    """Take back the question kept under `key`; the next `ask_once` asks anew."""
    kept = st.session_state.pop(key, None)
    if kept is not None:
        kept[1].cancel()
