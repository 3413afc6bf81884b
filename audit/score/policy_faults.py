"""Every fault of a policy, each with its place: what it holds that it may not, and what would be right."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from audit.language.translating import tr_later
from audit.score.definitions import Definition
from audit.score.definitions import known as definitions
from audit.score.policy_lines import Place
from audit.score.sliced import SLICED, names_found
from audit.score.wildcards import ANY, wild_slice
from audit.slices import OF_TWO
from audit.where import Unreadable, parse

Fault = tuple[Place, str]

TABLES = ("check", "pattern")
BOUNDS = ("min", "max", "margin")
"""Fields that hold the threshold of a check, one of them in each; a pattern has no margin."""
_TYPES: dict[str, tuple[type, ...]] = {
    "id": (str,), "score": (str,), "probe": (str,), "slice": (dict, str), "why": (str,), "next_step": (str,),
    "min": (int, float), "max": (int, float), "margin": (int, float), "severity": (str,), "required": (bool,),
    "min_n": (int,), "at_most": (int,),
}  # fmt: skip
_HEAD: dict[str, tuple[type, ...]] = {
    "version": (int,), "name": (str,), "alpha": (int, float), "correction": (str,), "check": (list,), "pattern": (list,),
    "extends": (str,), "baseline": (str,),
}  # fmt: skip
_SAID = {
    str: tr_later("text in quotes"), bool: tr_later("true or false"), int: tr_later("a whole number"), float: "a number",
    list: tr_later("an array of tables, each headed by its name in double brackets"),
}  # fmt: skip
LEAST_ALPHA = 1e-9
"""Shared among many comparisons, less leaves a confidence that no number tells from certainty."""
COMPARED = ("accuracy", "accuracy_under_attack", "prediction_retained", "flip_any", "brier", "nll")
"""Scores that a check with a margin may be about: they have a value of each row in both runs."""
_SETS = ("attacks", "perturbations")
"""Probes of the scores over a whole set."""


def faults(
    data: Mapping[str, Any],
    *,
    version: int,
    corrections: Collection[str],
    severities: Collection[str],
    extendable: Collection[str] = (),
    probes: Collection[str] | None = None,
    scores: bool = True,
) -> Iterator[Fault]:
    """Every fault of a parsed policy.

    Args:
        data: the parsed file.
        version: the one that can be read.
        corrections, severities: the choices of these fields.
        extendable: the policies that it may begin with.
        probes: every name a probe can have, where that is known; None: probes are not looked at.
        scores: whether a score that is not known here is a fault.
    """
    for key, value in data.items():
        yield from _typed(("", 0, key), key, value, _HEAD)
    if _is(data.get("version"), int) and data["version"] != version:
        yield ("", 0, "version"), tr_later(f"this Assay reads version {version}; got {data['version']}")
    alpha = data.get("alpha", 0.05)
    if _is(alpha, int, float) and not 0 < alpha < 1:
        yield ("", 0, "alpha"), tr_later(f"must lie between 0 and 1, for example 0.05; got {alpha}")
    elif _is(alpha, int, float) and alpha < LEAST_ALPHA:
        yield ("", 0, "alpha"), tr_later(f"must be {LEAST_ALPHA} or more, for example 0.05; got {alpha}")
    if _is(data.get("correction"), str) and data["correction"] not in corrections:
        yield ("", 0, "correction"), tr_later(f"must be one of {', '.join(corrections)}; got '{data['correction']}'")
    if data.get("extends") and _is(data["extends"], str) and data["extends"] not in extendable:
        yield ("", 0, "extends"), tr_later(f"must be one of {', '.join(extendable)}; got '{data['extends']:.60}'")
    seen: dict[str, str] = {}
    for table in TABLES:
        entries = data.get(table, ())
        for number, entry in enumerate(entries if isinstance(entries, list) else ()):
            yield from _of_entry(table, number, entry, seen, severities, probes, scores)
    yield from _contradictions(data.get("check", ()))


def _of_entry(
    table: str,
    number: int,
    entry: Any,
    seen: dict[str, str],
    severities: Collection[str],
    probes: Collection[str] | None,
    scores: bool,
) -> Iterator[Fault]:
    def at(field: str) -> Place:
        return table, number, field

    if not isinstance(entry, dict):
        yield at(""), tr_later("must be a table of fields")
        return
    wrong = [fault for key, value in entry.items() for fault in _typed(at(key), key, value, _TYPES)]
    yield from wrong
    known = {key: value for key, value in entry.items() if not any(place == at(key) for place, _ in wrong)}
    for key in ("id", "score"):
        if not entry.get(key, ""):
            yield (
                at(key if key in entry else ""),
                tr_later("must not be empty") if key in entry else tr_later(f"field '{key}' is missing"),
            )
    name = known.get("id")
    if name in seen:
        yield at("id"), tr_later(f"'{name}' is the id of an earlier {seen[name]} too; ids are unique")
    elif name:
        seen[name] = table
    if known.get("severity", next(iter(severities))) not in severities:
        yield at("severity"), tr_later(f"must be one of {', '.join(severities)}; got '{known['severity']}'")
    for key in ("min_n", "at_most"):
        if known.get(key, 1) < 1:
            yield at(key), tr_later(f"must be 1 or more; got {known[key]}")
    yield from _of_bounds(table, entry, at)
    where = known.get("slice", "")
    if isinstance(where, dict) and not (where and all(isinstance(part, str) for part in where.values())):
        yield (
            at("slice"),
            tr_later(f'must be text, or columns with texts such as {{ label = "billing" }}; got {where!r:.60}'),
        )
    score = known.get("score", "")
    if scores and isinstance(where, str) and score in SLICED:
        yield from _of_condition(score, where, at)
    defined = definitions()
    if score and score not in defined and scores:
        yield at("score"), tr_later(f"there is no score '{score}'{_near(score, defined)}")
    elif score in defined:
        yield from _of_score(defined[score], known, at, probes)


def _of_condition(score: str, where: str, at: Any) -> Iterator[Fault]:
    """What is wrong with the condition of a slice made by hand."""
    if not where or wild_slice(where) or names_found(score, where):
        return
    try:
        parse(where)
    except Unreadable as error:
        yield at("slice"), str(error).removesuffix(".")


def _of_bounds(table: str, entry: Mapping[str, Any], at: Any) -> Iterator[Fault]:
    bounds = [key for key in BOUNDS if key in entry]
    if len(bounds) != 1:
        place = at("max" if "max" in entry else bounds[0] if bounds else "")
        yield place, tr_later("give exactly one of min, max and margin; a band takes two checks")
    elif bounds == ["margin"] and table == "pattern":
        yield at("margin"), tr_later("a pattern has no margin; make it a check, or give min or max")


def _of_score(found: Definition, entry: Mapping[str, Any], at: Any, probes: Collection[str] | None) -> Iterator[Fault]:
    least, most = found.range
    for key in ("min", "max"):
        if key in entry and not least <= entry[key] <= most:
            hint = ", write 0.8 for 80%" if found.unit == "share" and entry[key] > 1 else ""
            yield at(key), tr_later(f"'{found.key}' lies between {least:g} and {most:g}{hint}; got {entry[key]}")
    if "margin" in entry:
        yield from _of_margin(found, entry, at)
    probe = entry.get("probe", "")
    if probes is None or ANY in probe:
        return
    if not probe and found.probe:
        yield (
            at("score"),
            tr_later(f"'{found.key}' is measured for each {found.probe}: give its name as 'probe', or \"*\" for all"),
        )
    if probe and not found.probe and found.key != "error_share":
        yield at("probe"), tr_later(f"'{found.key}' is not about a probe; leave the field out")
        return
    named = [probe] if probe in (*probes, *_SETS) else _two(probe, probes) if found.key in OF_TWO else [probe]
    for part in filter(None, named):
        if part not in probes and part not in _SETS:
            yield (
                at("probe"),
                tr_later(f"there is no {found.probe or 'probe'} '{part}'{_near(part, (*probes, *_SETS))}"),
            )


def _of_margin(found: Definition, entry: Mapping[str, Any], at: Any) -> Iterator[Fault]:
    """A margin is about a score that two runs can be compared on row by row."""
    least, most = found.range
    if found.key not in COMPARED:
        yield (
            at("score"),
            tr_later(f"'{found.key}' is not compared with a baseline; a margin takes {', '.join(COMPARED)}"),
        )
    elif entry.get("slice"):
        yield at("slice"), tr_later("a margin is about all rows that both runs have; leave the field out")
    elif not 0 <= entry["margin"] <= most - least:
        hint = ", write 0.03 for 3 points" if found.unit == "share" and entry["margin"] > 1 else ""
        yield at("margin"), tr_later(f"must be 0 or more, at most {most - least}{hint}; got {entry['margin']}")


def _two(probe: str, probes: Collection[str]) -> list[str]:
    """The two probes of a score about two: cut where both are known, else at the first `+`."""
    cuts = [[probe[:at], probe[at + 1 :]] for at, sign in enumerate(probe) if sign == "+"]
    known = (cut for cut in cuts if all(part in probes for part in cut))
    return next(known, cuts[0] if cuts else [probe])


def _contradictions(checks: Any) -> Iterator[Fault]:
    """Checks on the same score that no run can pass together."""
    bounds: dict[tuple[str, str, str], dict[str, tuple[float, str]]] = {}
    for number, entry in enumerate(checks if isinstance(checks, list) else ()):
        if not isinstance(entry, dict):
            continue
        about = tuple(str(entry.get(key, "")) for key in ("score", "probe", "slice"))
        sides = bounds.setdefault(about, {})  # type: ignore[arg-type]
        for key in ("min", "max"):
            if _is(entry.get(key), int, float):
                tighter = max if key == "min" else min
                sides[key] = tighter(sides.get(key, (entry[key], "")), (entry[key], str(entry.get("id", ""))))
        if len(sides) == 2 and sides["min"][0] > sides["max"][0] and ("min" in entry) != ("max" in entry):
            key = "min" if "min" in entry else "max"
            limit, other = sides["max" if key == "min" else "min"]
            words = (
                (tr_later("at least"), tr_later("at most"))
                if key == "min"
                else (tr_later("at most"), tr_later("at least"))
            )
            place: Place = ("check", number, key)
            yield (
                place,
                tr_later(
                    f"wants {words[0]} {entry[key]} where check '{other}' wants {words[1]} {limit}: no run can pass both"
                ),
            )


def _typed(place: Place, key: str, value: Any, allowed: Mapping[str, tuple[type, ...]]) -> Iterator[Fault]:
    if key not in allowed:
        yield place, tr_later(f"there is no such field{_near(key, allowed)}")
    elif not _is(value, *allowed[key]):
        yield place, tr_later(f"must be {_SAID[allowed[key][-1]]}; got {value!r:.60}")
    elif float in allowed[key] and not _finite(value):
        yield place, tr_later(f"must be a finite number; got {value!r:.60}")


def _is(value: Any, *types: type) -> bool:
    return isinstance(value, types) and (bool in types or not isinstance(value, bool))


def _finite(value: float) -> bool:
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


def _near(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, known, 3)
    return tr_later(f"; did you mean {' or '.join(repr(one) for one in near)}?") if near else ""
