"""Shortcuts: what was changed that should not matter, what it turned, how sure that is; single words, and what goes with answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from audit.language.printable import printable
from audit.language.saying import word
from audit.language.sentences import sentences
from audit.report import naming as w
from audit.report.blocks import Block, Cell, Column, Example, Figure, Section, Table, Text
from audit.report.caps import Caps
from audit.report.chapters.chapter import Chapter
from audit.report.chapters.robustness import in_one
from audit.report.dots import dots
from audit.report.model import Pointed, Report
from audit.report.strings import Strings
from audit.results.part import OfRows
from audit.said import Said
from audit.scored import Score
from audit.slices import GROUP

SCORES = ("shortcut_turned", "shortcut_effect", "word_beyond", "word_turned", "length_slope", "column_effect")
WORDS = 12
"""Lines of the table of words, those furthest beyond their meaning."""
COLUMNS = 12


def shortcuts(report: Report, say: Strings, caps: Caps) -> Section | None:
    """The chapter, or None where no probe looked for shortcuts."""
    own = {name: _named(report, name) for name in SCORES}
    if not any(own.values()):
        return None
    blocks: list[Block] = [Text(text) for text in _told(report, own, say)]
    sections = [
        *_surface(report, own["shortcut_effect"], own["shortcut_turned"], say),
        *_words(own["word_beyond"], own["word_turned"], say),
        *_besides([*own["length_slope"], *own["column_effect"]], say),
        *_examples(report, say, caps),
    ]
    return Section("shortcuts", say("shortcuts.title"), tuple(blocks), tuple(sections))


def _named(report: Report, name: str) -> list[Score]:
    return [score for score in report.scores if score.name == name and score.value is not None]


def _told(report: Report, own: dict[str, list[Score]], say: Strings) -> Iterator[str]:
    """What was tried, what was found, how sure it is."""
    if own["shortcut_effect"]:
        yield say("shortcuts.intro", rows=max(score.n for score in own["shortcut_effect"]))
    if own["word_turned"]:
        yield say("shortcuts.words_intro", words=len(own["word_turned"]))
    judged = [finding for finding in report.findings if finding.score.name in SCORES]
    wrong = [finding for finding in judged if finding.verdict == "FAIL"]
    if wrong:
        yield say("shortcuts.found", items="; ".join(printable(finding.title, 200) for finding in wrong))
    else:
        yield say("shortcuts.none" if report.policy is not None else "shortcuts.unjudged")
    yield say("shortcuts.sure")


def _what(score: Score) -> str:
    """What was changed, in the language spoken; the word itself where it was a word."""
    change, found = score.where.get("change"), score.where.get("word")
    if found is not None:
        return f"“{printable(found, 40)}”"
    key = f"change.{change}"
    return word(Said(key)) if key in sentences() else printable(change or "", 40)


def _label(score: Score) -> str:
    return printable(score.where.get("label") or "", 40)


def _surface(report: Report, effects: Sequence[Score], turned: Sequence[Score], say: Strings) -> Iterator[Section]:
    gains = {(score.probe, score.where): score for score in effects}
    shares = {(score.probe, score.where): score for score in turned}
    about = {**gains, **shares}
    if not about:
        return
    ordered = sorted(about, key=lambda key: (-_value(shares.get(key)), -_value(gains.get(key)), about[key].key))
    columns = (
        Column(say("shortcuts.what"), width=3.4), Column(say("shortcuts.label"), width=1.6),
        Column(say("shortcuts.effect"), "right", 1.9), Column(say("shortcuts.turned"), "right", 1.7),
        Column(say("shortcuts.n"), "right", 0.7),
    )  # fmt: skip
    rows = [
        (
            Cell(_what(about[key]), strong=True), Cell(_label(about[key])), _number(gains.get(key), say),
            _number(shares.get(key), say), Cell(say.numbers.count(about[key].n)),
        )
        for key in ordered
    ]  # fmt: skip
    table = Table(columns, tuple(rows), small=True)
    yield Section("surface", say("shortcuts.surface"), (*_chart(report, turned, say), table))


def _chart(report: Report, turned: Sequence[Score], say: Strings) -> Iterator[Figure]:
    if not turned:
        return
    level = say.numbers.level(report.run.level)
    ordered = sorted(turned, key=lambda score: (-(score.value or 0.0), score.key))
    named = [(say("shortcuts.arrow", what=_what(score), label=_label(score)), score) for score in ordered]
    lines = [(_what(s), s.value, s.low, s.high, s.n, s.unit, s.level, s.key) for s in ordered]
    spec = dots(lines, title=say("shortcuts.chart"))
    items = "; ".join(f"{name}: {w.with_range(score, say)}" for name, score in named)
    alt, caption = (say(f"shortcuts.chart_{key}", level=level, items=items) for key in ("alt", "caption"))
    yield Figure(spec, alt, caption, about="shortcut_turned")


def _words(beyond: Sequence[Score], turned: Sequence[Score], say: Strings) -> Iterator[Section]:
    if not turned:
        return
    past = {(score.probe, score.where): score for score in beyond}
    order = sorted(turned, key=lambda s: (-_value(past.get((s.probe, s.where))), -(s.value or 0.0), s.key))[:WORDS]
    columns = (
        Column(say("shortcuts.word"), width=2.0), Column(say("shortcuts.label"), width=1.8),
        Column(say("shortcuts.turned"), "right", 1.8), Column(say("shortcuts.beyond"), "right", 1.9),
        Column(say("shortcuts.n"), "right", 0.7),
    )  # fmt: skip
    rows = [
        (
            Cell(_what(score), strong=True), Cell(_label(score)), _number(score, say),
            _number(past.get((score.probe, score.where)), say), Cell(say.numbers.count(score.n)),
        )
        for score in order
    ]  # fmt: skip
    yield Section("single-words", say("shortcuts.single_words"), (Table(columns, tuple(rows), small=True),))


def _besides(found: Sequence[Score], say: Strings) -> Iterator[Section]:
    if not found:
        return
    ordered = sorted(found, key=lambda score: (-(score.value or 0.0), score.key))[:COLUMNS]
    columns = (
        Column(say("shortcuts.more"), width=3.4), Column(say("shortcuts.label"), width=1.8),
        Column(say("shortcuts.effect"), "right", 2.0), Column(say("shortcuts.n"), "right", 0.8),
    )  # fmt: skip
    rows = [
        (Cell(_group(score, say) or _what(score), strong=True), Cell(_label(score)), _number(score, say),
         Cell(say.numbers.count(score.n)))
        for score in ordered
    ]  # fmt: skip
    blocks = (Text(say("shortcuts.besides_intro")), Table(columns, tuple(rows), small=True))
    yield Section("besides", say("shortcuts.besides"), blocks)


def _group(score: Score, say: Strings) -> str:
    found = next(((name, value) for name, value in score.where.items() if name.startswith(GROUP)), None)
    if found is None:
        return ""
    name, value = found
    return say("shortcuts.group", column=printable(name.removeprefix(GROUP), 40), value=printable(value or "", 40))


def _number(score: Score | None, say: Strings) -> Cell:
    if score is None or score.value is None:
        return Cell(say.numbers.none)
    return Cell(say.numbers.number(score.value, score.unit), second=w.between(score, say))


def _value(score: Score | None) -> float:
    return -1.0 if score is None or score.value is None else score.value


def _examples(report: Report, say: Strings, caps: Caps) -> Iterator[Section]:
    scores = {score.key: score for score in report.scores}
    shown = [
        _example(scores[key], row, report, say, caps)
        for key, rows in report.changed_rows.items()
        for row in rows[: caps.changed]
        if key in scores
    ]
    if shown:
        yield Section("changed-rows", say("shortcuts.examples"), tuple(shown))


def _example(score: Score, row: Pointed, report: Report, say: Strings, caps: Caps) -> Example:
    task = report.run.task
    before, after = (w.answer(answer, task, say, 40) for answer in (row.before, row.after))
    title = say(
        "shortcuts.example", what=_what(score), before=before, before_sure=say.numbers.share(row.before_confidence),
        after=after, after_sure=say.numbers.share(row.after_confidence),
    )  # fmt: skip
    return Example(title, w.of_row(row.row_id, say), (("", in_one(row.edits, caps.text)),))


OF_ROWS = OfRows(
    ("shortcut", "prediction"),
    scores=("audit.score.dependence:dependence",),
)
SHORTCUTS = Chapter("shortcuts", shortcuts, on="triggers", of_rows=OF_ROWS)
