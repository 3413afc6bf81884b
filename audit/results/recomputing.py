"""Whether what a run says is what its records give: measured and judged again, compared number by number."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from audit.kinds import STORED
from audit.language.translating import tr_later
from audit.old_forms import before_label_sets, came_with, former_confidence, is_old_record
from audit.provenance import this_assay
from audit.records import to_dict
from audit.results.by_hand import with_slices, without_its_table
from audit.results.judging import measure, measured
from audit.results.reading import Results
from audit.results.record_sense import check_record
from audit.results.row_ids import check_rows
from audit.results.statements import check_spec, check_statements
from audit.results.worded import settle
from audit.scored import Finding
from audit.slices import GROUP, Slice
from audit.store import Run, Store
from audit.store.indexing import digest, record_of, stored_row
from audit.strict_json import part

if TYPE_CHECKING:
    from audit.score.measures import Measure, Measures
    from audit.score.policy import Policy

    Measuring = Callable[[Store, Run], Measures]

SHOWN = 10


def check_content(
    store: Store, run_id: str, *, measuring: Measuring | None = None, noted: Callable[[str], None] = lambda _: None
) -> list[str]:
    """Everything a run says that its rows and records do not give: ids, columns pages filter by, scores, findings, the verdict.

    A finished run without scores is a fault if it has a verdict; one that was stopped has none to check.

    Args:
        store: where the run is; run_id: its full id.
        measuring: what measures it, for whoever wants to keep what was measured; default: `audit.results.judging.measure`.
        noted: told what could not be checked: what another Assay said in other sentences than this one.
    """
    run = store.run(run_id)
    return (
        _first(check_spec(run))
        or _first(check_rows(run, store.stored_rows(run_id))[0])
        or _first(check_statements(store, run))
        or _first(_columns(store, run_id))
        or _first(_reviews(store, run))
        or check_scores(store, run_id, measuring=measuring, noted=noted)
    )


def unchecked(store: Store, run_id: str) -> list[str]:
    """What of a run cannot be checked by anybody who has no more than the run."""
    _, rows = check_rows(store.run(run_id), store.stored_rows(run_id))
    said = tr_later("the run does not say how their labels were typed, so their texts cannot be held against their ids")
    return [f"{rows} rows: {said}"] if rows else []


def _reviews(store: Store, run: Run) -> Iterator[str]:
    probes = {probe.probe for probe in store.probes(run.id)}
    for review in store.reviews(run.id):
        if review.probe not in probes or store.example(run.id, review.row_id) is None:
            yield tr_later(
                f"a judgement is of row {review.row_id:.40} by {review.probe:.60}, which the run does not have"
            )


def check_scores(
    store: Store, run_id: str, *, measuring: Measuring | None = None, noted: Callable[[str], None] = lambda _: None
) -> list[str]:
    """Scores, findings and a verdict that the records do not give by the run's own policy, each named with both."""
    from audit.score.policy import kept_policy

    run = store.run(run_id)
    stored = {score.key: to_dict(score) for score in store.scores(run_id)}
    if not stored:
        said = run.verdict or (store.findings(run_id) and "findings")
        return [tr_later(f"the run says {said} without a score to rest it on")] if said else []
    level = _level(run.spec.get("level", 0.95))
    if level is None:
        return [
            tr_later(f"the confidence level of the spec is {run.spec.get('level')!r:.40}, not a number between 0 and 1")
        ]
    other = scored_by_another(run.provenance)
    made = (measuring or measure)(store, run)
    if other and _cells_whole(made, stored) and _holds_several(results := Results(store, run)):
        made = measured(results, cells_apart=False)
        noted(tr_later("cells of groups that hold several values were taken for one value each then"))
    measures = _as_scored(made, stored)
    measures, later = _as_taken(measures, stored, kept_policy(run.policy)) if other else (measures, 0)
    if later:
        noted(tr_later(f"{later} scores that this Assay takes besides were not taken then"))
    worded = Worded(other=bool(other))
    faults = _first(_scores(stored, {score.key: to_dict(score) for score in measures.scores(level)}, worded)) or _first(
        _findings(store, run, measures, level, worded, noted)
    )
    for what, n in (("score", worded.scores), ("finding", worded.findings)):
        if n:
            noted(tr_later(f"{n} {what}{' is' if n == 1 else 's are'} worded otherwise by this Assay"))
    return [tr_later(f"{fault} (the run was scored by {other})") for fault in faults] if other else faults


