"""A policy in plain words: what each check wants of a run, and how sure the policy is to be."""

from __future__ import annotations

from audit.language.numbers import numbers
from audit.language.probes import for_each
from audit.language.saying import word
from audit.language.sentences import sentences
from audit.language.translating import tr, tr_later
from audit.said import BOTH, Said
from audit.score.definitions import define
from audit.score.matching import by_hand
from audit.score.policy import Check, Policy
from audit.score.wildcards import ANY, wild_slice
from audit.score.wording import display_name, title_said
from audit.slices import GROUP, Slice
from models.names import short

SETS = {"attacks": tr_later("over all attacks"), "perturbations": tr_later("over all harmless changes")}
WORDED = ("feature", "change")
"""Columns whose values have words of their own."""
LONGEST = 80
"""Characters of a name."""


def wanted(check: Check) -> str:
    """What a check wants: `Accuracy: at least 80%`, for a part of the run where it names one."""
    unit = define(check.score).unit
    points = check.margin is not None and unit == "share"
    bound = numbers().setting(check.threshold, "points" if points else unit)
    what = subject(check)
    if check.margin is not None:
        return tr("{what}: at most {bound} worse than in the baseline run", what=what, bound=bound)
    if check.min is not None:
        return tr("{what}: at least {bound}", what=what, bound=bound)
    return tr("{what}: at most {bound}", what=what, bound=bound)


def looked_for(pattern: Check) -> str:
    """What a pattern reports: `Flip rate, for each harmless change: above 10%`."""
    bound = numbers().setting(pattern.threshold, define(pattern.score).unit)
    what = subject(pattern)
    if pattern.min is not None:
        return tr("{what}: below {bound}", what=what, bound=bound)
    return tr("{what}: above {bound}", what=what, bound=bound)


def sureness(policy: Policy) -> str:
    """How sure a verdict is, in a sentence."""
    share = numbers().setting(policy.alpha)
    if policy.correction == "none":
        return tr(
            "Each comparison may be wrong in {share} of audits; over several comparisons it is more.", share=share
        )
    return tr("Over all comparisons together, a wrong pass or fail happens in at most {share} of audits.", share=share)


def subject(check: Check) -> str:
    """The score with the probe and the rows that are meant; long names by their two ends, so that the bound is seen behind them."""
    kind = define(check.score).probe
    parts = [short(title_said(check.score), LONGEST)]
    if check.probe == ANY:
        parts.append(for_each(kind))
    elif check.probe:
        parts.append(tr(SETS[check.probe]) if check.probe in SETS else short(display_name(check.probe), LONGEST))
    if where := by_hand(check):
        parts.append(tr("where {slice}", slice=short(where.by_hand, LONGEST)))
    elif check.slice == ANY:
        parts.append(tr("for each part of the rows"))
    elif check.slice:
        parts += _part(check.slice)
    return ", ".join(parts)


def _part(wanted: str | Slice) -> list[str]:
    """The rows that are meant: columns with a value of their own by name, those that stand for any at the end."""
    if isinstance(wanted, str) and not wild_slice(wanted):
        return [tr("of the rows with {slice}", slice=short(wanted, LONGEST))]
    columns = wanted.items() if isinstance(wanted, Slice) else [_split(part) for part in wanted.split(",")]
    own = [(column, value) for column, value in columns if isinstance(wanted, Slice) or ANY not in (column, value)]
    any_of = tuple(column.removeprefix(GROUP) for column, value in columns if (column, value) not in own)
    said = ", ".join(_named(column.removeprefix(GROUP), value) for column, value in own)
    each = tr("for each {columns}", columns=short(word(Said(BOTH, {"parts": any_of})), LONGEST)) if any_of else ""
    return [part for part in (short(said, LONGEST), each) if part]


def _split(part: str) -> tuple[str, str | None]:
    """A column and its value as a policy writes them; a name without one is the column as a whole, `group:*` any group."""
    column, equals, value = part.partition("=")
    return (tr("group"), ANY) if column == f"{GROUP}{ANY}" else (column, value if equals else None)


def _named(column: str, value: str | None) -> str:
    key = f"{column}.{value}"
    known = column in WORDED and key in sentences()
    return column if value is None else f"{column}: {word(Said(key)) if known else value}"
