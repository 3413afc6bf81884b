"""How often statements about words, groups, probabilities, F1 and judged attacks are wrong: its goal stands beside each.

Called by `bench_score_coverage.py`, which puts the tests' helpers on the path.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import Any, NamedTuple

import numpy as np
from simulated import attack, example, prediction
from simulated_audits import (
    PLANTED,
    confusion_population,
    fitted_weights,
    group_shares,
    group_sizes,
    judged_audit,
    sharpened,
    stated_audit,
    sums_of,
    true_overuse,
    with_stated,
    word_audit,
)

from audit.score.calibration import calibration
from audit.score.f1 import macro_f1
from audit.score.frames import Frames, build_frames
from audit.score.intervals import newcombe, share_interval
from audit.score.measurer import Measurer
from audit.score.shortcuts import Shortcut, shortcuts
from audit.score.validity import valid_success_rate
from audit.score.widest import widest_gap
from audit.score.word_rows import word_rows, word_table

METHOD = "leave_one_out"
PATTERNS = {"none": 0.0, "one lower": 0.2, "one higher": 0.2, "two": 0.2, "even": 0.2, "halves": 0.1}
"""How groups lie between the extremes, and the true gap; see `group_shares`."""


class Line(NamedTuple):
    """One measured rate."""

    what: str
    goal: str
    measured: str


Cell = Callable[[], Line]
"""What measures one line, in any process."""


def found_words(frames: Frames) -> list[Shortcut]:
    """What `shortcut_word` finds in one audit."""
    lines = word_rows(frames, METHOD)
    return shortcuts(frames, [(METHOD, word_table(lines, METHOD), lines)])[METHOD]


def accused(frames: Frames) -> set[str]:
    """The words that `shortcut_word` accuses in one audit."""
    return {str(one.word["word"]) for one in found_words(frames)}


def words(audits: int) -> Iterator[Cell]:
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
            yield partial(_of_sound, name, about, rows, audits if rows < 5000 else audits // 4)
    for trained in (500, 2000, 10_000):
        for rows in (500, 5000):
            yield partial(_of_trained, trained, rows, audits // 4)
    for weight, share in ((1.0, 0.1), (2.0, 0.1), (2.0, 0.3), (3.0, 0.05)):
        for rows in (200, 500, 1800):
            yield partial(_of_planted, weight, share, rows, audits // 4)


def _of_sound(name: str, about: Mapping[str, Any], rows: int, audits: int) -> Line:
    """Audits of a sound model that accuse any word."""
    hits = sum(bool(accused(word_audit(np.random.default_rng(i), rows, **about))) for i in range(audits))
    return Line(f"sound model accused: {name}, {rows} rows", "at most 5%", f"{hits / audits:.1%}")


def _of_planted(weight: float, share: float, rows: int, audits: int) -> Line:
    """Audits that find a planted word, and that accuse another."""
    made = [
        accused(word_audit(np.random.default_rng(i), rows, words=40, planted=weight, planted_in=share))
        for i in range(audits)
    ]
    found, other = (np.mean([PLANTED in one for one in made]), np.mean([bool(one - {PLANTED}) for one in made]))
    what = f"planted word of weight {weight:g} in {share:.0%} of texts found, {rows} rows"
    return Line(what, "", f"{found:.1%} (another word {other:.1%})")


def _of_trained(trained: int, rows: int, audits: int) -> Line:
    """Audits of models that learnt from few rows, and whether these do count the accused words for too much."""
    hits, beyond = 0, []
    for i in range(audits):
        rng = np.random.default_rng(i)
        weights = rng.normal(0.0, 0.6, (60, 2))
        model = fitted_weights(rng, trained, weights)
        found = found_words(word_audit(rng, rows, words=60, weights=weights, model=model))
        hits += bool(found)
        if found:
            true = true_overuse(np.random.default_rng(audits + i), weights, model)
            beyond += [true[int(one.word["word"][1:]), int(one.word["target"][1:])] for one in found]
    told = (
        f"{hits / audits:.1%}; of {len(beyond)} accused words {np.mean(np.array(beyond) > 0):.0%} true"
        if beyond
        else "0.0%"
    )
    if beyond:
        told += f", beyond by {np.mean(beyond):.1%} on average, {min(beyond):.1%} at least"
    return Line(f"logistic regression of {trained} rows accused, {rows} rows", "true of the model", told)


def groups(audits: int, resamples: int) -> Iterator[Cell]:
    """Intervals of the widest gap between groups that hold the true one, and that leave out 0 where there is none.

    The least of many measured rates is low by luck alone. So cells that look low in `audits` audits are drawn anew, ten
    times as often, and only the second figure counts; each cell has draws of its own.
    """
    for count in (2, 3, 5, 10, 20, 50):
        for sizes in ("20", "30", "200", "1000", "rising", "falling"):
            for pattern in PATTERNS:
                yield partial(_of_groups, count, sizes, pattern, audits, resamples)


def _of_groups(count: int, sizes: str, pattern: str, audits: int, resamples: int) -> Line:
    """One line of `groups`."""
    gap, told = PATTERNS[pattern], []
    for base in (0.6, 0.8, 0.97):
        shares, rows = group_shares(pattern, count, base, gap), group_sizes(sizes, count)
        rate = _held(shares, rows, range(audits), resamples)
        low = rate < 0.95 if gap else rate > 0.05
        if low:
            rate = _held(shares, rows, range(audits, 11 * audits), resamples)
        told.append(f"{rate:.1%}{'*' if low else ''}")
    what = f"gap of {count} groups of {sizes} rows, {pattern} by {gap:g}, base 0.6 / 0.8 / 0.97"
    return Line(what, "93-97%; more where the gap is small" if gap else "0 left out in at most 5%", " / ".join(told))


def _held(shares: np.ndarray, rows: np.ndarray, seeds: range, resamples: int) -> float:
    """Share of audits whose interval holds the true gap; where there is none, whose interval leaves out 0."""
    gap = float(np.ptp(shares))
    cell = zlib.crc32(np.concatenate([shares, rows]).tobytes())
    made = np.array([_gap(shares, rows, (cell, seed), resamples) for seed in seeds])
    if gap == 0.0:
        return float((made[:, 0] > 0).mean())
    return float(((made[:, 0] <= gap + 1e-9) & (made[:, 1] >= gap - 1e-9)).mean())


def _gap(shares: np.ndarray, rows: np.ndarray, seed: tuple[int, int], resamples: int) -> tuple[float, float]:
    """The interval that `accuracy_gap` has in one audit."""
    rng = np.random.default_rng(seed)
    seen = rng.binomial(rows, shares) / rows
    if seen.size == 2:
        worst, best = np.argsort(seen, kind="stable")
        ends = (seen[worst] * rows[worst], rows[worst]), (seen[best] * rows[best], rows[best])
        return newcombe(*ends, of_share=share_interval)
    low, high = widest_gap(seen, rows.astype(float), rng, resamples=resamples).interval(0.95)
    return max(low, 0.0), high


def stated(audits: int, resamples: int) -> Iterator[Cell]:
    """Calibration: how often the error's interval holds the true one, and calibrated models that are called overconfident."""
    for rows in (100, 200, 500, 2000):
        for kind, factor in (("spread", 1.0), ("levels", 1.0), ("spread", 2.0), ("levels", 2.0), ("saturated", 1.0)):
            yield partial(_of_stated, rows, kind, factor, audits, resamples)