def _cells_whole(measures: Measures, stored: Mapping[str, Any]) -> bool:
    """Whether other rows were in the groups of columns than are now that cells of several values are taken apart."""
    ours = {m.key: m for m in measures if any(column.startswith(GROUP) for column in m.where)}
    theirs = {key: score for key, score in stored.items() if any(c.startswith(GROUP) for c in score["where"])}
    names = {score["name"] for score in theirs.values()}
    return any(
        theirs[key]["n"] != measure.n if key in theirs else measure.name in names for key, measure in ours.items()
    )


def _holds_several(results: Results) -> bool:
    return any(results.frames.several(name) for name in results.frames.groups)


def _as_scored(measures: Measures, stored: Mapping[str, Any]) -> Measures:
    """The measures as the run took them: runs scored before gave what was counted an interval too, and judged by that."""
    said = ((measure.method, stored.get(measure.key)) for measure in measures if measure.counted)
    return measures.as_estimates() if any(score and score["method"] != method for method, score in said) else measures


def _as_taken(measures: Measures, stored: Mapping[str, Any], policy: Policy) -> tuple[Measures, int]:
    """The measures without those that came later than the run, and how many these are: it has none, and its policy asks for none."""
    has = {came_with(score["name"], Slice(score["where"])) for score in stored.values()}
    has |= {came_with(check.score, Slice()) for check in policy.checks} | {0}
    kept = tuple(m for m in measures if came_with(m.name, m.where) in has or _decides(policy, m))
    return replace(measures, measures=kept), len(measures) - len(kept)


def _decides(policy: Policy, measure: Measure) -> bool:
    from audit.score.matching import matching

    return any(matching(check, [measure]) for check in policy.checks)


def scored_by_another(provenance: Mapping[str, Any] | None) -> str:
    """Which Assay scored a run, where its provenance names another version or commit than this one; else nothing."""
    here = this_assay()
    said = part(provenance, "environment", "assay")
    if all(not said.get(name) or not here.get(name) or said[name] == here[name] for name in ("version", "commit")):
        return ""
    commit = said.get("commit")
    return tr_later(f"Assay {said.get('version') or 'of an unknown version'!s:.20}") + (
        f", commit {commit!s:.12}" if commit else ""
    )


@dataclass
class Worded:
    """How many scores and findings of a run are said otherwise than by this Assay, where another scored it."""

    other: bool
    scores: int = 0
    findings: int = 0


def _scores(stored: Mapping[str, Any], fresh: dict[str, dict[str, Any]], worded: Worded) -> list[str]:
    before_label_sets(stored, fresh)
    faults = [
        tr_later(f"the score {key} is stored, but the records do not give it") for key in stored if key not in fresh
    ]
    faults += [tr_later(f"the records give a score {key} that is not stored") for key in fresh if key not in stored]
    for key in stored.keys() & fresh.keys():
        _untold(fresh[key], stored[key])
        worded.scores += settle(fresh[key], stored[key], other=worded.other)
        faults += [
            _difference(key, name, stored[key], fresh[key])
            for name in fresh[key]
            if stored[key].get(name) != fresh[key][name]
        ]
    return sorted(faults)


def _untold(fresh: dict[str, Any], stored: Mapping[str, Any]) -> None:
    """Take from a score what those judged before did not say: which registered probes it is about."""
    if not stored.get("registered"):
        fresh["registered"] = []


def _findings(
    store: Store, run: Run, measures: Measures, level: float, worded: Worded, noted: Callable[[str], None]
) -> Iterator[str]:
    """What the run's own policy finds on these measures, beside what is stored."""
    from audit.score.checks import applies
    from audit.score.findings import find, verdict
    from audit.score.policy import kept_policy

    policy = kept_policy(run.policy)
    stored = store.findings(run.id)
    senseless = any(not applies(finding.score.definition, run.task) for finding in stored)  # earlier Assays held them
    measures, open_ = _with_baseline(store, run, measures, policy, stored)
    results = Results(store, run)
    unread = without_its_table(stored, results)
    measures = with_slices(results, measures, policy, known=unread.values())
    fresh = tuple(find(measures, policy, level=level, task=None if senseless else run.task))
    fresh = tuple({**open_, **unread}.get(finding.id, finding) for finding in fresh)
    if open_:
        noted(tr_later(f"{len(open_)} findings are against run {policy.baseline:.40}, which is not here"))
    if unread:
        noted(tr_later(f"{len(unread)} findings are on slices by columns of a table whose file is not here"))
    if run.verdict != verdict(fresh):
        yield tr_later(f"the verdict is stored as {run.verdict}, the records give {verdict(fresh)}")
    ours, theirs = ({finding.id: to_dict(finding) for finding in some} for some in (fresh, stored))
    for name in ours.keys() & theirs.keys():
        _untold(ours[name]["score"], theirs[name]["score"])
    for name in sorted(ours.keys() ^ theirs.keys()):
        yield tr_later(
            f"the finding {name} is {'missing' if name in ours else 'stored, but the records do not give it'}"
        )
    for name in sorted(ours.keys() & theirs.keys()):
        settle(ours[name]["score"], theirs[name]["score"], other=worded.other)
        worded.findings += settle(ours[name], theirs[name], other=worded.other)
        for field in sorted(key for key in ours[name] if ours[name][key] != theirs[name].get(key)):
            said, right = theirs[name].get(field), ours[name][field]
            yield tr_later(
                f"the {field} of the finding {name} is stored as {said!s:.80}, the records give {right!s:.80}"
            )


