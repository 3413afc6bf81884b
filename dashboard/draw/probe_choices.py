"""What can be asked of a model: names, cards and parameters of probes, for choosing them. Loads no engine."""

from __future__ import annotations

import logging

from audit import cards
from audit.cards import Card
from audit.kinds import names
from audit.language.probes import display_name, what_it_does
from dashboard.page.state import store

log = logging.getLogger("assay.dashboard")


def choices(kind: str) -> list[str]:
    """Names on offer of one kind."""
    return list(names(kind))


def card(kind: str, name: str) -> Card:
    """The card of one probe in the language spoken; plain where its class cannot be imported: it is still listed."""
    try:
        return cards.card(kind, name)
    except Exception as error:
        log.warning("the probe %s of the kind %s cannot be read: %s", name, kind, type(error).__name__)
        return Card(kind, name, display_name(name), what_it_does(name), "", "", (), "", True, "row", ())


def titles(run_id: str) -> dict[str, str]:
    """What the probes of a run are called, by their keys within it, as charts and sentences call them. Plain text."""
    return {p.probe: display_name(p.probe, p.name) for p in store().probes(run_id)}
