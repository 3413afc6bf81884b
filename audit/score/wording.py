"""Measures and verdicts in plain words; the sentences themselves are in wording.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, Protocol

from audit.language.numbers import numbers
from audit.records import Verdict
from audit.score.definitions import define
from audit.score.intervals import Interval
from audit.score.measures import Measure

_SOURCE = Path(__file__).with_name("wording.toml")
_SLOT: dict[Verdict, str] = {"FAIL": "fail", "PASS": "pass", "INCONCLUSIVE": "open"}
UNKNOWN = "unknown"
"""What stands in a sentence where there is no number."""
_UNTOLD = {
    "decisions": "decisions",
    "judge": "by changes that are valid by rule",
    "each": "some",
    "variants": "changes",
}
"""What stands for a name where a measure of an earlier version does not give it."""


@cache
def wording() -> Mapping[str, Mapping[str, str]]:
    """The whole of wording.toml."""
    return tomllib.loads(_SOURCE.read_text(encoding="utf-8"))


def span(interval: Interval | None, unit: str = "share") -> str:
    """An interval as in `audit.language`, `31.0% to 45.2%`; "" for None."""
    return "" if interval is None else numbers().interval(interval.low, interval.high, unit)


def value_text(measure: Measure, level: float) -> str:
    """Value and interval: `38.4% (31.0% to 45.2%)`."""
    return _as(measure, level, define(measure.definition or measure.name).unit)


def estimate(value: float | None, interval: Interval | None, unit: str) -> str:
    """A value and its interval; the value alone without one, "unknown" without a value."""
    return UNKNOWN if value is None else numbers().with_interval(numbers().number(value, unit), span(interval, unit))


def _as(measure: Measure, level: float, unit: str) -> str:
    return estimate(measure.value, measure.interval(level), unit)


def act(probe: str, name: str = "") -> str:
    """What a recipe or perturbation does, as the subject of a sentence; its name where that is unknown.

    Args:
        probe: its key within the run, told besides where it differs from the name.
        name: its registered name; "": the key is.
    """
    said = wording()["act"].get(name or probe, f"'{name or probe}'" if probe else "The attack")
    return _with_key(said, probe, name)


def display_name(probe: str, name: str = "") -> str:
    """A recipe, method or perturbation as people write it; arguments as of `act`."""
    plain = name or probe
    return _with_key(wording()["name"].get(plain) or plain.replace("_", " ").capitalize(), probe, name)


class About(Protocol):
    """What scores and measures say of the probes they are about."""

    @property
    def probe(self) -> str:
        """Key of the probe within the run; "" without one."""
        ...

    @property
    def other_probe(self) -> str:
        """Key of the second probe; "" without one."""
        ...

    @property
    def registered(self) -> tuple[str, ...]:
        """Registered names of both; empty where the keys are."""
        ...


def registered_name(score: About) -> str:
    """The registered name of the probe a score is about, the first of two; "" without any."""
    return next(iter(score.registered), score.probe)


def probe_names(score: About) -> str:
    """The probe of a score as people write it, two joined by "and"; "" without any."""
    keys = tuple(filter(None, (score.probe, score.other_probe)))
    return " and ".join(display_name(*pair) for pair in zip(keys, score.registered or keys, strict=True))


def _with_key(said: str, probe: str, name: str) -> str:
    """What is said of a probe with its key, where the key is not its name."""
    if not name or name == probe:
        return said
    return f"{said[:-1]}, {probe})" if said.endswith(")") else f"{said} ({probe})"


def sentences(
    measure: Measure, verdict: Verdict, level: float, *, slot: str = "", more: Mapping[str, str] | None = None
) -> tuple[str, str, str]:
    """Title, why it matters and what to do next for a measure under a verdict.

    Args:
        measure: the number.
        verdict: chooses the title.
        level: of the interval shown.
        slot: a title of wording.toml in place of the verdict's.
        more: names that such a title uses besides.
    """
    entry = wording().get(measure.name) or wording()["other"]
    phrase = act(measure.probe, *measure.registered[:1])
    names: dict[str, Any] = {
        "value": value_text(measure, level),
        "points": _as(measure, level, "points"),
        "act": phrase,
        "act_lower": phrase[:1].lower() + phrase[1:],
        "method": probe_names(measure),
        "probe": measure.about,
        "subject": phrase if measure.probe else "The prediction",
        "n": measure.n,
        "title": define(measure.definition or measure.name).title,
        "value_of": measure.context.get("value", ""),
        **_UNTOLD,
        **{key: item for key, item in measure.context.items() if key != "value"},
        **(more or {}),
    }
    if isinstance(names["each"], float):
        names["each"] = numbers().share(names["each"])
    title, why, next_step = (fill(entry[key], names) for key in (slot or _SLOT[verdict], "why", "next"))
    return title[:1].upper() + title[1:], why, next_step


def fill(template: str, names: Mapping[str, Any]) -> str:
    """Fill the names a template uses; one that is not known stays empty. Values are never templates themselves."""
    parts = []
    for text, field, _, _ in Formatter().parse(template):
        parts.append(text)
        if field is not None:
            parts.append(str(names.get(field, "")))
    return "".join(parts)
