"""The cover: which model on which data, the verdict, and the hashes that tell this report from others."""

from __future__ import annotations

from audit.language.printable import printable
from audit.language.verdicts import of_run, signed
from audit.report import naming as w
from audit.report.blocks import Cover
from audit.report.model import Report
from audit.report.strings import Strings
from audit.score.policy import policy_name


def cover(report: Report, say: Strings, organisation: str) -> Cover:
    """The first page; the organisation's name is printable, as a `Brand` has it."""
    run = report.run
    facts = [
        (say("cover.model"), printable(run.model, 120)),
        (say("cover.data"), printable(run.table, 120)),
        (say("cover.rows"), _rows(report, say)),
        (say("cover.date"), w.day(run.date, say)),
        (say("cover.who"), printable(run.who, 80) + (f" ({run.origin})" if run.origin else "")),
        (say("cover.suite"), printable(run.suite, 60)),
        (say("cover.level"), say("cover.level_value", level=say.numbers.level(run.level))),
        (say("cover.run"), f"{run.id}  ({printable(run.name, 90)})"),
    ]
    if report.policy and run.verdict:
        name = printable(policy_name(report.policy, imported=run.imported and not run.policy_chosen), 140)
        facts.append((say("cover.policy"), say("cover.policy_value", name=name)))
    if organisation:
        facts.insert(0, (say("cover.organisation"), organisation))
    return Cover(
        kicker=say(f"preset.{report.preset}"),
        title=printable(run.model.rstrip("/").rpartition("/")[2] or run.model, 80),
        subtitle=say("cover.subtitle", table=printable(run.table, 80)),
        verdict=signed(run.verdict, of_run(run.verdict)),
        tone=w.TONES.get(run.verdict, "muted"),
        meaning=say(f"meaning.{w.outcome(report)}"),
        facts=tuple(facts),
        hashes=(
            (say("cover.result_hash"), run.result_hash or say("cover.no_hash")),
            (say("cover.policy_hash"), run.policy_hash),
            (say("cover.reviews_hash"), run.reviews_hash),
        ),
    )


def _rows(report: Report, say: Strings) -> str:
    run = report.run
    if run.rows_total is None:
        return say.numbers.count(report.data.rows)
    return say("cover.rows_value", rows=say.numbers.count(report.data.rows), total=say.numbers.count(run.rows_total))
