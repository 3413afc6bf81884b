"""Resources and their state; fetching one runs in a process of its own, so that the pages stay quick."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import streamlit as st

from audit import lifeline
from audit.resources import listing
from models.places import REPOSITORY, home


@dataclass(frozen=True, slots=True)
class Line:
    """One resource as the page shows it; plain text."""

    name: str
    here: bool
    about: str
    said: str = ""


@st.cache_resource(show_spinner=False)
def _processes() -> dict[str, Any]:
    return {}


@st.cache_data(ttl=10, show_spinner=False)
def _states() -> list[tuple[str, bool, str]]:
    """Name, whether it is here, what to say of it. Listing hashes files, so it is not done on every rerun."""
    found = []
    for item in listing():
        if item.found is not None:
            stand_in = ", a stand-in for the published one" if item.found.stand_in else ""
            about = f"{item.kind.title}: {item.found.variant} {item.found.version}{stand_in}. {item.found.note}"
        else:
            about = f"{item.kind.title}. Wanted by {item.kind.wanted_by}."
        found.append((item.kind.name, item.found is not None, about))
    return found


def listed() -> list[Line]:
    """Every resource, with what its fetching said last."""
    return [Line(name, here, about, _said(name)) for name, here, about in _states()]


def fetch(name: str) -> None:
    """Begin to fetch or build a resource."""
    log = home() / "logs" / f"resource-{name}.log"
    log.parent.mkdir(exist_ok=True, mode=0o700)
    with log.open("wb") as out:
        _processes()[name] = lifeline.start(
            [sys.executable, "-m", "audit", "resources", "get", name],
            cwd=REPOSITORY, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip


def fetching(name: str) -> bool:
    """Whether it is being fetched."""
    process = _processes().get(name)
    return process is not None and process.poll() is None


def _said(name: str) -> str:
    process = _processes().get(name)
    if process is None or process.poll() == 0:
        return ""
    try:
        lines = (home() / "logs" / f"resource-{name}.log").read_text("utf-8", "replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1][:400] if lines else ""
