"""The parts of a report about the run itself: what it was, its data, and what it does not cover."""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from audit.kinds import KINDS
from audit.kinds.prediction import PREDICTION
from audit.report.model import DataFacts, LabelCount, Limit, ProbeFacts, RunFacts
from audit.results.judging import without_meaning
from audit.results.reading import Results
from audit.score.cut import cut_by_label
from audit.score.languages import mismatch_of, rows_of
from audit.scored import Finding
from audit.spec.suites import SUITES
from audit.store import Review, Run, RunProbe
from audit.strict_json import part
from audit.table.faults import without_flags
from audit.table_choices import TableChoices
from models.flags import typed


def rests_on(run: Run, findings: Iterable[Finding], reviews: Iterable[Review]) -> dict[str, str]:
    """Hashes of what a report rests on besides its look: the results, the policy, the judgements."""
    policy = {"policy": run.policy, "checks": [[f.id, f.threshold] for f in sorted(findings, key=lambda f: f.id)]}
    judged = sorted([r.probe, r.row_id, r.verdict, *filter(None, [r.label])] for r in reviews)
    return {"results": run.result_hash or "", "policy": _sha(policy), "reviews": _sha(judged)}


def run_facts(read: Results, findings: Sequence[Finding]) -> RunFacts:
    """Which run, on what, by whom, with which hashes."""
    run = read.run
    hashes = rests_on(run, findings, read.store.reviews(run.id))
    return RunFacts(
        id=run.id,
        name=run.name,
        suite=run.suite,
        status=run.status,
        date=run.finished_at or run.started_at or run.created_at,
        created_at=run.created_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
        who=run.who,
        verdict=run.verdict,
        note=run.note,
        error=run.error,
        imported=run.imported,
        origin=run.origin,
        reproducible=run.reproducible,
        seed=run.seed,
        level=run.level,
        model=run.model,
        model_fingerprint=run.model_fingerprint,
        labels=run.labels,
        table=run.table_name,
        table_fingerprint=run.table_fingerprint,
        rows_total=run.rows_total,
        rows_sampled=run.rows_sampled,
        rows_weight=int(read.rows["weight"].sum()) if len(read.rows) else 0,
        spec_hash=run.spec_hash,
        result_hash=run.result_hash,
        policy_hash=hashes["policy"],
        reviews_hash=hashes["reviews"],
        head=(run.identity or {}).get("head"),
        thresholds=tuple((run.identity or {}).get("thresholds") or ()),
        policy_chosen=run.policy_chosen,
    )


def probe_facts(read: Results) -> tuple[ProbeFacts, ...]:
    """Every probe of the spec, skipped ones with the reason."""
    counts = {p.probe: read.store.value_counts(read.run.id, p.probe, "status") for p in read.probes}
    return tuple(
        ProbeFacts(
            probe=p.probe,
            kind=p.kind,
            name=p.name,
            version=p.version,
            params=p.params,
            status=p.status,
            reason=p.reason,
            rows=p.rows,
            done=_done(p, sum(counts[p.probe].values())),
            errors=counts[p.probe].get("error", 0),
            stand_ins=read.stand_ins.get(p.probe, ()),
        )
        for p in read.probes
    )


def _suites(spec: Mapping[str, Any]) -> list[str]:
    """The options that name a run's behavioural suites; of one that does not come with Assay, the file it would be exported to."""
    parts: list[str] = []
    for probe in spec.get("probes") or ():
        params = probe.get("params") or {}
        if probe.get("kind") == "behaviour" and params.get("suite"):
            name = str(params["suite"])
            parts += ["--behaviour", f"{name}.toml" if params.get("content") else name]
            for label, meant in (params.get("labels") or {}).items():
                parts += ["--behaviour-map", f"{label}={meant}"]
    return parts


def _done(probe: RunProbe, records: int) -> int:
    """Rows a probe has seen: each by a record of its own, or all of them by the first about the sample."""
    whole = KINDS[probe.kind].scope == "sample"
    return probe.rows if whole and records else records


def data_facts(read: Results) -> DataFacts:
    """The audited rows: how many, how long, which labels."""
    rows, table = read.rows, read.table("labels")
    counted = {(line["kind"], line["label"]): int(line["rows"]) for line in table.to_dict("records")}
    kinds = set(table["kind"])
    names = list(read.run.labels) or sorted({str(label) for label in rows["label"].dropna()})
    lengths = rows["text"].str.len() if len(rows) else rows["text"]
    return DataFacts(
        rows=int(rows["weight"].sum()) if len(rows) else 0,
        texts=len(rows),
        labelled=int(rows.loc[rows["label"].notna(), "weight"].sum()) if len(rows) else 0,
        labels=tuple(
            LabelCount(
                label,
                counted.get(("data", label), 0) if "data" in kinds else None,
                counted.get(("model", label), 0) if "model" in kinds else None,
            )
            for label in names
        ),
        groups=read.groups,
        characters_median=float(lengths.median()) if len(rows) else 0.0,
        characters_longest=int(lengths.max()) if len(rows) else 0,
    )


def limits(read: Results, probes: Sequence[ProbeFacts]) -> tuple[Limit, ...]:
    """What this audit does not cover, most important first."""
    return (
        *_state(read),
        *_rows(read),
        *_probes(read, probes),
        *_kinds(read, probes),
        *_senseless(read.run),
        Limit("general"),
    )


