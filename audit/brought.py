"""Probes that other packages bring, by the entry point group `assay.probes`: where they stand, and what they say of themselves.

Each is named by its kind and its own name, joined by a dot. `audit.kinds` says which of them can be used.
"""

from __future__ import annotations

import logging
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

GROUP = "assay.probes"
"""Entry points of other packages' probes."""

log = logging.getLogger("assay.kinds")


@cache
def entries() -> tuple[tuple[str, str], ...]:
    """The name of every entry point and its `module:Class`, in the order in which they are found."""
    return tuple((entry.name, entry.value) for entry in entry_points(group=GROUP))


def says(name: str, what: str) -> str:
    """What the class of a probe of another package says of itself in plain text (`title`, `act`); "" where nothing.

    Args:
        name: under which it is registered, of whatever kind.
        what: name of the attribute.
    """
    return next(
        (said for found in classes() if found[0] == name and isinstance(said := getattr(found[1], what, ""), str)), ""
    )


@cache
def classes() -> tuple[tuple[str, Any], ...]:
    """Name and class of each; one that cannot be imported is logged and left out: what it found before can still be read."""
    found = []
    for name, path in entries():
        module, _, attribute = path.partition(":")
        try:
            found.append((name.partition(".")[2], getattr(import_module(module), attribute)))
        except Exception as error:  # code of others: whatever it raises, the rest goes on
            log.warning("the probe %r of %s cannot be imported: %s", name, GROUP, type(error).__name__)
    return tuple(found)


def forget() -> None:
    """Look for entry points anew."""
    entries.cache_clear()
    classes.cache_clear()
