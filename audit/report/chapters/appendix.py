"""The appendix: definitions, configuration, hashes, versions, how to reproduce, glossary; and the sign-off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from audit.language.printable import code, printable
from audit.language.verdicts import of_finding
from audit.report import naming as w
from audit.report.blocks import Block, Cell, Column, Definitions, Facts, Section, Table, Text
from audit.report.caps import Caps
from audit.report.chapters.chapter import Chapter
from audit.report.model import Report
from audit.report.strings import Strings
from audit.strict_json import dumps, part

DECIDING = (
    "torch",
    "transformers",
    "tokenizers",
    "peft",
    "captum",
    "textattack",
    "numpy",
    "scipy",
    "pandas",
    "typst",
)


def appendix(report: Report, say: Strings, _caps: Caps) -> Section:
    """Everything needed to check the numbers and to make them again."""
    parts = (
        Section("definitions", say("appendix.definitions"), tuple(_definitions(report, say))),
        Section("configuration", say("appendix.configuration"), tuple(_configuration(report, say))),
        Section("hashes", say("appendix.hashes"), tuple(hashes(report, say))),
        Section("software", say("appendix.versions"), tuple(_versions(report, say))),
        Section("reproduce", say("appendix.reproduce"), tuple(_reproduce(report, say))),
        Section("glossary", say("appendix.glossary"), (_glossary(say),)),
    )
    return Section("appendix", say("appendix.title"), (), parts, page=True)


def hashes(report: Report, say: Strings) -> Iterator[Block]:
    """Every hash, and what they cover."""
    run = report.run
    named = (
        ("result_hash", run.result_hash), ("spec_hash", run.spec_hash), ("policy_hash", run.policy_hash),
        ("reviews_hash", run.reviews_hash), ("model_fingerprint", run.model_fingerprint),
        ("table_fingerprint", run.table_fingerprint),
    )  # fmt: skip
    yield Facts(tuple((say(f"appendix.{name}"), value or say("common.unknown")) for name, value in named), code=True)
    yield Text(say("appendix.hash_note"), "small")


def _definitions(report: Report, say: Strings) -> Iterator[Block]:
    yield Text(say("appendix.definitions_intro"))
    yield Definitions(tuple((d.title, d.text, d.source) for d in report.definitions))


def _configuration(report: Report, say: Strings) -> Iterator[Block]:
    yield Text(say("appendix.configuration_intro"))
    spec = {key: value for key, value in report.spec.items() if key not in ("probes", "policy")}
    yield Facts(tuple(_flat(spec)))
    columns = (
        Column(say("scope.probe"), width=1.6),
        Column(say("scope.kind"), width=1.1),
        Column(say("appendix.configuration"), width=4.2),
    )
    rows = tuple(
        (Cell(w.probe_name(p), strong=True), Cell(w.kind_name(p.kind, say)), Cell(printable(_line(p.params), 900)))
        for p in report.probes
    )
    yield Table(columns, rows, small=True)
    yield from _policy(report, say)


def _policy(report: Report, say: Strings) -> Iterator[Block]:
    """The thresholds as a table, the rest of the policy as lines."""
    if not report.policy:
        yield Facts(((say("appendix.policy"), say("appendix.policy_default")),))
        return
    rest = {key: value for key, value in report.policy.items() if key not in ("check", "pattern")}
    yield Facts(tuple((f"{say('appendix.policy')}, {name}", value) for name, value in _flat(rest)))
    columns = (
        Column(say("findings.check"), width=2.2), Column(say("scores.score"), width=2.4), Column(say("scores.probe"), width=1.0),
        Column(say("findings.threshold"), "right", 1.2), Column(say("appendix.severity"), width=0.9),
    )  # fmt: skip
    rows = []
    for kind in ("check", "pattern"):
        for entry in report.policy.get(kind) or ():
            low, high = entry.get("min"), entry.get("max")
            limits = [say("findings.at_least", value=low)] if low is not None else []
            limits += [say("findings.at_most", value=high)] if high is not None else []
            name = str(entry.get("id", ""))
            shown = name if kind == "check" else f"{name} ({of_finding(None, decides=False).lower()})"
            cells = (
                shown,
                entry.get("score", ""),
                entry.get("probe", ""),
                ", ".join(limits),
                entry.get("severity", ""),
            )
            rows.append(tuple(Cell(printable(str(cell), 120)) for cell in cells))
    yield Table(columns, tuple(rows), small=True)


def _versions(report: Report, say: Strings) -> Iterator[Block]:
    environment = part(report.provenance, "environment")
    libraries, assay = part(environment, "libraries"), part(environment, "assay")
    memory = environment.get("memory_bytes")
    pairs = [
        (say("appendix.assay"), assay.get("version")),
        (say("appendix.commit"), assay.get("commit")),
        (say("appendix.python"), environment.get("python")),
        *((name, libraries.get(name)) for name in DECIDING),
        (say("appendix.machine"), environment.get("platform")),
        (say("appendix.cpu"), environment.get("cpu")),
        (say("appendix.memory"), say.numbers.size(memory) if memory else None),
        (say("appendix.gpu"), environment.get("gpu")),
    ]
    known = tuple((name, code(str(value), 200)) for name, value in pairs if value)
    yield Facts(known, columns=2) if known else Text(say("common.unknown"))
    yield Text(say("appendix.versions_note"), "small")


def _reproduce(report: Report, say: Strings) -> Iterator[Block]:
    yield Text(say("appendix.reproduce_intro"))
    for command in report.reproduce:
        yield Text(code(command), "code")
    if report.run.result_hash:
        yield Text(say("appendix.reproduce_check", hash=report.run.result_hash[:16]))


def _glossary(say: Strings) -> Definitions:
    entries = []
    for text in say.under("glossary.entries").values():
        term, _, meaning = text.partition("|")
        entries.append((term.strip(), meaning.strip(), ""))
    return Definitions(tuple(entries))


def _flat(data: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in data.items():
        if value is None or value in ("", {}, [], ()):
            continue
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{name}.")
        else:
            yield printable(name, 120), code(_line(value), 400)


def _line(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return ", ".join(f"{k} = {dumps(v, ensure_ascii=False)}" for k, v in value.items()) or "–"
    return dumps(value, ensure_ascii=False)


APPENDIX = Chapter("appendix", appendix, on="")
