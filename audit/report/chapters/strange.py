"""Texts that are none of the model's business: how often it is as sure of them as of what it has right."""

from __future__ import annotations

from audit.language.printable import printable
from audit.report import naming as w
from audit.report.blocks import Block, Cell, Column, Section, Table, Text
from audit.report.caps import Caps
from audit.report.chapters.chapter import Chapter
from audit.report.model import Report, SampleFacts
from audit.report.strings import Strings
from audit.score.samples import SUBJECT

PROBE, SCORE = "strange_texts", "strange_confident"
SUBJECTS = ("shuffled", "languages", "domains", "blanks")


def strange(report: Report, say: Strings, _caps: Caps) -> Section | None:
    """The chapter, or None where the model was not asked."""
    found = [one for one in report.samples if one.name == PROBE]
    if not found:
        return None
    failed = next((one for one in found if one.error is not None), None)
    if failed is not None:
        return Section(
            "strange", say("strange.title"), (Text(say("strange.failed", why=printable(failed.error or "", 300))),)
        )
    usual = say.numbers.share(found[0].values.get("usual_confidence"))
    blocks: tuple[Block, ...] = (
        Text(say("strange.intro", usual=usual)),
        Table(_columns(say), tuple(_row(one, report, say) for one in found), say("strange.caption"), small=True),
    )
    return Section("strange", say("strange.title"), blocks)


def _columns(say: Strings) -> tuple[Column, ...]:
    return (
        Column(say("strange.kind"), width=2.4), Column(say("strange.sure"), "right", 2.0), Column(say("strange.mean"), "right", 1.4),
        Column(say("strange.n"), "right", 0.8),
    )  # fmt: skip


def _row(one: SampleFacts, report: Report, say: Strings) -> tuple[Cell, ...]:
    score = next(
        (s for s in report.scores if s.name == SCORE and s.probe == one.probe and s.where.get(SUBJECT) == one.subject),
        None,
    )
    share = say.numbers.share(one.values.get(SCORE)) if score is None else w.with_range(score, say)
    kind = say(f"strange.{one.subject}") if one.subject in SUBJECTS else say("strange.hidden")
    n = say.numbers.none if score is None else say.numbers.count(score.n)
    return Cell(kind), Cell(share), Cell(say.numbers.share(one.values.get("mean_confidence"))), Cell(n)


STRANGE = Chapter("strange", strange, on="weak")
