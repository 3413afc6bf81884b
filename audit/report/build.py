"""`build_report`: from a stored run to a `Report`. Reads the store once; runs no model, computes no new score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from itertools import chain
from typing import Any

from audit.errors import UnknownName
from audit.kinds import load, report_facts
from audit.language.saying import word
from audit.language.sentences import sentences
from audit.language.translating import tr_key
from audit.report import facts
from audit.report.caps import CAPS, Caps
from audit.report.changed_rows import changed_rows
from audit.report.chapters import chapters
from audit.report.chapters.chapter import Chapter
from audit.report.model import (
    PRESETS,
    SCHEMA_VERSION,
    DefinitionText,
    NoteFacts,
    Preset,
    Report,
)
from audit.report.pointed import pointed
from audit.report.predicted import evidence
from audit.report.strings import strings
from audit.results.collecting import what_to_collect
from audit.results.part import Part
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


def build_part(part: Part, told: Iterable[Chapter], *, language: str = "en", caps: Caps) -> Report:
    """What some chapters say of some rows of a run: no verdict, no finding, no policy, which are of all of them.

    Args:
        part: the rows, with their scores; told: chapters that can be told of rows (`Chapter.of_rows`).
        language, caps: as in `build_report`.
    """
    known, of_rows = report_facts(), [one.of_rows for one in told if one.of_rows is not None]
    wanted = dict.fromkeys(name for one in of_rows for name in one.facts)
    report = _report(part, "full", language, caps, {name: load(known[name])(part, caps) for name in wanted})
    return replace(report, run=replace(report.run, verdict=None), policy=None)


def _assemble(source: Results, preset: Preset, language: str, caps: Caps) -> Report:
    findings = tuple(in_order(source.findings))
    shown = [row_id for finding in findings for row_id in finding.evidence[: caps.evidence]]
    told = [one for one in chapters() if one.executive or preset != "executive"]
    chosen = {one.name: tuple(one.rows(source, caps)) for one in told if one.rows is not None}
    told_by_kinds = {name: load(path)(source, caps) for name, path in report_facts().items()}
    report = _report(source, preset, language, caps, told_by_kinds)
    return replace(
        report,
        limits=facts.limits(source, report.probes),
        evidence=evidence(source, [*shown, *chain.from_iterable(chosen.values())]),
        chosen=chosen,
        pointed=pointed(source, findings, caps.evidence),
        collect={} if preset == "executive" else _collect(source, findings),
    )


def _report(source: Results, preset: Preset, language: str, caps: Caps, told_by_kinds: Mapping[str, Any]) -> Report:
    """What every report holds, and what was gathered of the records; what it holds of rows to read comes on top."""
    run, findings, scores = source.run, tuple(in_order(source.findings)), source.scores
    nothing = dict.fromkeys(report_facts(), ())
    return Report(
        schema=SCHEMA_VERSION,
        preset=preset,
        language=language,
        run=facts.run_facts(source, findings),
        findings=findings,
        scores=scores,
        definitions=_definitions(scores, findings),
        probes=facts.probe_facts(source),
        limits=(),
        data=facts.data_facts(source),
        model_card=dict(run.model_card or {}),
        evidence={},
        spec=dict(run.spec),
        policy=run.policy,
        provenance=dict(run.provenance or {}),
        reproduce=facts.reproduce(source),
        changed_rows=changed_rows(source, caps.changed),
        **{**nothing, **told_by_kinds},
    )


def _collect(source: Results, findings: Iterable[Finding]) -> dict[str, str]:
    """What to collect for each finding of which that can be said, in the language spoken."""
    return {name: word(said) for name, said in what_to_collect(source, findings).items()}


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
