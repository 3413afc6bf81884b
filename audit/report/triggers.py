"""The part of a report about triggers: what the phrases that were judged do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from audit.behave.triggers.inserting import insertion
from audit.changes import changes_between
from audit.kinds import all_of
from audit.records import TriggerOutcome, sample_id
from audit.records.trigger import trigger_subject
from audit.report.attacked import edits
from audit.report.caps import Caps
from audit.report.model import Pointed, TriggerFacts
from audit.report.pointed import ANSWERED
from audit.results.reading import Results
from audit.score.triggers import PLACES, Effect, effects
from audit.scored import Score

SHOWN = 3
"""Rows that show what a trigger does."""


def facts(read: Results, _caps: Caps) -> tuple[TriggerFacts, ...]:
    """Every phrase that was judged, triggers first, and every class of which none was; in the order of the run."""
    found: list[TriggerFacts] = []
    for probe in read.of_kind("trigger"):
        table = read.of_probes([probe.probe]).of("triggers")
        lines = table[(table["probe"] == probe.probe) & ~table["error"]]
        found += [_judged(effect) for effect in effects(lines)]
        records = all_of(read.stream(probe.probe), TriggerOutcome)
        found += _unjudged(probe.probe, records)
    return tuple(found)


def _judged(effect: Effect) -> TriggerFacts:
    line = effect.line
    right = [i for i, mark in enumerate(str(line["before"])) if mark == "1"]
    return TriggerFacts(
        str(line["probe"]), str(line["name"]), str(line["target"]), str(line["phrase"]), str(line["role"]), effect.place,
        int(effect.hits.sum()), int(effect.hits.size), effect.null, effect.p_value, effect.accused, len(right),
        sum(str(line["after"])[i] == "1" for i in right), int(line["scanned"]),
        {place: str(line[place]).count("1") / max(1, len(line["rows"])) for place in PLACES},
        effect.moved[:SHOWN],
    )  # fmt: skip


def _unjudged(probe: str, records: list[TriggerOutcome]) -> Iterator[TriggerFacts]:
    for one in records:
        if one.role == "none" or one.error is not None:
            scanned = int(one.values.get("scanned", 0))
            yield TriggerFacts(probe, one.name, one.target, "", "none", scanned=scanned, note=one.error or one.note)


def sent_rows(read: Results, probe: str, score: Score, row_ids: Sequence[str]) -> Iterator[Pointed]:
    """Rows that a phrase sends to its class, with the phrase in those that the model reads whole."""
    key = sample_id(trigger_subject(str(score.where.get("word")), str(score.where.get("label") or "")))
    answers = {
        row.row_id: row for one in read.of_kind("prediction") for row in ANSWERED(read, one.probe, score, row_ids)
    }
    for record in all_of(read.records(probe, [key]).values(), TriggerOutcome):
        for row_id in row_ids:
            if (row := answers.get(row_id)) is not None and row_id in record.rows:
                if row.truncated:  # where the phrase was put in follows from what the model reads of the text
                    yield replace(row, probe=record.probe, name=record.name, after=record.target)
                    continue
                at, put = insertion(row.text, record.phrase, record.place)
                text = row.text[:at] + put + row.text[at:]
                changed = edits(row.text, text, changes_between(row.text, text))
                yield replace(row, probe=record.probe, name=record.name, after=record.target, edits=changed)