def reproduce(read: Results) -> tuple[str, ...]:
    """The commands that make the run again and check it."""
    run, spec = read.run, read.run.spec
    sample = spec.get("sample") or {}
    table = spec.get("table") or {}
    if run.suite in SUITES:
        parts = ["python", "-m", "audit", "run", "--model", run.model, "--csv", run.table_name, "--suite", run.suite]
        parts += typed(TableChoices.of(table))
        reference = spec.get("reference") or {}
        parts += ["--reference", str(reference["name"])] if reference.get("name") else []
        parts += ["--reference-sheet", reference["sheet"]] if reference.get("name") and reference.get("sheet") else []
        if sample.get("n") is not None and sample["n"] != SUITES[run.suite].rows:
            parts += ["--limit", str(sample["n"])]
        parts += _suites(spec)
        parts += ["--seed", str(run.seed)]
    else:
        parts = ["python", "-m", "audit", "run", "--spec", "spec.json"]
    return shlex.join(parts), f"python -m audit verify {run.id} --replay 20"


def _state(read: Results) -> Iterator[Limit]:
    run = read.run
    if run.status != "finished":
        yield Limit("unfinished", {"status": run.status})
    if not run.reproducible:
        yield Limit("not_reproducible")
    if run.imported:
        yield Limit("imported", {"origin": run.origin})
    for warning in run.table_warnings:
        yield Limit("note", {"text": without_flags(warning)})
    if run.note:
        yield Limit("note", {"text": run.note})
    if run.error:
        yield Limit("note", {"text": run.error})


def _cut_more(read: Results) -> Iterator[Limit]:
    """Labels whose texts the model's limit cuts more often than the others', beyond chance."""
    table = cut_by_label(read.of_probes(read.planned(PREDICTION.name)), level=read.level)
    for line in table[(table["p_value"] < 1 - read.level) & (table["share"] > table["rest"])].to_dict("records"):
        yield Limit(
            "cut_more", {name: line[name] for name in ("label", "texts", "share", "low", "high", "rest", "p_value")}
        )


def _rows(read: Results) -> Iterator[Limit]:
    run, rows, told = read.run, read.rows, read.table("read_counts")
    audited, total = int(rows["weight"].sum()) if len(rows) else 0, run.rows_total
    if total is not None and audited < total:
        yield Limit("sample", {"rows": audited, "total": total})
    elif total is not None:
        yield Limit("all_rows", {"rows": audited})
    if audited > len(rows):
        yield Limit("duplicates", {"rows": audited, "texts": len(rows)})
    if len(rows) and rows["label"].isna().all():
        yield Limit("no_labels")
    elif len(rows) and rows["label"].isna().any():
        yield Limit("some_unlabelled", {"rows": int(rows.loc[rows["label"].isna(), "weight"].sum())})
    if told["truncated"].sum():
        yield Limit("truncated", {"rows": int(told["truncated"].iloc[0]), "limit": int(told["limit"].iloc[0])})
        yield from _cut_more(read)
    foreign = mismatch_of(run.provenance)
    if foreign.rows:
        named = {"languages": " ".join(foreign.languages), "known": " ".join(foreign.known)}
        yield Limit("foreign_rows", {"rows": foreign.rows, "of": audited, **named})
    if 0 < audited < 100:
        yield Limit("few_rows", {"rows": audited})


def _probes(read: Results, probes: Sequence[ProbeFacts]) -> Iterator[Limit]:
    for probe in probes:
        named = {"probe": probe.probe, "name": probe.name}
        if probe.status == "skipped":
            yield Limit("skipped", {**named, "reason": probe.reason})
        if probe.errors:
            yield Limit("errors", {**named, "rows": probe.errors, "of": probe.done})
        if probe.status != "skipped" and probe.done < probe.rows:
            yield Limit("missing", {**named, "rows": probe.rows - probe.done, "of": probe.rows})
        if probe.stand_ins:
            yield Limit("stand_in", {**named, "resources": "; ".join(probe.stand_ins)})
        left = _left_out(read, probe)
        if left:
            yield Limit(
                "other_language",
                {**named, "rows": sum(left.values()), "of": len(read.rows), "languages": " ".join(left)},
            )
        if 0 < probe.rows < len(read.rows) - sum(left.values()):
            yield Limit("part", {**named, "rows": probe.rows, "of": len(read.rows)})


def _left_out(read: Results, probe: ProbeFacts) -> dict[str, int]:
    """Language -> texts that a probe left out for not knowing it."""
    return rows_of(part(read.run.provenance, "table", "language"), "left_out", probe.probe)


def _kinds(read: Results, probes: Sequence[ProbeFacts]) -> Iterator[Limit]:
    ran = {probe.kind for probe in probes if probe.status != "skipped" and probe.done}
    for kind in KINDS.values():
        if kind.probes and not kind.always and kind.name not in ran:
            yield Limit(f"no_{kind.name}")
    attacks = read.table("attack_counts")
    for line in attacks[attacks["status"] == "out_of_budget"].sort_values("probe").to_dict("records"):
        if line["rows"]:
            named = {"probe": str(line["probe"]), "name": str(line["name"])}
            yield Limit("out_of_budget", {**named, "rows": int(line["rows"])})
    if (attacks["status"] == "success").any() and not read.reviews:
        yield Limit("unreviewed")
    explained = read.table("explained_counts")
    if unsettled := int(explained["unsettled"].sum()):
        yield Limit("not_converged", {"rows": unsettled, "of": int(explained["records"].sum())})
    if "attack" in ran or "perturbation" in ran:
        yield Limit("other_attacks")


def _senseless(run: Run) -> Iterator[Limit]:
    """Checks of the policy that mean nothing for the model's answers."""
    for check in without_meaning(run):
        kind = "left_out_of_several" if run.task.several else "left_out_of_one"
        yield Limit(kind, {"score": check.score, "check": check.id})


def _sha(data: Any) -> str:
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
