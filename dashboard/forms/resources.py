"""Resources and their state; fetching one runs in a process of its own, so that the pages stay quick."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from audit.actions import resources
from audit.kinds import names
from audit.language.probes import display_name
from audit.language.saying import capitalised
from audit.language.translating import tr
from audit.resources import listing
from dashboard.page.state import actor
from dashboard.page.text import told_again
from models.places import home


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
def _states() -> list[tuple[str, dict[str, str], dict[str, str] | None, bool]]:
    """Name, what it is, what of it is here, whether that is a stand-in. Listing hashes files: not done on every rerun."""
    return [
        (
            item.kind.name,
            {"title": item.kind.title, "names": _named(item.kind.wanted_by)},
            {"variant": item.found.variant, "version": item.found.version, "note": item.found.note}
            if item.found
            else None,
            bool(item.found and item.found.stand_in),
        )
        for item in listing()
    ]


def _named(wanted_by: str) -> str:
    """The same with recipes as people write them."""
    recipes = names("attack")
    return re.sub(r"[a-z0-9_]+", lambda found: display_name(found[0]) if found[0] in recipes else found[0], wanted_by)


def _about(kind: dict[str, str], found: dict[str, str] | None, *, stand_in: bool) -> str:
    kind = {name: told_again(text) for name, text in kind.items()}
    kind["title"] = capitalised(kind["title"])
    if found is None:
        return tr("{title}. Wanted by {names}.", **kind)
    if stand_in:
        return tr(
            "{title}: {variant} {version}, a stand-in for the published one. {note}",
            title=kind["title"],
            **found | {"note": capitalised(told_again(found["note"]))},
        )
    return tr(
        "{title}: {variant} {version}. {note}",
        title=kind["title"],
        **found | {"note": capitalised(told_again(found["note"]))},
    )


def listed() -> list[Line]:
    """Every resource, with what its fetching said last."""
    return [
        Line(name, found is not None, _about(kind, found, stand_in=stand_in), _said(name))
        for name, kind, found, stand_in in _states()
    ]


def fetch(name: str) -> None:
    """Begin to fetch or build a resource."""
    _processes()[name] = resources.fetch(actor(), name, _log(name))


def _log(name: str) -> Path:
    return home() / "logs" / f"resource-{name}.log"


def fetching(name: str) -> bool:
    """Whether it is being fetched."""
    process = _processes().get(name)
    return process is not None and process.poll() is None


def _said(name: str) -> str:
    process = _processes().get(name)
    if process is None or process.poll() == 0:
        return ""
    try:
        lines = _log(name).read_text("utf-8", "replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1][:400] if lines else ""