def _of_stated(rows: int, kind: str, factor: float, audits: int, resamples: int) -> Line:
    """One line of `stated`."""
    names = [f"row {i}" for i in range(rows)]
    records = [prediction(name, "positive", (0.2, 0.8)) for name in names]
    blank = build_frames(
        records, labels=("negative", "positive"), examples=[example(name, "positive") for name in names]
    )
    error, gap = _true_error(kind, factor)
    held = np.zeros(4)
    for i in range(audits):
        drawn = stated_audit(np.random.default_rng(i), rows, kind, factor)
        made = {m.name: m.interval(0.95) for m in calibration(with_stated(blank, *drawn), Measurer(i, resamples))}
        ece, apart = made["ece"], made["confidence_gap"]
        held += (
            ece.low <= error <= ece.high,
            ece.low > 0,
            apart.low <= gap <= apart.high,
            not apart.low <= 0 <= apart.high,
        )
    rates = held / audits
    return Line(
        f"{kind} x {factor:g}, {rows} rows: error covered, 0 left out; overconfidence covered, 0 left out",
        "93-97%, at most 5% where calibrated" if error == 0.0 else "93-97%",
        f"{rates[0]:.1%}, {rates[1]:.1%}; {rates[2]:.1%}, {rates[3]:.1%}",
    )


