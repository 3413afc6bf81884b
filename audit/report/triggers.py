"""The part of a report about triggers: what the phrases that were judged do."""

from __future__ import annotations

from collections.abc import Iterator

from audit.kinds import all_of
from audit.records import TriggerOutcome
from audit.report.model import TriggerFacts
from audit.results.reading import Results
from audit.score.triggers import PLACES, Effect, effects

SHOWN = 3
"""Rows that show what a trigger does."""


def facts(read: Results) -> tuple[TriggerFacts, ...]:
    """Every phrase that was judged, triggers first, and every class of which none was; in the order of the run."""
    found: list[TriggerFacts] = []
    for probe in read.of_kind("trigger"):
        table = read.of_probes([probe.probe]).of("triggers")
        lines = table[(table["probe"] == probe.probe) & ~table["error"]]
        found += [_judged(effect) for effect in effects(lines)]
        records = all_of((record for _, record in read.store.iter_records(read.run.id, probe.probe)), TriggerOutcome)
        found += _unjudged(probe.probe, records)
    return tuple(found)


def _judged(effect: Effect) -> TriggerFacts:
    line = effect.line
    ids = str(line["rows"]).split(", ")
    right = [i for i, mark in enumerate(str(line["before"])) if mark == "1"]
    return TriggerFacts(
        str(line["probe"]), str(line["name"]), str(line["target"]), str(line["phrase"]), str(line["role"]), effect.place,
        int(effect.hits.sum()), int(effect.hits.size), effect.null, effect.p_value, effect.accused, len(right),
        sum(str(line["after"])[i] == "1" for i in right), int(line["scanned"]),
        {place: str(line[place]).count("1") / max(1, len(ids)) for place in PLACES},
        tuple(row for row, hit in zip(ids, effect.hits, strict=False) if hit)[:SHOWN],
    )  # fmt: skip


def _unjudged(probe: str, records: list[TriggerOutcome]) -> Iterator[TriggerFacts]:
    for one in records:
        if one.role == "none" or one.error is not None:
            scanned = int(one.values.get("scanned", 0))
            yield TriggerFacts(probe, one.name, one.target, "", "none", scanned=scanned, note=one.error or one.note)
