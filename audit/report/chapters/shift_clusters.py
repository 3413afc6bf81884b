"""Shift: the clusters of both tables taken together, and those whose shares make the difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from audit.language.printable import printable
from audit.report import naming as w
from audit.report.blocks import Block, Cell, Column, Table, Text
from audit.report.caps import Caps
from audit.report.model import ClusterFacts, Report
from audit.report.strings import Strings
from audit.results.clustered import cluster_name
from audit.score.shift.distributions import FALSE
from audit.scored import Score

NAME = 60
TOLD = 4
"""Clusters whose rows are shown, those that differ most."""


def cluster_blocks(report: Report, say: Strings, caps: Caps) -> Iterator[Block]:
    """What is told of them; nothing where a table has no places."""
    scores = _scores(report.scores)
    if not scores:
        return
    names = {one.number: printable(cluster_name(one.number, one.words), NAME) for one in report.clusters}
    yield Text(say("shift.clusters_intro", found=sum(map(_holds, scores)), looked=len(scores)))
    columns = (
        Column(say("shift.cluster"), width=2.2), Column(say("shift.reference"), "right", 1.4), Column(say("shift.audited"), "right", 1.4),
        Column(say("shift.difference"), "right", 2.2), Column(say("shift.p"), "right", 0.8), Column(say("shift.n"), "right", 0.7),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(names.get(_number(score), str(_number(score))), strong=_holds(score)), Cell(w.noted_share(score, "reference", say)),
            Cell(w.noted_share(score, "audited", say)), Cell(w.with_range(score, say)),
            Cell(say.numbers.p_value(w.noted_number(score, "p") or 0.0)), Cell(say.numbers.count(score.n)),
        )
        for score in scores
    )  # fmt: skip
    yield Table(columns, rows, say("shift.clusters_caption"), small=True)
    yield from _rows(report, say, caps, names)


def told_rows(scores: Iterable[Score], clusters: Iterable[ClusterFacts]) -> list[tuple[int, tuple[str, ...]]]:
    """The clusters that make the difference with the rows that are shown of each, those that differ most first."""
    known = {one.number: one.row_ids for one in clusters}
    return [(number, known.get(number, ())) for number in differing(scores)[:TOLD]]


def differing(scores: Iterable[Score]) -> list[int]:
    """The clusters whose shares differ beyond chance, those that differ most first."""
    return list(map(_number, sorted(filter(_holds, _scores(scores)), key=lambda score: -abs(score.value or 0.0))))


def _rows(report: Report, say: Strings, caps: Caps, names: dict[int, str]) -> Iterator[Block]:
    told = [
        (number, report.evidence[row])
        for number, ids in told_rows(report.scores, report.clusters) for row in ids if row in report.evidence
    ]  # fmt: skip
    if not told:
        return
    columns = (
        Column(say("shift.cluster"), width=1.6),
        Column(say("explanations.text"), width=4.2),
        Column(say("classes.true"), width=1.2),
        Column(say("classes.predicted"), width=1.5),
    )
    rows = tuple(
        (
            Cell(names.get(number, str(number))), Cell(printable(e.text, caps.excerpt)), Cell(w.answer(e.label, report.run.task, say, 60)),
            Cell(f"{w.answer(e.predicted, report.run.task, say, 60)} ({say.numbers.share(e.confidence or 0.0)})"),
        )
        for number, e in told
    )  # fmt: skip
    yield Table(columns, rows, say("shift.cluster_rows"), small=True)


def _scores(scores: Iterable[Score]) -> list[Score]:
    found = [score for score in scores if score.name == "cluster_shift" and score.value is not None]
    return sorted(found, key=_number)


def _number(score: Score) -> int:
    return int(score.where["cluster"] or 0)


def _holds(score: Score) -> bool:
    """Whether the shares differ, after correction for all clusters."""
    p = w.noted_number(score, "p")
    return p is not None and p <= FALSE
