"""Verbs of comparisons: what is taken out of the house about several runs together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from audit.actions.doing import doing
from audit.actor import Actor


def make(actor: Actor, ids: Sequence[str], fmt: str, *, language: str = "en", **look: Any) -> tuple[str, bytes]:
    """Make the comparison of runs as a PDF or web page; see `audit.report.comparison.make_comparison`.

    Args:
        actor: who wants it.
        ids: two runs or more, the first is what the others are held against; fmt: pdf or html.
        language: of its words.
        look: organisation, logo, accent.

    Returns:
        What the file is called, and its content.

    Raises:
        Forbidden: they may not.
        InputError: fewer than two runs, too many, or of several one twice.
        UnknownName: no such run or format.
        ReportError: it cannot be made.
    """
    from audit.report.comparison import make_comparison

    with doing(actor, "make_comparison", next(iter(ids), "")) as store:
        return make_comparison(store, ids, fmt, language=language, **look)
