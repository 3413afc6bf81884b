"""`build_report`: from a stored run to a `Report`. Reads the store once; runs no model, computes no new score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from itertools import chain

from audit.errors import UnknownName
from audit.kinds import all_of
from audit.language.sentences import sentences
from audit.language.translating import tr_key
from audit.records import Prediction
from audit.report import attacked, directed, explained, facts, triggers, versions
from audit.report.behaved import behaviours
from audit.report.caps import CAPS, MATRIX, Caps
from audit.report.changed_rows import changed_rows
from audit.report.chapters import chapters
from audit.report.model import (
    PRESETS,
    SCHEMA_VERSION,
    Confusion,
    DefinitionText,
    Evidence,
    NoteFacts,
    Preset,
    ReliabilityBin,
    Report,
)
from audit.report.pointed import pointed
from audit.report.strings import strings
from audit.results.reading import Results, read
from audit.score.definitions import define
from audit.score.ranking import in_order
from audit.scored import Finding, Score
from audit.store import Store
from models.telling import again


def build_report(
    store: Store,
    run_id: str,
    preset: Preset = "full",
    *,
    language: str = "en",
    caps: Caps | None = None,
    notes: bool = False,
) -> Report:
    """Gather everything a report says about a run.

    Args:
        store: where the run is; run_id: id, unique prefix or `latest`.
        preset: executive, full or technical: how much of it.
        language: of the words around the numbers.
        caps: how many of each; default: the preset's.
        notes: whether what people wrote about it goes along.

    Raises:
        UnknownName: no such run, preset or language.
    """
    if preset not in PRESETS:
        raise UnknownName("report preset", preset, PRESETS)
    strings(language)
    caps = caps or CAPS[preset]
    source = read(store, run_id)
    report = _assemble(source, preset, language, caps)
    if not notes:
        return report
    return replace(report, notes=tuple(NoteFacts(**asdict(note)) for note in store.notes(source.run.id)))


def _assemble(source: Results, preset: Preset, language: str, caps: Caps) -> Report:
    run = source.run
    findings, scores = tuple(in_order(source.findings)), source.scores
    probes = facts.probe_facts(source)
    bins = source.table("reliability")
    wrong = _wrong(source, caps.wrong)
    shown = [row_id for finding in findings for row_id in finding.evidence[: caps.evidence]]
    told = [one for one in chapters() if one.executive or preset != "executive"]
    chosen = {one.name: tuple(one.rows(source, caps)) for one in told if one.rows is not None}
    return Report(
        schema=SCHEMA_VERSION,
        preset=preset,
        language=language,
        run=facts.run_facts(source, findings),
        findings=findings,
        scores=scores,
        definitions=_definitions(scores, findings),
        probes=probes,
        limits=facts.limits(source, probes),
        data=facts.data_facts(source),
        model_card=dict(run.model_card or {}),
        recipes=attacked.recipes(source, caps),
        perturbations=attacked.perturbations(source, caps),
        methods=explained.methods(source),
        words=explained.words(source, caps),
        heatmaps=explained.heatmaps(source, caps),
        reliability=tuple(
            ReliabilityBin(r["confidence"], r["accuracy"], r["low"], r["high"], int(r["n"]))
            for r in bins.to_dict("records")
        ),
        confusion=_confusion(source, caps),
        wrong_rows=tuple(_evidence(source, wrong).values()),
        evidence=_evidence(source, [*shown, *chain.from_iterable(chosen.values())]),
        spec=dict(run.spec),
        policy=run.policy,
        provenance=dict(run.provenance or {}),
        reproduce=facts.reproduce(source),
        samples=facts.samples(source),
        behaviours=behaviours(source, caps),
        chosen=chosen,
        pointed=pointed(source, findings, caps.evidence),
        changed_rows=changed_rows(source, caps.changed),
        identities=versions.identities(source, caps),
        triggers=triggers.facts(source),
        directions=directed.directions(source, caps),
    )


def _definitions(scores: Iterable[Score], findings: Iterable[Finding]) -> tuple[DefinitionText, ...]:
    keys = dict.fromkeys([s.definition for s in scores] + [f.score.definition for f in findings])
    made = []
    for key in keys:
        d = define(key)
        title, text = _defined(key, "title", d.title), _defined(key, "text", d.text)
        made.append(DefinitionText(d.key, title, text, d.source, d.family, d.direction, d.unit, d.version))
    return tuple(made)


def _defined(key: str, part: str, english: str) -> str:
    """A part of a definition in the language spoken; one that is put together has no key of its own."""
    name = f"definition.{key}.{part}"
    return tr_key(name, sentences()[name]) if name in sentences() else again(english)


def _confusion(source: Results, caps: Caps) -> tuple[Confusion, ...]:
    """Every pair of classes with rows when there are few classes, else those of the classes that are confused most."""
    table = source.table("confusion")
    if len(source.run.labels) > MATRIX:
        wrong = table[table["true"] != table["predicted"]]
        wrong = wrong.sort_values(["rows", "share", "true", "predicted"], ascending=[False, False, True, True])
        chosen: dict[str, None] = {}
        for pair in zip(wrong["true"].head(caps.confusions), wrong["predicted"].head(caps.confusions), strict=True):
            if len(chosen.keys() | set(pair)) <= MATRIX:
                chosen |= dict.fromkeys(map(str, pair))
        table = table[table["true"].isin(chosen) & table["predicted"].isin(chosen)]
    return tuple(
        Confusion(str(r["true"]), str(r["predicted"]), int(r["rows"]), float(r["share"]))
        for r in table.to_dict("records")
    )


def _wrong(source: Results, at_most: int) -> list[str]:
    if not at_most:
        return []
    p = source.frames.predictions
    wrong = p[p["correct"] == 0].sort_values(["confidence", "row_id"], ascending=[False, True], kind="stable")
    return list(wrong["row_id"].head(at_most))


def _evidence(source: Results, row_ids: Iterable[str]) -> Mapping[str, Evidence]:
    wanted = list(dict.fromkeys(row_ids))
    if not wanted:
        return {}
    records = (r for probe in source.of_kind("prediction") for r in source.records(probe.probe, wanted).values())
    answers = [r for r in all_of(records, Prediction) if r.error is None]
    known = {r.row_id: (r.predicted or "", source.run.task.sure(r.probs)) for r in answers}
    found: dict[str, Evidence] = {}
    for row_id in wanted:
        example = source.examples.get(row_id)
        if example is not None:
            text = example.text if example.pair is None else f"{example.text} ‖ {example.pair}"
            predicted, confidence = known.get(row_id, (None, None))
            found[row_id] = Evidence(row_id, text, example.label, predicted, confidence)
    return found