def _with_baseline(
    store: Store, run: Run, measures: Measures, policy: Policy, stored: Iterable[Finding]
) -> tuple[Measures, dict[str, Finding]]:
    """The measures with those that hold the run against its baseline; where that is not here, such findings as they are stored."""
    from audit.results.against_baseline import against, not_compared
    from audit.score.findings import CHECK
    from audit.score.losses import stand_in

    if not policy.relative:
        return measures, {}
    if not policy.baseline:  # there was none when the run was judged
        return not_compared(measures, policy), {}
    found = against(store, run, measures, policy)
    if found is not None:
        return found, {}
    ids = tuple(f"{CHECK}{check.id}:" for check in policy.checks if check.margin is not None)
    theirs = {finding.id: finding for finding in stored if finding.id.startswith(ids)}
    return replace(measures, measures=(*measures.measures, *map(stand_in, theirs.values()))), theirs


def _columns(store: Store, run_id: str) -> Iterator[str]:
    """Columns of stored records that do not follow from the records themselves."""
    run = store.run(run_id)
    texts = {row["row_id"]: row for row in store.stored_rows(run_id)}
    names = {probe.probe: probe.name for probe in store.probes(run_id)}
    for stored in store.stored_records(run_id):
        where = tr_later(f"the record of row {stored['row_id']} by {stored['probe']}")
        row = texts.get(stored["row_id"])
        of_sample = stored["kind"] in STORED and STORED[stored["kind"]].scope == "sample"
        if row is None and not of_sample:
            yield tr_later(f"{where} is of a row that the run does not have")
            continue
        try:
            record = record_of(stored["kind"], stored["payload"], stored["probe"])
            fresh = stored_row(record, row["label"] if row else None, run.task)
            data = json.loads(stored["payload"])
            if is_old_record(data):  # its digest is of the form it was written in
                fresh["digest"] = digest(data)
        except (KeyError, ValueError, RecursionError):
            yield tr_later(f"{where} is not what a record of its kind is, and cannot be read")
            continue
        yield from (f"{where} {fault}" for fault in check_record(record, run.task))
        if row is not None:
            for what in ("text", "pair", "label"):
                if getattr(record, what, row[what]) != row[what]:
                    yield tr_later(f"{where} is about another {what} than the row's")
        called_alike = stored["kind"] == "prediction"  # whoever asks
        if not called_alike and record.name != names.get(stored["probe"]):
            yield tr_later(f"{where} calls its probe {record.name:.60}")
        if of_sample and not texts.keys() >= set(getattr(record, "rows", ())):
            yield tr_later(f"{where} rests on a row that the run does not have")
        if run.task.several and _same(former_confidence(record), stored["confidence"]):
            fresh["confidence"] = stored["confidence"]
        for name in (key for key in fresh if key != "payload" and not _same(fresh[key], stored[key])):
            yield tr_later(
                f"the column {name} of {where[4:]} is stored as {stored[name]!s:.60}, the record gives {fresh[name]!s:.60}"
            )


def _same(fresh: Any, stored: Any) -> bool:
    """Whether a column is what its record gives; runs of before have numbers with more digits than their records."""
    if isinstance(fresh, float) and isinstance(stored, float):
        return round(stored, 6) == fresh
    return bool(fresh == stored)


def _level(given: Any) -> float | None:
    return float(given) if isinstance(given, int | float) and 0 < given < 1 else None


def _first(faults: Iterable[str]) -> list[str]:
    """The first of many faults, and how many more there are."""
    found = list(faults)
    return found if len(found) <= SHOWN else [*found[:SHOWN], tr_later(f"{len(found) - SHOWN} more things differ")]


def _difference(key: str, name: str, stored: Mapping[str, Any], fresh: Mapping[str, Any]) -> str:
    return tr_later(
        f"the {name} of the score {key} is stored as {stored.get(name)!s:.80}, the records give {fresh[name]!s:.80}"
    )
