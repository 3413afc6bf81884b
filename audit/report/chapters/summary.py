"""The summary for readers without time: what was tested, what was found, what it means, what to do, in plain words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from audit.language.printable import printable
from audit.language.saying import word
from audit.report import naming as w
from audit.report.blocks import Block, Bullets, Callout, Cards, Figure, Section, Text
from audit.report.caps import Caps
from audit.report.chapters.chapter import Chapter
from audit.report.dots import dots
from audit.report.model import Report, WordFacts
from audit.report.strings import Strings
from audit.results.headline import TELLING, UNDER_ATTACK, card, surest, worst_attack
from audit.score.languages import Mismatch
from audit.score.ranking import is_context, told_once, usual, usual_values
from audit.score.wording import registered_name
from audit.scored import Finding, Score
from audit.slices import ALL_ROWS

TOGETHER = ("worst_case_accuracy", "worst_case_retained")
STEPS = 4
"""At most so many things to do."""
WORST = 3
"""At most so many findings are told among what was found."""


def summary(report: Report, say: Strings, caps: Caps) -> Section:
    """One page for a reader without time: the verdict in a sentence, what it rests on in four short parts, the figures."""
    blocks: list[Block] = [*_first(report), Text(" ".join(_verdict(report, say)), "lead")]
    found = tuple(_found(report, say))
    sections = [Section("summary-tested", say("summary.tested"), (Text(" ".join(_tested(report, say))),))]
    if found:
        sections.append(Section("summary-found", say("summary.found"), (Bullets(found),)))
    means = Text(say(f"summary.means_{w.outcome(report)}"))
    sections.append(Section("summary-means", say("summary.means"), (means,)))
    sections.append(
        Section("summary-do", say("summary.do"), (Bullets(tuple(islice(_do(report, say), STEPS)), numbered=True),))
    )
    figures: list[Block] = []
    if chosen := card(report.scores, caps.cards):
        figures.append(Cards(tuple(w.score_card(report, score, say) for score in chosen)))
    if report.preset != "executive":
        figures += _chart(report, say)
    if figures:
        sections.append(Section("summary-figures", say("summary.figures"), tuple(figures)))
    return Section("summary", say("summary.title"), tuple(blocks), tuple(sections), page=True)


def _first(report: Report) -> Iterator[Callout]:
    """What must be known before any number: rows that the model cannot read."""
    if found := foreign(report):
        yield Callout(printable(word(found.title), 200), printable(word(found.text), 600), "bad", "mismatch")


def foreign(report: Report) -> Mismatch:
    """The rows in languages that the model does not know, as the limits of the report have them; false where they are few."""
    told = next((limit.values for limit in report.limits if limit.kind == "foreign_rows"), {})
    languages, known = (tuple(str(told.get(name, "")).split()) for name in ("languages", "known"))
    return Mismatch(int(told.get("rows", 0)), int(told.get("of", 0)), languages, known)


def _verdict(report: Report, say: Strings) -> Iterator[str]:
    """What the run came to, and how many checks stand behind that."""
    yield say(f"meaning.{w.outcome(report)}")
    if w.outcome(report) in ("none", "unfinished"):
        return
    checks = Counter(f.verdict for f in report.findings if f.decides)
    yield say("summary.checks", failed=checks["FAIL"], open=checks["INCONCLUSIVE"], met=checks["PASS"])
    if patterns := sum(not f.decides and f.verdict != "PASS" for f in report.findings):
        yield say("summary.patterns", n=patterns)


def _tested(report: Report, say: Strings) -> Iterator[str]:
    run, data = report.run, report.data
    if len(run.labels) <= 8:
        classes = say("summary.classes", n=len(run.labels), names=w.names(run.labels, 8, say))
    else:
        classes = say("summary.classes_many", n=len(run.labels))
    state = "none" if not data.labelled else "all" if data.labelled == data.rows else "some"
    labelled = say(f"summary.labelled_{state}", rows=data.labelled) if data.rows else ""
    what = "summary.what_several" if run.task.several else "summary.what"
    yield say(
        what, model=printable(run.model, 80), table=printable(run.table, 80), classes=classes,
        rows=say.count("rows", data.rows), labelled=labelled,
    )  # fmt: skip
    ways = list(dict.fromkeys(w.way(r.name, say) for r in report.recipes if r.goal != "input_reduction"))
    if ways:
        yield say("summary.attacked", ways=", ".join(ways))
    changes = list(dict.fromkeys(w.harmless(p.name, say) for p in report.perturbations))
    if changes:
        yield say("summary.perturbed", ways=", ".join(changes))
    yield from _what_else(report, say)
    if report.methods:
        yield say("summary.explained", rows=say.count("rows", report.methods[0].rows))
    skipped = [w.probe_name(p) for p in report.probes if p.status == "skipped"]
    if skipped and len(skipped) == len(report.probes):
        yield say("summary.nothing_ran")
    elif skipped:
        yield say("summary.skipped", n=len(skipped), probes=w.names(skipped, 4, say))


def _what_else(report: Report, say: Strings) -> Iterator[str]:
    """What was tested beside attacks and harmless changes."""
    ran = {probe.kind for probe in report.probes if probe.status != "skipped"}
    if cases := sum(test.run for test in report.behaviours):
        yield say.count("summary.behaved", cases)
    for kind, key in (("identity", "swapped"), ("shortcut", "shortcuts"), ("trigger", "scanned")):
        if kind in ran:
            yield say(f"summary.{key}")


def _found(report: Report, say: Strings) -> Iterator[str]:
    accuracy, level = report.score("accuracy"), say.numbers.level(report.run.level)
    if accuracy is not None and accuracy.value is not None and accuracy.low is not None and accuracy.high is not None:
        said = "summary.accuracy_several" if report.run.task.several else "summary.accuracy"
        yield say(said, **w.parts(accuracy, say), level=level)
    yield from _worst(report, say)
    yield from _found_attacks(report, say)
    worst = surest(report.scores, "flip_rate")
    if worst is not None and worst.value and worst.low is not None:
        told = say("summary.flip", **w.parts(worst, say), way=w.harmless(registered_name(worst), say))
        yield _beside(told, worst, say)
    weak = _weakest(report)
    if weak is not None:
        yield say("summary.worst_class", **w.parts(weak, say), label=printable(weak.where.get("label") or "", 60))
    gap = report.score("confidence_gap")
    if gap is not None and gap.value is not None and gap.low is not None and gap.high is not None:
        kind = "overconfident" if gap.low > 0 else "underconfident" if gap.high < 0 else "calibrated"
        low, high = sorted((abs(gap.low), abs(gap.high)))
        yield say(
            f"summary.{kind}",
            value=say.numbers.difference(abs(gap.value), "share", sign=False),
            range=say.numbers.interval(low, high, "points"),
        )
    if report.texts and report.methods and not report.words:
        yield say("summary.no_words")
    if report.words:
        strongest = sorted(report.words, key=lambda word: (-abs(word.mean), word.word))[:4]
        listed = ", ".join(_word(word, say) for word in strongest)
        yield say("summary.words", words=listed)


def _worst(report: Report, say: Strings) -> Iterator[str]:
    """The first findings that are no matter of course, in their own words; patterns, which are no checks, as such."""
    established = (told.finding for told in told_once(report.findings) if told.finding.verdict == "FAIL")
    for finding in islice((f for f in established if not usual(f.score)), WORST):
        title = printable(finding.title, 300)
        yield f"{title}." if finding.decides else say("summary.pattern", title=title)


def _found_attacks(report: Report, say: Strings) -> Iterator[str]:
    worst = worst_attack(report.scores)
    if worst is None or worst.low is None or worst.high is None:
        return
    rate = report.score("attack_success_rate", worst.probe)
    way = w.way(registered_name(worst), say)
    if rate is not None and rate.value == 0 and rate.high is not None:
        yield say(
            "summary.no_success",
            way=way[:1].upper() + way[1:],
            n=rate.n,
            high=say.numbers.share(rate.high),
        )
        return
    name = "under_attack" if worst.name == "accuracy_under_attack" else "retained"
    yield _beside(say(f"summary.{name}", **w.parts(worst, say), way=way), worst, say)
    valid = surest(report.scores, "attack_success_rate_valid")  # seldom of the attack that changes most by any means
    if valid is not None and valid.low is not None:
        judged = any(recipe.reviewed for recipe in report.recipes if recipe.probe == valid.probe)
        which = f"summary.valid{'_judged' if judged else ''}{'_right' if report.data.labelled else ''}"
        yield _beside(say(which, **w.parts(valid, say), way=w.way(registered_name(valid), say)), valid, say)
    together = report.score("worst_case_accuracy", "attacks")
    if together is not None and together.value is not None and together.low is not None:
        told = "summary.worst" if report.data.labelled else "summary.worst_retained"
        yield _beside(say(told, **w.parts(together, say)), together, say)


def _beside(told: str, score: Score, say: Strings) -> str:
    """A sentence about a number, and what it is with the models that stand beside it."""
    ends = usual_values(score)
    if ends is None:
        return told
    return f"{told} {say('summary.compared', range=say.numbers.interval(*ends, score.unit))}"


def _do(report: Report, say: Strings) -> Iterator[str]:
    if report.run.status != "finished":
        yield say("summary.do_unfinished")
    open_points = [
        told.finding
        for told in told_once(report.findings)
        if told.finding.verdict != "PASS" and not is_context(told.finding)
    ]
    first = "foreign_share" if foreign(report) else ""
    open_points.sort(key=lambda f: f.score.name != first)
    if not open_points and report.run.status == "finished":
        yield say("summary.do_none")
    seen: set[str] = set()
    for finding in open_points:
        step = _step(finding, say)
        about = step if finding.asked == "skipped" else _topic(report, finding.score, say)
        if {step, about} & seen:  # one step a subject
            continue
        seen |= {step, about}
        yield step if about == step else f"{about}: {step}"


def _step(finding: Finding, say: Strings) -> str:
    if finding.asked == "skipped":
        return say("summary.do_skipped", reason=printable(finding.next_step, 260))
    return printable(finding.next_step or finding.title, 260)


def _topic(report: Report, score: Score, say: Strings) -> str:
    """What a step is about: what was done to the texts in plain words, else the title of the score; with the slice it is of."""
    if score.where.by_hand:
        topic = _topic(report, replace(score, where=ALL_ROWS), say)
        return f"{topic}, {printable(score.where.by_hand, 80)}"
    if not score.probe or score.name in TOGETHER:
        return w.title_of(report, score)
    plain = say.get(f"ways.{registered_name(score)}", "") or say.get(f"harmless.{registered_name(score)}", "")
    return plain[:1].upper() + plain[1:] if plain else f"{w.title_of(report, score)} ({w.probes_of(score)})"


def _weakest(report: Report) -> Score | None:
    """The class with the lowest recall, where its whole range lies below the overall accuracy."""
    accuracy = report.score("accuracy")
    found = [
        s
        for s in report.scores
        if s.name == "class_recall" and s.value is not None and s.high is not None and s.n >= 10
    ]
    if accuracy is None or accuracy.value is None or not found:
        return None
    worst = min(found, key=lambda s: (s.value or 0.0, s.slice))
    return worst if worst.high is not None and worst.high < accuracy.value else None


def _word(found: WordFacts, say: Strings) -> str:
    way = "word" if found.mean >= 0 else "word_away"
    return say(f"summary.{way}", word=printable(found.word, 30), target=printable(found.target, 40))


def _chart(report: Report, say: Strings) -> tuple[Figure, ...]:
    """The headline figures with their ranges, as a chart; nothing when there is but one."""
    found = [s for s in report.scores if s.name in TELLING and not s.slice and s.value is not None][:12]
    if len(found) < 2:
        return ()
    level = say.numbers.level(report.run.level)
    lines = [(_name(report, s), s.value, s.low, s.high, s.n, s.unit, s.level, s.key) for s in found]
    spec = dots(lines)
    items = "; ".join(f"{_name(report, s)}: {w.with_range(s, say)}" for s in found)
    alt = say("scores.chart_alt", level=level, items=items)
    return (Figure(spec, alt, say("scores.chart_caption", level=level)),)


def _name(report: Report, score: Score) -> str:
    title = w.title_of(report, score)
    return f"{title}: {w.probes_of(score)}" if score.name in UNDER_ATTACK else title


SUMMARY = Chapter("summary", summary, executive=True)
