"""How often statements about words, groups, F1 and judged attacks are wrong: each line says its goal beside what was measured.

Called by `bench_score_coverage.py`, which puts the tests' helpers on the path.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from simulated import attack
from simulated_audits import (
    PLANTED,
    confusion_population,
    fitted_weights,
    group_shares,
    group_sizes,
    judged_audit,
    sums_of,
    word_audit,
)

from audit.score.f1 import macro_f1
from audit.score.frames import Frames, build_frames
from audit.score.importance import word_rows, word_table
from audit.score.intervals import newcombe, wilson
from audit.score.measurer import Measurer
from audit.score.shortcuts import shortcuts
from audit.score.validity import valid_success_rate
from audit.score.widest import widest_gap

METHOD = "leave_one_out"
PATTERNS = {"none": 0.0, "one lower": 0.2, "one higher": 0.2, "two": 0.2, "even": 0.2, "halves": 0.1}
"""How groups lie between the extremes, and the true gap; see `group_shares`."""


class Line(NamedTuple):
    """One measured rate."""

    what: str
    goal: str
    measured: str


def accused(frames: Frames) -> set[str]:
    """The words that `shortcut_word` accuses in one audit."""
    lines = word_rows(frames, METHOD)
    found = shortcuts(frames, [(METHOD, word_table(lines, METHOD), lines)])
    return {str(one.word["word"]) for one in found[METHOD]}


def words(audits: int) -> Iterator[Line]:
    """Audits of sound models that accuse any word, and audits that find a planted one."""
    sound = {
        "15 words": {"words": 15}, "200 words": {"words": 200}, "15 words, 6 classes": {"words": 15, "classes": 6},
        "40 words, 20 classes": {"words": 40, "classes": 20, "strength": 1.5},
        "overconfident, logits x 8": {"words": 40, "sharpness": 8.0},
        "underconfident, logits x 0.4": {"words": 40, "sharpness": 0.4},
        "no probabilities": {"words": 40, "probabilities": False},
    }  # fmt: skip
    for name, about in sound.items():
        for rows in (100, 200, 500, 1800, 5000):
            count = audits if rows < 5000 else audits // 4
            hits = sum(bool(accused(word_audit(np.random.default_rng(i), rows, **about))) for i in range(count))
            yield Line(f"sound model accused: {name}, {rows} rows", "at most 5%", f"{hits / count:.1%}")
    for trained in (500, 2000, 10_000):
        for rows in (500, 5000):
            count, hits = audits // 4, 0
            for i in range(count):
                rng = np.random.default_rng(i)
                weights = rng.normal(0.0, 0.6, (60, 2))
                model = fitted_weights(rng, trained, weights)
                hits += bool(accused(word_audit(rng, rows, words=60, weights=weights, model=model)))
            yield Line(f"logistic regression of {trained} rows accused, {rows} rows", "", f"{hits / count:.1%}")
    for weight, share in ((1.0, 0.1), (2.0, 0.1), (2.0, 0.3), (3.0, 0.05)):
        for rows in (200, 500, 1800):
            made = [
                accused(word_audit(np.random.default_rng(i), rows, words=40, planted=weight, planted_in=share))
                for i in range(audits // 4)
            ]
            found, other = (np.mean([PLANTED in one for one in made]), np.mean([bool(one - {PLANTED}) for one in made]))
            yield Line(
                f"planted word of weight {weight:g} in {share:.0%} of texts found, {rows} rows", "",
                f"{found:.1%} (another word {other:.1%})",
            )  # fmt: skip


def groups(audits: int, resamples: int) -> Iterator[Line]:
    """Intervals of the widest gap between groups that hold the true one, and that leave out 0 where there is none."""
    for count in (2, 3, 5, 10, 20, 50):
        for sizes in ("30", "200", "rising", "falling"):
            for pattern, gap in PATTERNS.items():
                goal = "at least 93%" if gap else "0 left out in at most 5%"
                rows, done = group_sizes(sizes, count), []
                for base in (0.5, 0.8, 0.95):
                    shares = group_shares(pattern, count, base, gap)
                    made = np.array([_gap(shares, rows, i, resamples) for i in range(audits)])
                    held = (made[:, 0] <= np.ptp(shares) + 1e-9) & (made[:, 1] >= np.ptp(shares) - 1e-9)
                    done.append(f"{(held if gap else made[:, 0] > 0).mean():.1%}")
                what = f"gap of {count} groups of {sizes} rows, {pattern} by {gap:g}, base 0.5 / 0.8 / 0.95"
                yield Line(what, goal, " / ".join(done))


def _gap(shares: np.ndarray, rows: np.ndarray, seed: int, resamples: int) -> tuple[float, float]:
    """The interval that `accuracy_gap` has in one audit."""
    rng = np.random.default_rng(seed)
    seen = rng.binomial(rows, shares) / rows
    if seen.size == 2:
        worst, best = np.argsort(seen, kind="stable")
        return newcombe((seen[worst] * rows[worst], rows[worst]), (seen[best] * rows[best], rows[best]))
    low, high = widest_gap(seen, rows.astype(float), rng, resamples=resamples).interval(0.95)
    return max(low, 0.0), high


def judged(audits: int, resamples: int) -> Iterator[Line]:
    """Intervals of the attack success that keeps the meaning, once people have judged."""
    for rows, success in ((100, 0.8), (200, 0.5), (500, 0.3)):
        frame = build_frames([attack(f"r{i}", "success") for i in range(rows)], labels=("negative", "positive")).attacks
        for keeps, rule in ((0.6, 0.8), (0.2, 0.7), (0.9, 0.95)):
            held = []
            for number in (10, 20, 40, 80, 500):
                hits = 0
                for i in range(audits):
                    rng = np.random.default_rng(i)
                    drawn, reviews = judged_audit(rng, frame, judged=number, success=success, keeps=keeps, rule=rule)
                    low, high = valid_success_rate("textfooler", drawn, Measurer(i, resamples), reviews).interval(0.95)
                    hits += low <= success * keeps <= high
                held.append(f"{hits / audits:.1%}")
            what = f"judged 10 / 20 / 40 / 80 / all, {rows} rows, {keeps:.0%} keep, rule right {rule:.0%}"
            yield Line(what, "at least 93%", " / ".join(held))


def f1(audits: int, resamples: int) -> Iterator[Line]:
    """Intervals of macro-F1 and of the F1 of the rarest class."""
    rng = np.random.default_rng(5)
    populations = {
        "2 classes, one 2% with recall 0.6": np.array([[0.98 * 0.98, 0.98 * 0.02], [0.02 * 0.4, 0.02 * 0.6]]),
        "2 classes, one 2% with recall 0.9": np.array([[0.98 * 0.995, 0.98 * 0.005], [0.02 * 0.1, 0.02 * 0.9]]),
        "2 classes alike": np.array([[0.43, 0.07], [0.08, 0.42]]),
        "3 classes, one 2%": np.array([[0.54, 0.05, 0.01], [0.04, 0.33, 0.01], [0.005, 0.003, 0.012]]),
        "5 classes, uneven": confusion_population(rng, 5, recall=0.85, skew=1.5),
        "20 classes, uneven": confusion_population(rng, 20, recall=0.8, skew=1.0),
        "77 classes": confusion_population(rng, 77, recall=0.9),
        "77 classes, uneven": confusion_population(rng, 77, recall=0.9, skew=0.7),
        "77 classes, weak": confusion_population(rng, 77, recall=0.6, skew=0.3),
    }  # fmt: skip
    for name, drawn in populations.items():
        table = drawn / drawn.sum()
        for rows in (200, 500, 2000):
            held = one = one_of = 0
            for i in range(audits):
                counts = np.random.default_rng(i).multinomial(rows, table.ravel()).reshape(table.shape)
                present = counts.sum(axis=1) > 0
                low, high = macro_f1(sums_of(counts), resamples=resamples).interval(0.95)
                held += low <= _macro_of(table, present) <= high
                last, either = counts[-1, -1], counts[-1].sum() + counts[:, -1].sum() - counts[-1, -1]
                if either:
                    one_of += 1
                    true = table[-1, -1] / (table[-1].sum() + table[:, -1].sum() - table[-1, -1])
                    bounds = wilson(int(last), int(either))
                    one += bounds.low <= true <= bounds.high
            rates = f"{held / audits:.1%} ({one / max(one_of, 1):.1%})"
            yield Line(f"macro-F1, {name}, {rows} rows (last class's F1)", "93-97%", rates)


def _macro_of(table: np.ndarray, present: np.ndarray) -> float:
    """The population's macro-F1 over the classes that the audit has rows of."""
    f1_of = 2.0 * np.diag(table) / (table.sum(axis=0) + table.sum(axis=1))
    return float(f1_of[present].mean())


def report(kinds: list[str], audits: int, resamples: int) -> None:
    """Print every line of the kinds asked for as it is measured."""
    made: dict[str, Callable[[], Iterator[Line]]] = {
        "words": lambda: words(audits),
        "groups": lambda: groups(audits // 5, resamples),
        "judged": lambda: judged(audits, resamples),
        "f1": lambda: f1(audits, resamples),
    }
    for kind in kinds:
        started = time.process_time()
        print(f"\n{'':4s}{kind:76s} {'goal':38s} measured", flush=True)
        for line in made[kind]():
            print(f"    {line.what:76s} {line.goal:38s} {line.measured}", flush=True)
        print(f"    {audits} audits each, {time.process_time() - started:.0f} s of CPU", flush=True)
