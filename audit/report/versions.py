"""The part of a report about fairness: how many rows were said of others, and rows that show the widest gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from audit.changes import changes_between
from audit.kinds import all_of
from audit.records import Example, IdentityOutcome, Version
from audit.report.attacked import edits
from audit.report.caps import Caps
from audit.report.model import IdentityFacts, Pointed, SaidOf
from audit.report.pointing import bare, of_rows
from audit.results.reading import Results
from audit.scored import Score
from audit.slices import two_groups
from models.task import Task

WORTH_READING = 0.05
"""Difference of probabilities between two groups from which on a row of no other answer is shown."""


def identities(read: Results, caps: Caps) -> tuple[IdentityFacts, ...]:
    """Every probe that said texts of other groups and has records, in the order of the run."""
    if not read.of_kind("identity"):  # its tables would be made of all records
        return ()
    counts, shown = read.table("identity_counts"), read.table("identity_rows")
    made = []
    for probe in read.of_kind("identity"):
        own = counts[counts["probe"] == probe.probe]
        lines = shown[shown["probe"] == probe.probe].groupby("dimension", sort=False).head(caps.flips)
        records = read.records(probe.probe, lines["row_id"])
        known = {r.row_id: r for r in all_of(records.values(), IdentityOutcome)}
        found = [
            said_of(known[line["row_id"]], line["dimension"], line["higher"], line["lower"], read.run.task)
            for line in lines.to_dict("records")
            if line["row_id"] in known
        ]
        numbers = {name: int(own[name].sum()) for name in ("rows", "mention", "said", "tried", "turned")}
        examples = tuple(_telling([one for one in found if one is not None]))
        made.append(IdentityFacts(probe.probe, probe.name, **numbers, examples=examples))
    return tuple(made)


def _telling(found: Sequence[SaidOf]) -> Iterator[SaidOf]:
    """Of each dimension the first, and those that are answered otherwise or much more surely when they are said of the other group."""
    seen: set[str] = set()
    for one in found:
        apart = max(abs(a - b) for a, b in zip(one.first_probs, one.second_probs, strict=True))
        if one.dimension not in seen or one.first_answer != one.second_answer or apart >= WORTH_READING:
            seen.add(one.dimension)
            yield one


def furthest(record: IdentityOutcome, dimension: str) -> tuple[str, str] | None:
    """The two groups of a dimension between which the model's probabilities for a row differ most; None with fewer than two."""
    versions = _versions(record, dimension)
    far = [
        (-sum(abs(a - b) for a, b in zip(versions[one].probs, versions[other].probs, strict=True)), one, other)
        for one, other in combinations(sorted(versions), 2)
    ]
    return min(far)[1:] if far else None


def _versions(record: IdentityOutcome, dimension: str) -> dict[str, Version]:
    """Group -> the row's version for it, the text as typed among them."""
    versions = {version.group: version for version in record.versions if version.dimension == dimension}
    told = [m for m in record.mentions if m.dimension == dimension]
    if len(told) == 1 and record.original_probs:
        own = told[0]
        typed = Version(dimension, own.group, own.group, own.terms, record.text, record.original_probs)
        versions.setdefault(own.group, typed)
    return versions


def said_of(record: IdentityOutcome, dimension: str, first: str, second: str, task: Task) -> SaidOf | None:
    """A row said of two groups side by side; None where it lacks one of the versions."""
    versions = _versions(record, dimension)
    if first not in versions or second not in versions:
        return None
    one, other = versions[first], versions[second]
    return SaidOf(
        record.row_id, record.label, dimension, first, second, tuple(one.probs), tuple(other.probs), task.answer(one.probs),
        task.answer(other.probs), one.inserted, edits(one.text, other.text, changes_between(one.text, other.text)),
    )  # fmt: skip


def _of_two(record: IdentityOutcome, example: Example, score: Score, task: Task) -> Pointed:
    """The row said of the two groups that the score is about, or of the two that the model tells apart most."""
    told: dict[str, Any] = {"probe": record.probe, "name": record.name, "error": record.error}
    dimension = str(score.where.get("dimension") or "")
    two = two_groups(score.where) or furthest(record, dimension)
    found = said_of(record, dimension, *two, task) if two else None
    if found is None:
        return bare(example, **told)
    return bare(
        example, **told, before=found.first_answer, before_confidence=task.sure(found.first_probs), after=found.second_answer,
        after_confidence=task.sure(found.second_probs), edits=found.edits,
    )  # fmt: skip


OF_TWO = of_rows(_of_two)
"""Each row said of two groups."""
