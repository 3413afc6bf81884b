"""What can be asked of a model: names, cards and parameters of probes, for choosing them. Loads no engine."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from typing import Any

from audit.kinds import find, names
from audit.score.wording import display_name
from dashboard.components.state import store

HIDDEN = {"time_limit", "engine", "goal", "target", "orders", "ceiling", "rationale_share", "metrics"}


@dataclass(frozen=True, slots=True)
class ProbeCard:
    """What an analyst should know before choosing a probe. All plain text."""

    name: str
    title: str
    paper: str
    cost: str
    about: str
    evidence: bool
    parameters: tuple[tuple[str, str, Any], ...]


def choices(kind: str) -> list[str]:
    """Names on offer of one kind."""
    return list(names(kind))


@cache
def card(kind: str, name: str) -> ProbeCard:
    """The card of one probe; plain where its class says nothing."""
    try:
        cls = find(kind, name)
    except Exception:  # a probe that cannot even be imported is still listed
        return ProbeCard(name, name.replace("_", " "), "", "", "", True, ())
    own = getattr(cls, "card", None)
    title = getattr(own, "title", None) or getattr(cls, "title", None) or name.replace("_", " ").capitalize()
    paper = getattr(own, "paper", None) or getattr(cls, "paper", None) or ""
    cost = getattr(own, "cost", None) or getattr(cls, "cost", None) or ""
    about = (cls.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")
    return ProbeCard(
        name, str(title), str(paper), str(cost), about, bool(getattr(own, "evidence", True)), _parameters(cls)
    )


def titles(run_id: str) -> dict[str, str]:
    """What the probes of a run are called, by their keys within it, as charts and sentences call them. Plain text."""
    return {p.probe: display_name(p.probe, p.name) for p in store().probes(run_id)}


def _parameters(cls: Any) -> tuple[tuple[str, str, Any], ...]:
    """(name, type, default) of what may be set on a page: numbers, switches and words."""
    if not is_dataclass(cls):
        return ()
    found = []
    for field in fields(cls):
        if field.name in HIDDEN or not field.init or field.default is MISSING:
            continue
        kind = str(field.type)
        if any(word in kind for word in ("int", "float", "bool", "str", "Literal")):
            found.append((field.name, kind, field.default))
    return tuple(found)
