"""Examples of what probes do, as real ones made them: `assets/help/examples.json`, written by `.ci/help_examples.py`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from audit.language.palette import shade_css
from audit.language.translating import tr
from dashboard.draw.heatmap import diff_html
from dashboard.draw.typed_changes import word_changes
from dashboard.page.text import escaped
from models.places import ASSETS
from models.visible import visible

KINDS = {"for": "toward", "against": "against", "either": "either"}


@cache
def examples() -> Mapping[str, Mapping[str, Any]]:
    """By kind and name of the probe; probes that nothing could be made of are not there."""
    found: Mapping[str, Mapping[str, Any]] = json.loads((ASSETS / "help" / "examples.json").read_text(encoding="utf-8"))
    return found


def example_html(kind: str, name: str) -> str:
    """The example of a probe; empty where there is none."""
    found = examples().get(kind, {}).get(name)
    if found is None:
        return ""
    if "words" in found:
        return _words(found)
    after = visible(found["after"])
    shown = diff_html(found["text"], word_changes(found["text"], after), compact=True)
    if "labels" not in found:
        return f'<div lang="en">{shown}</div>'
    before, said = found["labels"]
    if before == said:
        turned = tr("The answer stays {label}.", label=said)
    else:
        turned = tr("The answer turns from {before} to {after}.", before=before, after=said)
    return f'<div lang="en">{shown}</div><div class="assay-legend">{escaped(turned)}</div>'


def _words(found: Mapping[str, Any]) -> str:
    marked = "".join(
        f'<span class="assay-key" style="{shade_css(KINDS[way], 0.9)}">{escaped(word)}</span>'
        for word, way in found["words"]
    )
    said = tr("The answer is {label}. The strongest words:", label=found["target"])
    return (
        f'<div class="assay-text compact" lang="en">{escaped(found["text"])}</div>'
        f'<div class="assay-legend"><span>{escaped(said)}</span>{marked}</div>'
    )
