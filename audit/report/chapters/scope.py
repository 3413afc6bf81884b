"""Scope and limits: what was tested and what was not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from audit.language.printable import printable
from audit.report import naming as w
from audit.report.blocks import Bullets, Cell, Column, Section, Table, Text
from audit.report.caps import Caps
from audit.report.chapters.chapter import Chapter
from audit.report.model import Report
from audit.report.strings import Strings
from audit.score.wording import display_name, title_said
from models.language_names import language_list

SHARES = {"share", "low", "high", "rest"}
"""Values of limits that are shares."""


def scope(report: Report, say: Strings, caps: Caps) -> Section:
    """What was tested and what was not. The executive report leaves out the table of tests."""
    short = report.preset == "executive"
    parts: list[Section] = []
    if not short:
        parts.append(Section("scope-ran", say("scope.ran"), (_tests(report, say),)))
    sentences = list(_limits(report, say))
    if len(sentences) > caps.limits:
        rest = say("scope.more", n=len(sentences) - caps.limits)
        sentences = [*sentences[: caps.limits - 1], rest, sentences[-1]]  # the last one is about every audit
    parts.append(Section("scope-limits", say("scope.limits"), (Bullets(tuple(sentences)),)))
    return Section("scope", say("scope.title"), (Text(say("scope.intro")),), tuple(parts), page=not short)


def _tests(report: Report, say: Strings) -> Table:
    columns = (
        Column(say("scope.probe"), width=2.6),
        Column(say("scope.kind"), width=1.6),
        Column(say("scope.state"), width=1.0),
        Column(say("scope.rows"), "right", 0.8),
        Column(say("scope.errors"), "right", 0.8),
    )
    rows = []
    for probe in report.probes:
        skipped = probe.status == "skipped"
        rows.append(
            (
                Cell(w.probe_name(probe), strong=True),
                Cell(w.kind_name(probe.kind, say)),
                Cell(say("scope.skipped_state" if skipped else "scope.done"), "open" if skipped else ""),
                Cell(say.numbers.none if skipped else say.numbers.count(probe.done)),
                Cell(say.numbers.none if skipped else say.numbers.count(probe.errors), "bad" if probe.errors else ""),
            )
        )
    return Table(columns, tuple(rows))


def _limits(report: Report, say: Strings) -> Iterator[str]:
    for limit in report.limits:
        values: dict[str, str | int] = {key: _value(value) for key, value in limit.values.items()}
        if "probe" in values:
            values["probe"] = printable(display_name(str(limit.values["probe"]), str(limit.values["name"])), 60)
        if "score" in values:
            values["score"] = printable(title_said(str(values["score"])), 60)
        if "languages" in values:
            values["languages"] = printable(language_list(str(values["languages"]).split()), 200)
        for name in SHARES & limit.values.keys():
            values[name] = say.numbers.share(float(limit.values[name]))
        if "p_value" in values:
            values["p_value"] = say.numbers.number(float(limit.values["p_value"]), "p_value")
        yield say(f"limits.{limit.kind}", **values)


def _value(value: Any) -> str | int:
    return value if isinstance(value, int) else printable(str(value), 400)


SCOPE = Chapter("scope", scope, on="provenance", executive=True)
