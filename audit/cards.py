"""What an analyst should know of a probe before choosing it, in the language spoken: for lists, forms and pages. Loads no engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from audit.kinds import find
from audit.language.probes import display_name, what_it_does
from audit.language.sentences import sentences
from audit.language.translating import tr
from audit.parameters import Parameter, declared
from audit.probe import languages_of


@dataclass(frozen=True, slots=True)
class Card:
    """A probe as people choose it. All plain text.

    Attributes:
        kind, name: as specs have them.
        title: what it is called.
        act: what it does, as a clause.
        paper: where it was published; "" for none.
        cost: what a row takes.
        needs: resources it uses beside the model.
        reads: what of the model it reads besides its answers.
        evidence: whether what it finds is evidence.
        scope: `row` (a record about each row) or `sample` (records about many rows together).
        parameters: what may be set.
        languages: what texts must be written in, as codes of languages and scripts; none: anything.
    """

    kind: str
    name: str
    title: str
    act: str
    paper: str
    cost: str
    needs: tuple[str, ...]
    reads: str
    evidence: bool
    scope: str
    parameters: tuple[Parameter, ...]
    languages: tuple[str, ...] = ()


def card(kind: str, name: str) -> Card:
    """The card of a probe.

    Raises:
        UnknownName: no such probe.
    """
    probe = find(kind, name)
    gradients = getattr(probe, "gradients", False)
    return Card(
        kind=kind,
        name=name,
        title=_said(probe, "title") or display_name(name),
        act=_said(probe, "act") or what_it_does(name),
        paper=str(getattr(probe, "paper", "")),
        cost=_said(probe, "cost"),
        needs=tuple(getattr(probe, "needs", ())),
        reads=_said(probe, "reads") or (tr("gradients") if gradients else ""),
        evidence=bool(getattr(probe, "evidence", True)),
        scope=str(getattr(probe, "scope", "row")),
        parameters=declared(probe),
        languages=languages_of(probe),
    )


def _said(probe: Any, name: str) -> str:
    """What a class says of itself; its title and act only where the files of sentences have none for it."""
    if name in ("title", "act") and f"{'name' if name == 'title' else name}.{probe.name}" in sentences():
        return ""
    said = str(getattr(probe, name, ""))
    return tr(said) if said else ""
