"""What a report holds of labels: rows that the model contradicts, near duplicates, rows of the reference table, and judgements."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from audit.language.saying import word
from audit.records import Example
from audit.report.caps import Caps
from audit.report.model.labels import Between, Doubted, LabelFacts, NearPair, NearText, Shared
from audit.results.corrected import BOTH, corrected_scores, wrong_of_judged
from audit.results.reading import Results
from audit.said import Said
from audit.score.labels.reference import shared_rows


def label_facts(read: Results, caps: Caps) -> tuple[LabelFacts, ...]:
    """The one such fact of a finished run; none of a run whose table has no labels, or that is not over."""
    if read.run.status != "finished" or not len(read.rows) or read.rows["label"].isna().all():
        return ()
    [state] = read.table("label_state").to_dict("records")
    both = corrected_scores(read)
    return (
        LabelFacts(
            reason=word(Said.read(json.loads(state["reason"]))) if state["reason"] else "",
            told=bool(state["told"]),
            rows=int(state["rows"]),
            outside=int(state["outside"]),
            doubted=tuple(_doubted(read, caps.doubted)),
            pairs=tuple(_pairs(read, caps.doubted)),
            between=tuple(_between(read, caps.doubted)),
            shared=tuple(_shared(read, caps.doubted)),
            judged=tuple(sorted(Counter(one.verdict for one in read.label_verdicts.values()).items())),
            wrong=wrong_of_judged(read),
            raw=() if both is None else tuple(both.raw[name] for name in BOTH if name in both.raw),
            corrected=() if both is None else tuple(both.corrected[name] for name in BOTH if name in both.corrected),
        ),
    )


def text_of(example: Example) -> str:
    """The text of a row, its pair behind it."""
    return example.text if example.pair is None else f"{example.text} ‖ {example.pair}"


def _doubted(read: Results, at_most: int) -> Iterator[Doubted]:
    for line, example in _known(read, read.table("label_suspects").head(at_most).to_dict("records")):
        judged = read.label_verdicts.get(example.row_id)
        yield Doubted(
            example.row_id, text_of(example), str(line["label"]), str(line["answer"]), float(line["given"]),
            float(line["confidence"]), int(line["seen"]), judged.verdict if judged else "", judged.label if judged else "",
        )  # fmt: skip


def _pairs(read: Results, at_most: int) -> Iterator[NearPair]:
    """Pairs with two labels, each once."""
    found = read.table("label_pairs")
    apart = found[(found["label"] != found["other_label"]) & (found["label"] != "") & (found["other_label"] != "")]
    once = apart[apart["row_id"] < apart["other"]].sort_values(
        ["alike", "row_id"], ascending=[False, True], kind="stable"
    )
    for line in once.head(at_most).to_dict("records"):
        one, other = read.examples.get(line["row_id"]), read.examples.get(line["other"])
        if one is not None and other is not None:
            yield NearPair(*(NearText(e.row_id, text_of(e), e.label, float(line["alike"])) for e in (one, other)))


def _between(read: Results, at_most: int) -> Iterator[Between]:
    for line, example in _known(read, read.table("label_ambiguous").head(at_most).to_dict("records")):
        yield Between(
            example.row_id, text_of(example), str(line["label"]), str(line["first"]), str(line["second"]), float(line["gap"]),
            int(line["others"]),
        )  # fmt: skip


def _shared(read: Results, at_most: int) -> Iterator[Shared]:
    for line, example in _known(read, shared_rows(read.run.provenance)[:at_most]):
        yield Shared(
            example.row_id, text_of(example), example.label, line.get("line"), float(line["alike"]), line.get("other")
        )


def _known(read: Results, lines: Iterable[Mapping[Any, Any]]) -> Iterator[tuple[Mapping[Any, Any], Example]]:
    for line in lines:
        example = read.examples.get(str(line["row_id"]))
        if example is not None:
            yield line, example
