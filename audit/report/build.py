"""`build_report`: from a stored run to a `Report`. Reads the store once; runs no model, computes no new score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from audit.errors import UnknownName
from audit.records import Finding, Score
from audit.report import attacked, explained, facts
from audit.report.limits import CAPS, Caps
from audit.report.model import (
    PRESETS,
    SCHEMA_VERSION,
    Confusion,
    DefinitionText,
    Evidence,
    Preset,
    ReliabilityBin,
    Report,
)
from audit.report.reading import Reading, read
from audit.report.strings import strings
from audit.score.calibration import reliability
from audit.score.definitions import define
from audit.score.performance import confusion
from audit.store import Store

SEVERITIES = {"critical": 0, "high": 1, "medium": 2, "low": 3}
VERDICTS = {"FAIL": 0, "INCONCLUSIVE": 1, "PASS": 2}


def build_report(
    store: Store, run_id: str, preset: Preset = "full", *, language: str = "en", caps: Caps | None = None
) -> Report:
    """Gather everything a report says about a run.

    Args:
        store: where the run is; run_id: id, unique prefix or `latest`.
        preset: executive, full or technical: how much of it.
        language: of the words around the numbers.
        caps: how many of each; default: the preset's.

    Raises:
        UnknownName: no such run, preset or language.
    """
    if preset not in PRESETS:
        raise UnknownName("report preset", preset, PRESETS)
    strings(language)
    caps = caps or CAPS[preset]
    source = read(store, store.resolve(run_id))
    return _assemble(source, preset, language, caps)


def _assemble(source: Reading, preset: Preset, language: str, caps: Caps) -> Report:
    run = source.run
    findings = sorted(source.store.findings(run.id), key=_rank)
    scores = source.store.scores(run.id)
    probes = facts.probe_facts(source)
    level = float(run.spec.get("level", 0.95))
    bins = reliability(source.frames, level=level)
    wrong = _wrong(source, caps.wrong)
    pointed = [row_id for finding in findings for row_id in finding.evidence[: caps.evidence]]
    return Report(
        schema=SCHEMA_VERSION,
        preset=preset,
        language=language,
        run=facts.run_facts(source, findings),
        findings=tuple(findings),
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
        evidence=_evidence(source, pointed),
        spec=dict(run.spec),
        policy=run.policy,
        provenance=dict(run.provenance or {}),
        reproduce=facts.reproduce(source),
    )


def trimmed(report: Report, preset: Preset) -> Report:
    """The same facts under another preset's name (for a preview); nothing is added."""
    return replace(report, preset=preset)


def _rank(finding: Finding) -> tuple[int, int, str]:
    return VERDICTS.get(finding.verdict, 3), SEVERITIES.get(finding.severity, 4), finding.id


def _definitions(scores: Iterable[Score], findings: Iterable[Finding]) -> tuple[DefinitionText, ...]:
    keys = dict.fromkeys([s.definition for s in scores] + [f.score.definition for f in findings])
    made = []
    for key in keys:
        d = define(key)
        made.append(DefinitionText(d.key, d.title, d.text, d.source, d.family, d.direction, d.unit, d.version))
    return tuple(made)


def _confusion(source: Reading, caps: Caps) -> tuple[Confusion, ...]:
    """Every pair of classes with rows when there are few classes, else the pairs confused most."""
    table = confusion(source.frames)
    if len(source.run.labels) > 20:
        table = table[table["true"] != table["predicted"]]
        table = table.sort_values(["rows", "share", "true", "predicted"], ascending=[False, False, True, True])
        table = table.head(caps.confusions)
    return tuple(
        Confusion(str(r["true"]), str(r["predicted"]), int(r["rows"]), float(r["share"]))
        for r in table.to_dict("records")
    )


def _wrong(source: Reading, at_most: int) -> list[str]:
    p = source.frames.predictions
    wrong = p[p["correct"] == 0].sort_values(["confidence", "row_id"], ascending=[False, True], kind="stable")
    return list(wrong["row_id"].head(at_most))


def _evidence(source: Reading, row_ids: Iterable[str]) -> Mapping[str, Evidence]:
    p = source.frames.predictions.set_index("row_id")
    found: dict[str, Evidence] = {}
    for row_id in dict.fromkeys(row_ids):
        example = source.examples.get(row_id)
        if example is None:
            continue
        known = row_id in p.index and not p.loc[row_id, "error"]
        found[row_id] = Evidence(
            row_id=row_id,
            text=example.text if example.pair is None else f"{example.text} ‖ {example.pair}",
            label=example.label,
            predicted=str(p.loc[row_id, "predicted"]) if known else None,
            confidence=float(p.loc[row_id, "confidence"]) if known else None,
        )
    return found
