"""The parts of a report about predictions: how sure they are, what is taken for what, and rows that are wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from audit.kinds import all_of
from audit.records import Prediction
from audit.report.caps import MATRIX, Caps
from audit.report.model import Confusion, Evidence, ReliabilityBin, RiskPoint
from audit.results.reading import Results


def reliability(source: Results, _caps: Caps) -> tuple[ReliabilityBin, ...]:
    """Rows of similar confidence, the least confident first."""
    return tuple(
        ReliabilityBin(r["confidence"], r["accuracy"], r["low"], r["high"], int(r["n"]))
        for r in source.table("reliability").to_dict("records")
    )


def risk(source: Results, _caps: Caps) -> tuple[RiskPoint, ...]:
    """How often the surest answers are wrong, from few of them to all."""
    return tuple(
        RiskPoint(r["answered"], r["error"], r["low"], r["high"], r["confidence"], int(r["n"]))
        for r in source.table("risk").to_dict("records")
    )


def confusion(source: Results, caps: Caps) -> tuple[Confusion, ...]:
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


def wrong_rows(source: Results, caps: Caps) -> tuple[Evidence, ...]:
    """Rows that the model has wrong, the surest first."""
    return tuple(evidence(source, _wrong(source, caps.wrong)).values())


def _wrong(source: Results, at_most: int) -> list[str]:
    if not at_most:
        return []
    p = source.frames.predictions
    wrong = p[p["correct"] == 0].sort_values(["confidence", "row_id"], ascending=[False, True], kind="stable")
    return list(wrong["row_id"].head(at_most))


def evidence(source: Results, row_ids: Iterable[str]) -> Mapping[str, Evidence]:
    """Row id -> the row and what the model made of it; ids of no row are left out."""
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
