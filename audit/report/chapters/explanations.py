"""Explanations: how far to trust them, the words that move decisions, texts with their words coloured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from audit.figures.spec import figure
from audit.kinds.attack import ATTACK
from audit.kinds.explainer import EXPLAINER
from audit.kinds.prediction import PREDICTION
from audit.language.palette import kind_of, legend_sentence, strength
from audit.language.printable import printable, span
from audit.report import naming as w
from audit.report.blocks import Block, Cell, Column, Example, Figure, Run, Section, Table, Text
from audit.report.caps import Caps
from audit.report.chapters.chapter import Chapter
from audit.report.model import Bound, Heatmap, HeatWord, MethodFacts, Report, WordFacts
from audit.report.strings import Strings
from audit.results.part import OfRows
from audit.score.definitions import define
from audit.score.wording import title_said
from models.task import Task

REASONS = ("typical", "wrong", "attacked")


class Explained(Protocol):
    """What is known of an explanation: the unit of its scores, the largest of them, whether the text was cut."""

    @property
    def unit(self) -> str:
        """The unit."""
        ...

    @property
    def largest(self) -> float:
        """The largest score, in absolute value."""
        ...

    @property
    def truncated(self) -> bool:
        """Whether the model saw only its beginning."""
        ...


def explanations(report: Report, say: Strings, caps: Caps) -> Section | None:
    """The chapter, or None when nothing was explained."""
    if not report.methods:
        return None
    intro = Text(
        say(
            "explanations.intro",
            method=w.probe_name(report.methods[0]),
            rows=say.count("rows", report.methods[0].rows),
        )
    )
    sections = [*_trust(report, say), _words(report, say)]
    heat = list(_heatmaps(report, say, caps))
    if heat:
        legend = say("explanations.heatmaps_intro", legend=legend_sentence(say.numbers.language))
        sections.append(Section("heatmaps", say("explanations.heatmaps"), (Text(legend),), tuple(heat)))
    return Section("explanations", say("explanations.title"), (intro,), tuple(sections))


def heatmap(found: Heatmap, task: Task, say: Strings, limit: int) -> Example:
    """One explained text."""
    sure = say.numbers.share(found.confidence) if found.confidence is not None else say.numbers.none
    key = "heat_labelled" if found.label is not None and not task.same(found.label, found.target) else "heat"
    title = say(
        f"explanations.{key}",
        target=printable(found.target, 50),
        confidence=sure,
        label=w.answer(found.label, task, say, 50),
    )
    kind = "heat_facts" if found.unit != "none" else "heat_facts_either"
    facts = say(f"explanations.{kind}", largest=say.numbers.difference(found.largest, found.unit, sign=False))
    if found.delta is not None and abs(found.delta) >= 0.005:
        facts += say("explanations.heat_delta", delta=say.numbers.difference(found.delta, found.unit))
    if not found.converged:
        facts += say("explanations.heat_unsettled")
    if found.truncated:
        facts += say("explanations.heat_truncated")
    first = say("explanations.text" if found.pair is None else "explanations.first_text")
    lines = [(first, shaded(found.words, found, limit))]
    if found.pair is not None:
        lines.append((say("explanations.second_text"), shaded(found.pair, found, limit)))
    return Example(title, w.of_row(found.row_id, say, facts), tuple(lines))


def _trust(report: Report, say: Strings) -> Iterator[Section]:
    lines = [(m, b) for m in report.methods for b in m.bounds if b.floor is not None and b.ceiling is not None]
    if not lines:
        return
    blocks: list[Block] = [Text(say("explanations.methods_intro"))]
    placed = [(m, b, b.normalised) for m, b in lines if b.normalised is not None]
    if placed:
        items = "; ".join(
            f"{_measure(m, b.metric, len(report.methods) > 1)}: {say.numbers.number(share, 'ratio')}"
            for m, b, share in placed
        )
        table = [(m.probe, m.name, b.metric, b.value, b.floor, b.ceiling, b.normalised, b.n) for m, b in lines]
        spec = figure(
            "faithfulness", ("probe", "name", "metric", "value", "floor", "ceiling", "normalised", "n"), table
        )
        alt, caption = say("explanations.faith_alt", items=items), say("explanations.faith_caption")
        paper = say("explanations.faith_paper")
        blocks.append(Figure(spec, alt, caption, about="comprehensiveness", paper=paper))
    columns = (
        Column(say("explanations.method"), width=2.2), Column(say("explanations.metric"), width=2.2),
        *(Column(say(f"explanations.{k}"), "right", 1.0) for k in ("floor", "value", "ceiling", "normalised")),
        Column(say("explanations.n"), "right", 0.7),
    )  # fmt: skip
    blocks.append(Table(columns, tuple(_bounds(m, b, say) for m, b in lines), small=True))
    yield Section("faithfulness", say("explanations.methods"), tuple(blocks))


def _bounds(method: MethodFacts, found: Bound, say: Strings) -> tuple[Cell, ...]:
    """A line of the table of trust: floor, value and ceiling in the unit of the measure."""
    about = define(found.metric)
    floor, value, ceiling = (say.numbers.number(v, about.unit) for v in (found.floor, found.value, found.ceiling))
    normalised = say.numbers.number(found.normalised, "ratio")
    named = (Cell(w.probe_name(method)), Cell(title_said(found.metric)))
    return (
        *named,
        Cell(floor),
        Cell(value, strong=True),
        Cell(ceiling),
        Cell(normalised),
        Cell(say.numbers.count(found.n)),
    )


def _words(report: Report, say: Strings) -> Section:
    if not report.words:
        return Section("words", say("explanations.words"), (Text(say("explanations.words_none")),))
    blocks: list[Block] = [Text(say("explanations.words_intro"))]
    for target in dict.fromkeys(word.target for word in report.words):
        own = [word for word in report.words if word.target == target]
        blocks.append(_bars(target, own, report, say))
    return Section("words", say("explanations.words"), tuple(blocks))


def _bars(target: str, own: Sequence[WordFacts], report: Report, say: Strings) -> Figure:
    unit = report.methods[0].unit
    lines = [(f.target, f.word, f.mean, f.low, f.high, f.texts, f.positive, f.q_value) for f in own]
    items = "; ".join(f"{printable(f.word, 30)}: {_push(f, unit, say)}, {say.count('texts', f.texts)}" for f in own)
    caption = say("explanations.words_caption", target=printable(target, 60), level=say.numbers.level(report.run.level))
    axis = say("explanations.words_axis", unit=say(f"unit.{unit}"))
    spec = figure(
        "words", ("target", "word", "mean", "low", "high", "texts", "positive", "q_value"), lines, unit=unit, axis=axis
    )
    alt, paper = say("explanations.words_alt", items=items), say("explanations.words_paper")
    return Figure(spec, alt, caption, 0.5, about="word_importance", paper=paper)


def _push(word: WordFacts, unit: str, say: Strings) -> str:
    ends = say.numbers.difference_interval(word.low, word.high, unit)
    return say.numbers.with_interval(say.numbers.difference(word.mean, unit), ends)


def _heatmaps(report: Report, say: Strings, caps: Caps) -> Iterator[Section]:
    for why in REASONS:
        own = [heatmap(h, report.run.task, say, caps.text) for h in report.heatmaps if h.why == why]
        if own:
            bare = not report.data.labelled and say.has(f"explanations.{why}_intro_unlabelled")
            intro = Text(say(f"explanations.{why}_intro{'_unlabelled' if bare else ''}"))
            yield Section(f"heatmaps-{why}", say(f"explanations.{why}"), (intro, *own))


def shaded(parts: Sequence[HeatWord], found: Explained, limit: int) -> tuple[Run, ...]:
    """Runs of an explained text, each word as strongly marked as it counts; neighbours without a mark are joined."""
    made: list[Run] = []
    left = limit
    last = max((i for i, part in enumerate(parts) if part.score is not None), default=-1)
    for i, part in enumerate(parts):
        if left <= 0:
            made.append(Run(" …"))
            break
        shade = round(strength(part.score or 0.0, found.largest) * 8) / 8
        unseen = found.truncated and i > last
        mark = "unseen" if unseen else "" if shade == 0 else kind_of(part.score or 0.0, found.unit)
        text = span(part.text[:left])
        if made and made[-1].mark == mark == "":
            made[-1] = Run(made[-1].text + text)
        else:
            made.append(Run(text, mark, shade))  # type: ignore[arg-type]
        left -= len(part.text)
        if left < 0:
            made.append(Run(" …"))
            break
    return tuple(made)


def _measure(method: MethodFacts, metric: str, several: bool) -> str:
    title = title_said(metric)
    return f"{title}, {w.probe_name(method)}" if several else title


OF_ROWS = OfRows(
    (EXPLAINER.name, PREDICTION.name, ATTACK.name),
    scores=("audit.score.faithfulness:faithfulness", "audit.score.importance:importance"),
    facts=("methods", "words", "heatmaps"),
)
EXPLANATIONS = Chapter("explanations", explanations, of_rows=OF_ROWS)
