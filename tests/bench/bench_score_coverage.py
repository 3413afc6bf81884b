"""2,000 simulated audits: how often intervals cover, and how often verdicts are wrong. `python tests/bench/bench_score_coverage.py`.

Each audit draws rows from a population whose true figures are known, is measured by `audit.score`, and its 95% intervals
and its verdicts (twelve checks, thresholds at the truth: every FAIL and every PASS is wrong) are held against them.
Run for several numbers of rows; prints one table. The population: two classes; a text's errors, attacks and flips
depend on a hidden difficulty, so variants of one text go together; explanation metrics are skewed.

`--only words groups stated judged f1` measures what is said of words, groups, probabilities, judged attacks and F1 instead
(`statements.py`):
each line has its goal beside it.
"""

# ruff: noqa: E402 - the repository and the tests' helpers come onto the path first

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[1] / "support")]

from simulated import attack, example, explained, perturbed, prediction
from statements import report

from audit.score.calibration import calibration
from audit.score.checks import decide_checks
from audit.score.faithfulness import faithfulness
from audit.score.frames import Frames, build_frames
from audit.score.measurer import Measurer
from audit.score.measures import Measures
from audit.score.performance import performance
from audit.score.perturbation import perturbations
from audit.score.policy import Check, Policy
from audit.score.robustness import robustness

WATCHED = (
    "accuracy", "macro_f1", "accuracy_under_attack@textfooler", "attack_success_rate@textfooler",
    "attack_success_rate_valid@textfooler", "flip_rate@typos", "flip_any@typos", "worst_case_retained@perturbations",
    "flip_rate@case", "comprehensiveness@integrated_gradients", "comprehensiveness_normalised@integrated_gradients",
    "infidelity@integrated_gradients", "brier", "nll", "confidence_gap", "ece", "words_changed_median@textfooler",
)  # fmt: skip

KINDS = ("intervals", "words", "groups", "stated", "judged", "f1")


def skeleton(n: int) -> Frames:
    """Frames of n rows whose numbers are to be drawn."""
    names = [f"row {i}" for i in range(n)]
    records = []
    for name in names:
        records += [prediction(name, "positive", (0.2, 0.8)), attack(name, "success")]
        records += [perturbed(name, 0, 3), perturbed(name, 0, 1, kind="case", variants=1)]
        metrics = {f"comprehensiveness{end}": 0.5 for end in ("", "_random", "_best")} | {"infidelity": 0.1}
        records.append(explained(name, [1.0, 2.0], metrics=metrics))
    examples = [example(name, "positive") for name in names]
    return build_frames(records, labels=("negative", "positive"), examples=examples)


def draw(frames: Frames, rng: np.random.Generator) -> Frames:
    """The same rows with fresh outcomes."""
    n = len(frames.predictions)
    difficulty = rng.beta(1.5, 6.0, n)
    truth = rng.random(n) < 0.6
    right = rng.random(n) > difficulty
    sure = np.clip(1.0 - 0.7 * difficulty + rng.normal(0, 0.05, n), 0.51, 0.999)
    labels = np.array(["negative", "positive"])
    guess = np.where(right, truth, ~truth)
    p = frames.predictions.assign(
        label=labels[truth.astype(int)], predicted=labels[guess.astype(int)], confidence=sure, correct=right.astype(int)
    )
    probs = np.where(guess[:, None] == np.array([False, True]), sure[:, None], 1.0 - sure[:, None]).astype(np.float32)
    hit = right & (rng.random(n) < 0.2 + 1.6 * difficulty)
    status = np.where(~right, "skipped", np.where(hit, "success", "failed"))
    words = 1 + rng.poisson(1.3, n)
    a = frames.attacks.assign(
        label=p["label"],
        before=p["predicted"],
        status=status,
        valid=np.where(hit, rng.random(n) < 0.7, -1).astype(np.int8),
        words_changed=words,
    )
    v = frames.perturbations.copy()
    several = (v["probe"] == "typos").to_numpy()
    chance = pd.Series(difficulty, index=p["content_id"]).loc[v["content_id"]].to_numpy()
    v["flips"] = rng.binomial(np.where(several, 3, 1), chance)
    base = rng.gamma(2.0, 0.1, n)
    e = frames.attributions.assign(
        comprehensiveness=0.3 + base, comprehensiveness_random=0.2 + 0.5 * base + rng.normal(0, 0.05, n),
        comprehensiveness_best=0.5 + base + rng.normal(0, 0.05, n), infidelity=rng.lognormal(-2.0, 1.0, n),
    )  # fmt: skip
    return Frames(frames.task, frames.examples, p, probs, a, v, e)


