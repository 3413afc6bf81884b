"""The palette as the two templates of the report take it: data for Typst, variables for CSS."""

from __future__ import annotations

from typing import Any

from audit.language.palette import ATTRIBUTION, EDITS, STRONGEST, UNDERLINED, UNSEEN, VERDICTS
from audit.report.blocks import Tone

JUDGED: dict[Tone, str] = {"good": "PASS", "bad": "FAIL", "open": "INCONCLUSIVE", "muted": ""}
"""The verdict whose colours a tone has."""
DASHES = {"solid": "solid", "dotted": "densely-dotted", "": "none"}
"""Typst's names of the lines below words."""


def paper_colours() -> dict[str, Any]:
    """Every colour with a meaning, for the template of the PDF."""
    return {
        "tones": {tone: [VERDICTS[verdict].ink, VERDICTS[verdict].paper] for tone, verdict in JUDGED.items()},
        "words": {
            kind: {"hue": shade.hue, "ink": shade.ink, "dash": DASHES[shade.line]}
            for kind, shade in ATTRIBUTION.items()
        },
        "strongest": STRONGEST,
        "underlined": UNDERLINED,
        "edits": {kind: shade.ink for kind, shade in EDITS.items()},
        "unseen": UNSEEN,
    }


def css_colours() -> str:
    """The same as variables for the HTML report; words carry their shade themselves."""
    named = {kind: shade.ink for kind, shade in EDITS.items()} | {"unseen": UNSEEN}
    for tone, verdict in JUDGED.items():
        named |= {tone: VERDICTS[verdict].ink, f"{tone}-bg": VERDICTS[verdict].paper}
    return "".join(f"--{name}: {colour}; " for name, colour in named.items())
