"""Changes after which the answer should move: what was tried, how often it stayed, and rows to read."""

from __future__ import annotations

from audit.report import naming as w
from audit.report.blocks import Block, Cell, Column, Example, Section, Table, Text
from audit.report.caps import Caps
from audit.report.chapters.chapter import Chapter
from audit.report.chapters.robustness import before_and_after
from audit.report.model import DirectionFacts, Report, Stay
from audit.report.strings import Strings
from audit.results.part import OfRows
from audit.score.direction import FALL
from audit.scored import Score

SCORE = "direction_failure"


def direction(report: Report, say: Strings, caps: Caps) -> Section | None:
    """The chapter; None where nothing of the kind was tried."""
    if not report.directions:
        return None
    blocks: list[Block] = [Text(say("direction.intro", fall=say.numbers.setting(FALL, "points")))]
    blocks += [Text(_found(one, report, say)) for one in report.directions]
    tried = [one for one in report.directions if one.changed]
    if tried:
        blocks.append(_table(tried, report, say))
    examples = [_example(one, stay, report, say, caps) for one in tried for stay in one.examples[: caps.flips]]
    return Section(
        "direction", say("direction.title"), (*blocks, *examples), folded=_found(_worst(report), report, say)
    )


def _worst(report: Report) -> DirectionFacts:
    """The change after which the answer stays most often; the first where none was made."""
    scores = {one.probe: _score(one, report) for one in report.directions}
    shares = {probe: score.value for probe, score in scores.items() if score is not None and score.value is not None}
    return max(report.directions, key=lambda one: shares.get(one.probe, -1.0))


def _found(one: DirectionFacts, report: Report, say: Strings) -> str:
    score = _score(one, report)
    if score is None or score.value is None:
        return say("direction.nothing", probe=w.probe_name(one), n=one.rows)
    return say("direction.found", probe=w.probe_name(one), n=one.changed, **w.parts(score, say))


def _score(one: DirectionFacts, report: Report) -> Score | None:
    return next((score for score in report.scores if score.name == SCORE and score.probe == one.probe), None)


def _table(tried: list[DirectionFacts], report: Report, say: Strings) -> Table:
    columns = (
        Column(say("direction.change"), width=1.6),
        Column(say("direction.rows"), "right"),
        Column(say("direction.changed"), "right"),
        Column(say("direction.stayed"), "right"),
        Column(say("direction.share"), "right", 1.6),
    )
    rows = []
    for one in tried:
        score = _score(one, report)
        share = (
            Cell(say.numbers.number(score.value), second=w.between(score, say))
            if score is not None and score.value is not None
            else Cell(say.numbers.none)
        )
        counts = (Cell(say.numbers.count(n)) for n in (one.rows, one.changed, one.stayed))
        rows.append((Cell(w.probe_name(one), strong=True), *counts, share))
    return Table(columns, tuple(rows), say("direction.caption"), small=True)


def _example(one: DirectionFacts, stay: Stay, report: Report, say: Strings, caps: Caps) -> Example:
    share = say.numbers.share
    title = say(
        "direction.example", probe=w.probe_name(one), answer=w.answer(stay.answer, report.run.task, say, 40),
        before=share(stay.confidence), after=share(stay.after_confidence),
    )  # fmt: skip
    return Example(title, w.of_row(stay.row_id, say), before_and_after(stay.edits, say, caps.text))


OF_ROWS = OfRows(
    ("direction",),
    scores=("audit.score.direction:direction",),
    facts=("directions",),
)
DIRECTION = Chapter("direction", direction, on="robustness", of_rows=OF_ROWS)