def measure(frames: Frames, seed: int, resamples: int) -> Measures:
    measurer = Measurer(seed, resamples)
    families = (performance, robustness, perturbations, faithfulness, calibration)
    return Measures(tuple(m for family in families for m in family(frames, measurer)))


def truths(rows: int = 400_000) -> dict[str, float]:
    """The population's own figures, from one huge sample drawn row by row as `draw` does."""
    block = skeleton(2_000)
    sums: dict[str, list[float]] = {}
    rng = np.random.default_rng(987_654_321)
    parts = [draw(block, rng) for _ in range(rows // 2_000)]

    def stacked(name: str) -> pd.DataFrame:
        made = pd.concat(
            [
                getattr(part, name).assign(content_id=lambda t, i=i: t["content_id"] + str(i))
                for i, part in enumerate(parts)
            ]
        )
        return made.reset_index(drop=True)

    whole = Frames(
        block.task,
        block.examples,
        stacked("predictions"),
        np.concatenate([p.probs for p in parts]),
        stacked("attacks"),
        stacked("perturbations"),
        stacked("attributions"),
    )
    for m in measure(whole, 0, 2):
        sums.setdefault(m.key, []).append(m.value if m.value is not None else np.nan)
    found = {key: values[0] for key, values in sums.items()}
    table = whole.predictions
    grid = pd.qcut(table["confidence"], 200, duplicates="drop")  # fine bins: ECE without the coarseness of 15
    gaps = table.groupby(grid, observed=True)[["confidence", "correct"]].mean()
    found["ece"] = float((gaps["confidence"] - gaps["correct"]).abs().mean())
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audits", type=int, default=2000)
    parser.add_argument("--rows", type=int, nargs="+", default=[200, 500])
    parser.add_argument("--resamples", type=int, default=1000)
    parser.add_argument("--only", nargs="+", choices=KINDS)
    parser.add_argument("--workers", type=int, default=1, help="processes, for --only")
    options = parser.parse_args()
    kinds = options.only or [*KINDS]
    if "intervals" in kinds:
        intervals(options)
    report([kind for kind in kinds if kind != "intervals"], options.audits, options.resamples, options.workers)


def intervals(options: argparse.Namespace) -> None:
    """The table of intervals and verdicts."""
    expected = truths()
    checks = tuple(
        Check(key, key.partition("@")[0], probe=key.partition("@")[2], min=expected[key]) for key in WATCHED[:12]
    )
    policy = Policy(checks=checks)
    for rows in options.rows:
        frames, started = skeleton(rows), time.process_time()
        covered = dict.fromkeys(WATCHED, 0)
        below, wrong, any_wrong = dict.fromkeys(WATCHED, 0), 0, 0
        for seed in range(options.audits):
            measures = measure(draw(frames, np.random.default_rng(seed)), seed, options.resamples)
            for key in WATCHED:
                interval = measures.find(key).interval(0.95)
                covered[key] += interval.low <= expected[key] + 1e-12 and expected[key] - 1e-12 <= interval.high
                below[key] += interval.high < expected[key]
            settled = [d.verdict != "INCONCLUSIVE" for d in decide_checks(measures, policy)]
            wrong += sum(settled)
            any_wrong += any(settled)
        spent = time.process_time() - started
        print(f"\n{options.audits} audits of {rows} rows, {options.resamples} resamples, {spent:.0f} s of CPU")
        print(f"{'quantity':52s} {'truth':>8s} {'covered':>8s} {'too low':>8s} {'too high':>8s}")
        for key in WATCHED:
            n = options.audits
            print(
                f"{key:52s} {expected[key]:8.4f} {covered[key] / n:8.3f} {below[key] / n:8.3f} {1 - (covered[key] + below[key]) / n:8.3f}"
            )
        print(f"verdicts at the truth: {wrong / options.audits / len(checks):.4f} of comparisons wrong, "
              f"{any_wrong / options.audits:.3f} of audits have any (policy: at most {policy.alpha})")  # fmt: skip


if __name__ == "__main__":
    main()
