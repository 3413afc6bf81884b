"""When an answer may be trusted: from which confidence on, and which labels it may be where it is not sure."""

from __future__ import annotations

from collections.abc import Iterator

from audit.figures.spec import figure
from audit.language.printable import printable
from audit.report import naming as w
from audit.report.blocks import Block, Cell, Column, Figure, Section, Table, Text
from audit.report.caps import Caps
from audit.report.chapters.chapter import Chapter
from audit.report.model import Report
from audit.report.strings import Strings
from audit.results.part import OfRows
from audit.scored import Score


def confidence(report: Report, say: Strings, caps: Caps) -> Section | None:
    """The chapter, or None where nothing was measured."""
    answered = [score for score in report.scores if score.name == "answered_share"]
    covered = [score for score in report.scores if score.name == "set_coverage" and score.value is not None]
    if not answered and not covered:
        return None
    blocks: list[Block] = [*_promises(report, answered, say)]
    sections = (Section("sets", say("confidence.sets"), tuple(_sets(report, covered, say, caps))),) if covered else ()
    return Section("confidence", say("confidence.title"), tuple(blocks), sections)


def _promises(report: Report, answered: list[Score], say: Strings) -> Iterator[Block]:
    if not answered:
        return
    yield Text(say("confidence.intro"))
    known = [score for score in answered if score.value is not None]
    if not known:
        yield Text(say("confidence.too_few", why=printable(answered[0].note or "", 200)))
        return
    columns = (
        Column(say("confidence.wanted"), "right", 1.2), Column(say("confidence.threshold"), "right", 1.4),
        Column(say("confidence.answered"), "right", 2.0), Column(say("confidence.errors"), "right", 1.4),
        Column(say("confidence.n"), "right", 0.8),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(say("confidence.at_most", error=w.noted_share(score, "wanted", say)), strong=True),
            Cell(w.noted_share(score, "threshold", say)),
            Cell(w.with_range(score, say) if score.value else say("confidence.none")),
            Cell(w.noted_share(score, "error", say)), Cell(say.numbers.count(score.n)),
        )
        for score in known
    )  # fmt: skip
    yield Table(columns, rows, say("confidence.caption", level=say.numbers.level(report.run.level)), small=True)
    yield from _risk(report, say)


def _risk(report: Report, say: Strings) -> Iterator[Block]:
    """The curve of errors against answers, with its points in words."""
    if not report.risk:
        return
    columns = ("answered", "error", "low", "high", "confidence", "n")
    rows = [(p.answered, p.error, p.low, p.high, p.confidence, p.n) for p in report.risk]
    told = report.risk[:: max(1, len(report.risk) // 8)]
    items = "; ".join(
        say("confidence.risk_item", answered=say.numbers.share(p.answered), error=say.numbers.share(p.error))
        for p in told
    )
    spec = figure("risk", columns, rows, x=say("confidence.risk_x"), y=say("confidence.risk_y"))
    caption = say("confidence.risk_caption", level=say.numbers.level(report.run.level))
    yield Figure(spec, say("confidence.risk_alt", items=items), caption, 0.72, about="answered_share")


def _sets(report: Report, covered: list[Score], say: Strings, caps: Caps) -> Iterator[Block]:
    size = report.score("set_size")
    whole = next((score for score in covered if not score.where), None)
    if size is not None and size.value is not None and whole is not None:
        wanted = w.noted_number(whole, "wanted")
        yield Text(
            say(
                "confidence.sets_intro", wanted=say.numbers.share(wanted or 0.0), least=w.noted_share(whole, "least", say),
                size=w.with_range(size, say), held=w.with_range(whole, say),
            )
        )  # fmt: skip
    of_classes = sorted((s for s in covered if s.where), key=lambda s: (s.value or 0.0, s.key))[: caps.classes]
    if of_classes:
        columns = (
            Column(say("confidence.label"), width=3), Column(say("confidence.held"), "right", 2), Column(say("confidence.n"), "right", 0.8),
        )  # fmt: skip
        rows = tuple(
            (Cell(printable(s.where["label"] or "", 80)), Cell(w.with_range(s, say)), Cell(say.numbers.count(s.n)))
            for s in of_classes
        )
        yield Table(columns, rows, say("confidence.sets_caption"), small=True)


OF_ROWS = OfRows(
    ("prediction",),
    scores=("audit.score.abstaining:abstaining", "audit.score.conformal:conformal"),
    facts=("risk",),
)
CONFIDENCE = Chapter("confidence", confidence, on="weak", labelled=True, of_rows=OF_ROWS)
