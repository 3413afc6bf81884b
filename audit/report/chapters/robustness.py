"""Robustness: outcomes, the budget curve, adversarial examples word by word, harmless changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from audit.figures.spec import figure
from audit.kinds.attack import ATTACK
from audit.kinds.explainer import EXPLAINER
from audit.kinds.perturbation import PERTURBATION
from audit.kinds.prediction import PREDICTION
from audit.language.printable import lookalikes, span
from audit.report import naming as w
from audit.report.blocks import Block, Cell, Column, Example, Figure, Run, Section, Table, Text
from audit.report.caps import Caps
from audit.report.chapters.chapter import Chapter
from audit.report.model import Adversarial, Edit, Flip, PerturbationFacts, RecipeFacts, Report
from audit.report.strings import Strings
from audit.results.part import OfRows
from audit.score.wording import registered_name
from audit.scored import Score
from models.task import Task

RATE = ("probe", "name", "value", "low", "high", "n", "note")
STATUSES = ("success", "failed", "out_of_budget", "skipped", "error")


def robustness(report: Report, say: Strings, caps: Caps) -> Section | None:
    """The chapter, or None when neither attacks nor perturbations have results."""
    attacks = [r for r in report.recipes if r.goal != "input_reduction"]
    reduced = [r for r in report.recipes if r.goal == "input_reduction"]
    if not report.recipes and not report.perturbations:
        return None
    blocks: list[Block] = []
    sections: list[Section] = []
    if attacks:
        blocks.append(Text(_told(report, say, "intro")))
        told = (*(Text(one, "small") for one in _review(attacks, say)), *_left_over(report, reduced, say))
        sections.append(Section("attacks", say("robustness.outcomes"), (_outcomes(report, attacks, say), *told)))
        sections += [*_rates(report, say), *_curve(report, attacks, say)]
        if caps.examples:  # pages have browsers of them
            sections.append(_examples(attacks, report.run.task, say, caps))
    if report.perturbations:
        sections.append(_perturbations(report, say, caps))
    if not attacks:
        blocks += _left_over(report, reduced, say)
    return Section("robustness", say("robustness.title"), tuple(blocks), tuple(sections))


def _left_over(report: Report, reduced: Sequence[RecipeFacts], say: Strings) -> Iterator[Text]:
    """Words left by what takes words out for as long as the answer stays: it turns no answer, and has no rate."""
    for recipe in reduced:
        left = report.score("words_left_median", recipe.probe)
        if left is not None and left.value is not None:
            yield Text(say("robustness.reduction", **w.parts(left, say)))


def example(found: Adversarial, task: Task, say: Strings, caps: Caps) -> Example:
    """One adversarial example: the original and the changed text, what differs marked."""
    title = say(
        "robustness.example", probe=w.probe_name(found), before=w.answer(found.before, task, say, 40),
        before_sure=say.numbers.share(found.before_confidence), after=w.answer(found.after, task, say, 40),
        after_sure=say.numbers.share(found.after_confidence),
    )  # fmt: skip
    by_rule = {True: "yes", False: "no", None: "open"}[found.valid]
    similar = (
        say("robustness.similarity", value=say.numbers.number(found.similarity, "cosine"))
        if found.similarity is not None
        else ""
    )
    facts = say(
        "robustness.example_facts", words=found.words_changed, total=found.words_total,
        queries=say.numbers.number(found.queries, "queries"),
        similarity=similar, valid="" if found.review else say(f"robustness.valid_{by_rule}"),
        review=say(f"robustness.review_{found.review}") if found.review else "",
    )  # fmt: skip
    return Example(
        title=title,
        facts=w.of_row(found.row_id, say, facts),
        lines=before_and_after(found.edits, say, caps.text),
        note=" ".join(filter(None, (_odd(found.edits, say), _sentence(found.note)))),
    )


def _sentence(note: str | None) -> str:
    return f"{note[:1].upper()}{note[1:]}." if note else ""


def _outcomes(report: Report, attacks: Sequence[RecipeFacts], say: Strings) -> Table:
    columns = (
        Column(say("robustness.attack"), width=1.7),
        *(Column(_told(report, say, status), "right", 1.05) for status in STATUSES),
        Column(_told(report, say, "accuracy"), "right", 1.6),
        Column(say("robustness.rate"), "right", 1.6),
        Column(say("robustness.valid"), "right", 1.6),
    )
    rows = []
    for recipe in attacks:
        cells = [Cell(w.probe_name(recipe), strong=True)]
        cells += [Cell(say.numbers.count(recipe.counts.get(status, 0))) for status in STATUSES]
        for names in (
            ("accuracy_under_attack", "prediction_retained"),
            ("attack_success_rate", "targeted_success_rate"),
            ("attack_success_rate_valid",),
        ):
            score = next(
                (s for n in names if (s := report.score(n, recipe.probe)) is not None and s.value is not None), None
            )
            cells.append(
                Cell(say.numbers.number(score.value), second=w.between(score, say)) if score else Cell(say.numbers.none)
            )
        rows.append(tuple(cells))
    judged = any(recipe.reviewed for recipe in attacks)
    return Table(columns, tuple(rows), say(f"robustness.outcomes_caption{'_judged' if judged else ''}"), small=True)


def _rates(report: Report, say: Strings) -> Iterator[Section]:
    """What each attack leaves right beside what was right before, and how often it succeeds."""
    drawn = [*_left(report, say), *_successes(report, say)]
    if drawn:
        yield Section("rates", say("robustness.rates"), tuple(drawn))


def _left(report: Report, say: Strings) -> Iterator[Figure]:
    labelled = bool(report.data.labelled)
    name = "accuracy_under_attack" if labelled else "prediction_retained"
    found = _of_probes(report, name)
    if not found:
        return
    clean = report.score("accuracy")
    before = (clean.value, clean.low, clean.high) if clean is not None and clean.value is not None else None
    spec = figure("attacks", RATE, [_rate(s) for s in found], clean=before, labelled=labelled)
    yield Figure(spec, *_said(report, "rates", found, say), about=name)


def _successes(report: Report, say: Strings) -> Iterator[Figure]:
    raw, valid = (_of_probes(report, f"attack_success_rate{which}") for which in ("", "_valid"))
    if raw or valid:
        lines = [(*_rate(s), kind) for kind, found in (("raw", raw), ("valid", valid)) for s in found]
        said = _said(report, "success", valid or raw, say)
        spec = figure("success", (*RATE, "kind"), lines, judged=any(recipe.reviewed for recipe in report.recipes))
        yield Figure(spec, *said, about="attack_success_rate_valid")


def _said(report: Report, key: str, found: Sequence[Score], say: Strings) -> tuple[str, str]:
    """A chart of rates told in words, and its caption."""
    level = say.numbers.level(report.run.level)
    items = "; ".join(f"{w.probes_of(s)}: {w.with_range(s, say)}" for s in found)
    alt, caption = (_told(report, say, f"{key}_{which}", level=level, items=items) for which in ("alt", "caption"))
    return alt, caption


def _of_probes(report: Report, name: str) -> list[Score]:
    return [s for s in report.scores if s.name == name and not s.slice and s.value is not None]


def _rate(score: Score) -> tuple[Any, ...]:
    return score.probe, registered_name(score), score.value, score.low, score.high, score.n, score.note


def _curve(report: Report, attacks: Sequence[RecipeFacts], say: Strings) -> Iterator[Section]:
    drawn = [r for r in attacks if len(r.curve) > 1][:6]
    if not drawn:
        return
    level = say.numbers.level(report.run.level)
    points = [(r.probe, r.name, p.budget, p.accuracy, p.low, p.high) for r in drawn for p in r.curve]
    spec = figure(
        "budget", ("probe", "name", "budget", "accuracy", "low", "high"), points, kept="words_changed", x=say("robustness.curve_x"),
        y=_told(report, say, "curve_y"), labelled=bool(report.data.labelled),
    )  # fmt: skip
    items = "; ".join(
        say(
            "robustness.curve_item", probe=w.probe_name(r), start=say.numbers.share(r.curve[0].accuracy),
            end=say.numbers.share(r.curve[-1].accuracy), budget=r.curve[-1].budget,
        )
        for r in drawn
    )  # fmt: skip
    about = "accuracy_under_attack" if report.data.labelled else "prediction_retained"
    alt, caption = say("robustness.curve_alt", items=items), _told(report, say, "curve_caption", level=level)
    yield Section("curve", _told(report, say, "curve"), (Figure(spec, alt, caption, about=about),))


def _told(report: Report, say: Strings, key: str, **values: str | float) -> str:
    """The text of a key, or what is said in its place where no row has a label and no answer can be called right."""
    other = f"robustness.{key}_unlabelled"
    return say(other if not report.data.labelled and say.has(other) else f"robustness.{key}", **values)


def _examples(attacks: Sequence[RecipeFacts], task: Task, say: Strings, caps: Caps) -> Section:
    found = [example(e, task, say, caps) for recipe in attacks for e in recipe.examples]
    blocks: tuple[Block, ...] = (Text(say("robustness.examples_intro")), *found)
    return Section("examples", say("robustness.examples"), blocks if found else (Text(say("robustness.no_success")),))


def _review(attacks: Sequence[RecipeFacts], say: Strings) -> Iterator[str]:
    judged = [recipe for recipe in attacks if recipe.reviewed]
    if not judged:
        yield say("robustness.review_none")
    for recipe in judged:
        yield say(
            "robustness.review_some", probe=w.probe_name(recipe), n=recipe.reviewed,
            of=recipe.counts.get("success", 0), same=recipe.judged_same, different=recipe.judged_different,
        )  # fmt: skip


def _perturbations(report: Report, say: Strings, caps: Caps) -> Section:
    level = say.numbers.level(report.run.level)
    rates = {s.probe: s for s in report.scores if s.name == "flip_rate" and not s.slice}
    shown = [(p, rates[p.probe]) for p in report.perturbations if p.probe in rates and rates[p.probe].value is not None]
    shown.sort(key=lambda pair: (-(pair[1].value or 0.0), pair[0].probe))
    blocks: list[Block] = [Text(say("robustness.perturbations_intro"))]
    if shown:
        lines = [(p.probe, p.name, s.value, s.low, s.high, s.n, s.note, p.changed) for p, s in shown]
        spec = figure("flips", ("probe", "name", "value", "low", "high", "n", "note", "changed"), lines)
        items = "; ".join(f"{w.probe_name(p)}: {w.with_range(s, say)}" for p, s in shown)
        alt, caption = (say(f"robustness.flips_{key}", level=level, items=items) for key in ("alt", "caption"))
        blocks.append(Figure(spec, alt, caption, about="flip_rate", paper=say("robustness.flips_paper")))
    flips = [
        _flip(p, flip, report.run.task, say, caps) for p in report.perturbations for flip in p.examples[: caps.flips]
    ]
    return Section("perturbations", say("robustness.perturbations"), (*blocks, *flips))


def _flip(found: PerturbationFacts, flip: Flip, task: Task, say: Strings, caps: Caps) -> Example:
    title = say(
        "robustness.flip", probe=w.probe_name(found), before=w.answer(flip.before, task, say, 40),
        after=w.answer(flip.after, task, say, 40),
    )  # fmt: skip
    return Example(
        title, w.of_row(flip.row_id, say), before_and_after(flip.edits, say, caps.text), _odd(flip.edits, say)
    )


def _odd(edits: Sequence[Edit], say: Strings) -> str:
    """A note about characters that a reader may take for others, or not see at all."""
    odd = lookalikes("".join(e.before for e in edits), "".join(e.after for e in edits if e.changed))
    return say("robustness.lookalikes", characters=odd) if odd else ""


def before_and_after(edits: Sequence[Edit], say: Strings, limit: int) -> tuple[tuple[str, tuple[Run, ...]], ...]:
    """The two lines of an example: the original with what was taken out, the changed text with what was put in."""
    return changed_lines(edits, (say("robustness.original"), say("robustness.changed")), limit)


def changed_lines(edits: Sequence[Edit], names: tuple[str, str], limit: int) -> tuple[tuple[str, tuple[Run, ...]], ...]:
    """A text and what became of it, one beneath the other, each under its name."""
    before = _runs([(e.before, e.changed) for e in edits], "removed", limit)
    after = _runs([(e.after, e.changed) for e in edits], "added", limit)
    return (names[0], before), (names[1], after)


def in_one(edits: Sequence[Edit], limit: int) -> tuple[Run, ...]:
    """A changed text in one line: what was taken out and, behind it, what was put in its place."""
    made: list[Run] = []
    left = limit
    for edit in edits:
        if left <= 0:
            made.append(Run(" …"))
            break
        for text, mark in ((edit.before, "removed"), (edit.after, "added")) if edit.changed else ((edit.before, ""),):
            if text:
                made.append(Run(span(text[:left]), mark, float(bool(mark))))  # type: ignore[arg-type]
        left -= len(edit.before)
    return tuple(made)


def _runs(parts: Sequence[tuple[str, bool]], mark: str, limit: int) -> tuple[Run, ...]:
    made: list[Run] = []
    left = limit
    for text, changed in parts:
        if left <= 0:
            made.append(Run(" …"))
            break
        piece = text[:left]
        if piece:
            made.append(Run(span(piece), mark if changed else "", 1.0 if changed else 0.0))  # type: ignore[arg-type]
        left -= len(piece)
        if len(piece) < len(text):
            made.append(Run(" …"))
            break
    return tuple(made)


OF_ROWS = OfRows(
    (PREDICTION.name, ATTACK.name, PERTURBATION.name, EXPLAINER.name),
    scores=(
        "audit.score.performance:performance",
        "audit.score.robustness:robustness",
        "audit.score.perturbation:perturbations",
        "audit.score.overlap:overlaps",
    ),
    facts=("recipes", "perturbations"),
)
ROBUSTNESS = Chapter("robustness", robustness, of_rows=OF_ROWS)
