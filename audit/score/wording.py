"""What findings say of measures: which sentence, and what stands in it. The sentences are in `audit.language`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from audit.kinds.identity import IDENTITY
from audit.language.probes import act, called, display_name
from audit.language.saying import LANGUAGES, word, worded
from audit.language.sentences import names_in, sentences
from audit.said import BOTH, Number, Said, Value, literal
from audit.score.definitions import catalog, define
from audit.score.intervals import Interval
from audit.score.measures import Measure
from audit.score.weak.saying import part_said
from audit.scored import Verdict

__all__ = ["About", "display_name", "estimate", "meaning_of", "probe_names", "registered_name", "telling", "title_of"]

_SLOT: dict[Verdict, str] = {"FAIL": "fail", "PASS": "pass", "INCONCLUSIVE": "open"}
_CODES: Mapping[tuple[str, str], str] = {
    ("decisions", "any"): "finding.part.decisions",
    ("decisions", "correct"): "finding.part.correct_decisions",
    ("about", ""): "finding.part.behaviour",
    ("judge", "rule"): "finding.part.by_rule",
    ("judge", "people"): "finding.part.by_people",
    ("outcome", "answer"): "finding.part.answer",
    ("stand", "answer"): "finding.part.keep_answer",
}
"""What measures say of themselves by a word of the context."""
_UNTOLD: Mapping[str, Value] = {
    "decisions": Said("finding.part.decisions"),
    "judge": Said("finding.part.by_rule"),
    "each": Said("finding.part.some"),
    "stand": Said("finding.part.stay_right"),
    "variants": Said("finding.part.changes"),
}
"""What stands for a name where a measure of an earlier version does not give it."""


_PEOPLE = ("dimension", "higher", "lower", "first", "second", "who")
"""What measures say of people by names of the lists."""


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
    return worded(_probes(score))


def title_of(definition: str) -> Value:
    """What a score is called."""
    key = f"definition.{definition}.title"
    if key in sentences():
        return Said(key)
    base = definition.removesuffix("_normalised")
    if base != definition and definition in catalog():
        return Said("finding.part.between", {"title": title_of(base)})
    return define(definition).title


def meaning_of(definition: str) -> Said:
    """What a score means, in a paragraph."""
    key = f"definition.{definition}.text"
    return Said(key) if key in sentences() else literal(define(definition).text)


def title_said(definition: str) -> str:
    """What a score is called, in the language spoken."""
    return worded(title_of(definition))


def meaning_said(definition: str) -> str:
    """What a score means, in the language spoken."""
    return word(meaning_of(definition))


def estimate(value: float | None, interval: Interval | None, unit: str) -> Number:
    """A value and its interval; the value alone without one."""
    return Number(value, unit) if interval is None else Number(value, unit, interval.low, interval.high)


def telling(
    measure: Measure, verdict: Verdict, level: float, *, slot: str = "", more: Mapping[str, Value] | None = None
) -> tuple[Said, Said, Said]:
    """Title, why it matters and what to do next for a measure under a verdict.

    Args:
        measure: the number.
        verdict: chooses the title; of what is open it is not said that anybody suffers from it, but that they would.
        level: of the interval shown.
        slot: a title in place of the verdict's.
        more: what such a title says besides.
    """
    said = (name for name in (measure.name, measure.definition) if f"finding.{name}.why" in sentences())
    about = next(said, "other")
    offered = {**_names(measure, level), **(more or {})}
    if_so = f"finding.{about}.if_so"
    reason = "if_so" if verdict == "INCONCLUSIVE" and if_so in sentences() else "why"
    keys = (f"finding.{about}.{name}" for name in (slot or _SLOT[verdict], reason, "next"))
    title, why, next_step = (Said(key, {name: offered.get(name, "") for name in sorted(names_in(key))}) for key in keys)
    return title, why, next_step


def _names(measure: Measure, level: float) -> dict[str, Value]:
    """Everything that a sentence about a measure may name."""
    unit = define(measure.definition or measure.name).unit
    phrase, interval = act(measure.probe, *measure.registered[:1]), measure.interval(level)
    told = {name: _of_context(name, item) for name, item in measure.context.items() if name != "value"}
    if define(measure.definition or measure.name).probe == IDENTITY.name:
        told |= {name: people_said(str(item)) for name, item in measure.context.items() if name in _PEOPLE}
    return {
        "value": estimate(measure.value, interval, unit),
        "percent": estimate(measure.value, interval, "share"),
        "points": estimate(measure.value, interval, "points"),
        "act": phrase,
        "method": _probes(measure),
        "subject": phrase if measure.probe else Said("finding.part.predictions"),
        "n": measure.n,
        "title": title_of(measure.definition or measure.name),
        "part": part_said(measure.where),
        "value_of": str(measure.context.get("value", "")),
        **_UNTOLD,
        **{name: item for name, item in told.items() if item is not None},
    }


def people_said(name: str) -> Value:
    """A dimension of people, or a group of one, as the lists name it; in words."""
    key = f"people.{name}"
    return Said(key) if key in sentences() else name


def _of_context(name: str, item: Any) -> Value | None:
    if name == "of" and isinstance(item, str):
        return title_of(item)
    if name == "languages" and isinstance(item, str):
        return Said(LANGUAGES, {"codes": item})
    if name in ("feature", "change") and isinstance(item, str):
        key = f"{name}.{item}"
        return Said(key) if key in sentences() else item
    if isinstance(item, str):
        return Said(_CODES[name, item]) if (name, item) in _CODES else item
    if isinstance(item, int) and not isinstance(item, bool):
        return item
    return Number(item) if isinstance(item, float) else None


def _probes(score: About) -> Value:
    keys = tuple(filter(None, (score.probe, score.other_probe)))
    names = tuple(called(*pair) for pair in zip(keys, score.registered or keys, strict=True))
    return names[0] if len(names) == 1 else Said(BOTH, {"parts": names}) if names else ""
