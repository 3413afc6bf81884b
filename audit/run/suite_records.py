"""Whether the records of a behavioural suite are those of the suite that the run itself holds: no test left out, no case made up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from audit.behave.suites.model import SuiteTest
from audit.behave.suites.probe import read_content
from audit.behave.suites.running import sampled
from audit.errors import AuditError
from audit.kinds import all_of
from audit.language.translating import tr_later
from audit.records import BehaviourOutcome
from audit.store import Run, Store

KIND = "behaviour"
SHOWN = 10


def suite_faults(store: Store, run_id: str) -> list[str]:
    """What is wrong with the records of a run's suites, the first of many."""
    return list(islice(check_suites(store, store.run(run_id)), SHOWN))


def check_suites(store: Store, run: Run) -> Iterator[str]:
    """What records of suites say that the suites in the spec do not; those that come with Assay may have changed since."""
    asked = {str(p.get("id") or p["name"]): p.get("params") or {} for p in run.spec.get("probes") or ()}
    done = {shard["probe"] for shard in store.stored_shards(run.id) if shard["status"] == "done"}
    for probe in store.probes(run.id):
        if probe.kind != KIND or probe.probe not in done:
            continue
        params = asked.get(probe.probe, {})
        records = all_of((record for _, record in store.iter_records(run.id, probe.probe)), BehaviourOutcome)
        if params.get("content"):
            yield from _held(records, params, probe.probe, int(run.spec.get("seed") or 0))


def _held(records: list[BehaviourOutcome], params: Mapping[str, Any], probe: str, seed: int) -> Iterator[str]:
    try:
        suite = sampled(read_content(str(params["content"]), str(params.get("suite", ""))), params.get("cases"), seed)
    except AuditError as error:
        yield tr_later(f"the suite of {probe:.60} cannot be read ({str(error)[:120]})")
        return
    tests = {test.name: (place, test) for place, test in enumerate(suite.tests)}
    missing = tests.keys() - {record.subject for record in records}
    for name in sorted(missing):
        yield tr_later(f"the test {name:.80} of the suite of {probe:.60} has no record")
    for record in records:
        if record.subject not in tests:
            yield tr_later(f"{_of(record, probe)} is of a test that the suite does not have")
            continue
        place, test = tests[record.subject]
        for what in _differing(record, test, place, str(params.get("suite", "")), params.get("labels") or {}):
            yield tr_later(f"{_of(record, probe)} says another {what} than the suite")


def _of(record: BehaviourOutcome, probe: str) -> str:
    return tr_later(f"the record of the test {record.subject:.80} by {probe:.60}")


def _differing(
    record: BehaviourOutcome, test: SuiteTest, place: int, suite: str, labels: Mapping[str, str]
) -> Iterator[str]:
    wanted = test.expectation
    said = {
        "suite": (record.suite, suite),
        "place": (record.place, place),
        "capability": (record.capability, test.capability),
        "type": (record.type, test.type),
        "description": (record.about, test.description),
        "expectation": (record.expects, wanted.wanted),
        "tolerance": (record.tolerance, round(wanted.tolerance, 6)),
        "number of texts": (record.texts, sum(len(case.texts) for case in test.cases)),
        "number of labels": (
            (len(record.towards), len(record.away)),
            (len(wanted.towards), len(wanted.away)),
        ),
        "meaning of a label": (
            [labels[own] for own in (*wanted.towards, *wanted.away) if own in labels],
            [
                meant
                for own, meant in zip((*wanted.towards, *wanted.away), (*record.towards, *record.away), strict=False)
                if own in labels
            ],
        ),
    }
    if record.error is None:
        asked = record.run + record.errors + record.left_out + record.unasked
        said["number of cases"] = (asked, len(test.cases))
    yield from (what for what, (one, other) in said.items() if one != other)
    known = {case.texts for case in test.cases}
    if any(case.texts not in known for case in record.cases):
        yield "case"
