"""One catalog of what every number means. Pages, the PDF and the docs print these words beside the number."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from audit.brought import classes
from audit.errors import UnknownName
from audit.language.translating import tr_later
from audit.scored import Direction

Family = Literal[
    "performance",
    "robustness",
    "faithfulness",
    "calibration",
    "groups",
    "data",
    "words",
    "behaviour",
    "sample",
    "fairness",
    "shift",
]

_RANGES = {
    "share": (0.0, 1.0),
    "probability": (-1.0, 1.0),
    "correlation": (-1.0, 1.0),
    "cosine": (-1.0, 1.0),
    "nats": (0.0, math.inf),
    "words": (0.0, math.inf),
    "tokens": (0.0, math.inf),
    "queries": (0.0, math.inf),
}
_SOURCE = Path(__file__).with_name("definitions.toml")


@dataclass(frozen=True, slots=True)
class Definition:
    """What a score means.

    Attributes:
        key: the name scores refer to.
        title: a few words, for a card or a column.
        text: one paragraph without jargon that is not explained in it.
        source: where the definition comes from.
        family: the part of the report it belongs to.
        direction: which way is better.
        unit: share, probability, words, tokens, queries, nats, cosine, correlation, logit or ratio.
        version: raised when the same records would give another number.
        probe: the kind of probe whose records it needs (attack, perturbation, explainer, sample); "" for predictions alone.
        of_task: family of `models.task.Task` without which the score has no meaning; "" where it has one for every answer.
        least, most: ends of its range where they are not those of its unit.
        bounded: explanations carry a floor and a ceiling beside it, so `<key>_normalised` exists too.
    """

    key: str
    title: str
    text: str
    source: str
    family: Family
    direction: Direction
    unit: str = "share"
    version: int = 1
    probe: str = ""
    of_task: str = ""
    bounded: bool = False
    least: float | None = None
    most: float | None = None

    @property
    def range(self) -> tuple[float, float]:
        """The smallest and largest value there can be; intervals stay inside."""
        low, high = _RANGES.get(self.unit, (-math.inf, math.inf))
        return low if self.least is None else self.least, high if self.most is None else self.most


@cache
def catalog() -> Mapping[str, Definition]:
    """Every definition by key, in the order of presentation."""
    found: dict[str, Definition] = {}
    for key, entry in tomllib.loads(_SOURCE.read_text(encoding="utf-8")).items():
        found[key] = Definition(key=key, **{**entry, "text": " ".join(entry["text"].split())})
        if found[key].bounded:
            found[f"{key}_normalised"] = _normalised(found[key])
    return MappingProxyType(found)


def known() -> Mapping[str, Definition]:
    """The catalog, and after it what classes of other packages' probes say of their own scores (`scores`)."""
    brought = {found.key: found for _, probe in classes() for found in getattr(probe, "scores", ())}
    return {**brought, **catalog()} if brought else catalog()


def define(key: str) -> Definition:
    """The definition of a key; a metric the catalog does not know gets a plain one made of its name.

    Raises:
        UnknownName: the key is empty.
    """
    told = known()
    if key in told:
        return told[key]
    if not key:
        raise UnknownName("definition", key, tuple(told))
    words = key.replace("_", " ")
    text = tr_later(f"Mean of the metric '{words}' over the explained rows, as the explanation engine recorded it.")
    return Definition(
        key, words.capitalize(), text, tr_later("as recorded"), "faithfulness", "neutral", "ratio", probe="explainer"
    )


def _normalised(base: Definition) -> Definition:
    text = tr_later(
        f"{base.title} placed between a floor (random word orders: 0) and a ceiling (the best order found: 1), by "
        "normalising the means over rows, not single rows. Below 0 is worse than chance."
    )
    source = f"{base.source}; Carton et al. 2020 (normalisation)"
    title = tr_later(f"{base.title}, between floor and ceiling")
    key = f"{base.key}_normalised"
    return Definition(key, title, text, source, base.family, "higher_is_better", "ratio", probe=base.probe)


def as_markdown() -> str:
    """The catalog as it stands in docs/scores.md, one table per family; a test holds the two equal."""
    arrows = {"higher_is_better": "up", "lower_is_better": "down", "neutral": ""}
    parts: list[str] = []
    family = ""
    for found in catalog().values():
        if found.key.endswith("_normalised"):
            continue
        if found.family != family:
            family = found.family
            parts += [
                "",
                f"### {family.capitalize()}",
                "",
                "| score | better | unit | what it means | source |",
                "|---|---|---|---|---|",
            ]
        bounded = " Also between floor and ceiling, as `" + found.key + "_normalised`." if found.bounded else ""
        text = f"**{found.title}.** {found.text}{bounded}".replace("|", "\\|")
        parts.append(f"| `{found.key}` | {arrows[found.direction]} | {found.unit} | {text} | {found.source} |")
    return "\n".join(parts).strip() + "\n"