def _true_error(kind: str, factor: float) -> tuple[float, float]:
    """Calibration error and overconfidence of a population of `stated_audit`."""
    if kind == "saturated":
        return 0.1, 0.1
    true = stated_audit(np.random.default_rng(0), 1_000_000, kind)[0]
    apart = sharpened(true, factor) - true
    return float(np.abs(apart).mean()), float(apart.mean())


def judged(audits: int, resamples: int) -> Iterator[Cell]:
    """Intervals of the attack success that keeps the meaning, once people have judged."""
    for rows, success in ((100, 0.8), (200, 0.5), (500, 0.3)):
        for keeps, rule in ((0.6, 0.8), (0.2, 0.7), (0.9, 0.95)):
            yield partial(_of_judged, rows, success, keeps, rule, audits, resamples)


def _of_judged(rows: int, success: float, keeps: float, rule: float, audits: int, resamples: int) -> Line:
    """One line of `judged`."""
    frame = build_frames([attack(f"r{i}", "success") for i in range(rows)], labels=("negative", "positive")).attacks
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
    return Line(what, "at least 93%", " / ".join(held))


def f1(audits: int, resamples: int) -> Iterator[Cell]:
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
        for rows in (200, 500, 2000):
            yield partial(_of_f1, name, drawn / drawn.sum(), rows, audits, resamples)


def _of_f1(name: str, table: np.ndarray, rows: int, audits: int, resamples: int) -> Line:
    """One line of `f1`."""
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
            bounds = share_interval(int(last), int(either))
            one += bounds.low <= true <= bounds.high
    rates = f"{held / audits:.1%} ({one / max(one_of, 1):.1%})"
    return Line(f"macro-F1, {name}, {rows} rows (last class's F1)", "93-97%", rates)


def _macro_of(table: np.ndarray, present: np.ndarray) -> float:
    """The population's macro-F1 over the classes that the audit has rows of."""
    f1_of = 2.0 * np.diag(table) / (table.sum(axis=0) + table.sum(axis=1))
    return float(f1_of[present].mean())


def report(kinds: list[str], audits: int, resamples: int, workers: int = 1) -> None:
    """Print every line of the kinds asked for as it is measured, several at a time by as many processes."""
    made: dict[str, Callable[[], Iterator[Cell]]] = {
        "words": lambda: words(audits),
        "groups": lambda: groups(audits // 20, resamples),
        "stated": lambda: stated(audits, resamples),
        "judged": lambda: judged(audits, resamples),
        "f1": lambda: f1(audits, resamples),
    }
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for kind in kinds:
            print(f"\n{'':4s}{kind:76s} {'goal':38s} measured", flush=True)
            spent = 0.0
            for line, seconds in (pool if workers > 1 else Here()).map(_timed, made[kind]()):
                spent += seconds
                print(f"    {line.what:76s} {line.goal:38s} {line.measured}", flush=True)
            print(f"    {audits} audits each, {spent:.0f} s of CPU", flush=True)


class Here:
    """What a pool of processes is, without any."""

    map = staticmethod(map)


def _timed(cell: Cell) -> tuple[Line, float]:
    started = time.process_time()
    return cell(), time.process_time() - started
