"""Two runs of models that are equally good, on the same texts: whatever is called better or worse of them is wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from simulated import attack, example, explained, perturbed, prediction

from audit.score.frames import Frames, build_frames
from audit.score.pairing import Difference, compare_runs

RECIPES = ("textfooler", "pwws", "deepwordbug")
METHODS = ("integrated_gradients", "leave_one_out")
METRICS = ("comprehensiveness", "sufficiency", "infidelity", "tau_loo")


def skeleton(n: int) -> Frames:
    """Frames of n texts with everything that can be compared; the numbers are to be drawn."""
    names = [f"row {i}" for i in range(n)]
    records = []
    for name in names:
        records += [prediction(name, "positive", (0.2, 0.8)), perturbed(name, 0, 3)]
        records += [attack(name, "success", recipe=recipe) for recipe in RECIPES]
        metrics = dict.fromkeys(METRICS, 0.1)
        records += [explained(name, [1.0, 2.0], method=method, metrics=metrics) for method in METHODS]
    examples = [example(name, "positive") for name in names]
    return build_frames(records, labels=("negative", "positive"), examples=examples)


def pair(frames: Frames, rng: np.random.Generator) -> tuple[Frames, Frames]:
    """Two runs of equal models: outcomes are drawn anew for each, from the same hidden difficulty of each text."""
    difficulty = rng.beta(1.5, 5.0, len(frames.predictions))
    return _drawn(frames, difficulty, rng), _drawn(frames, difficulty, rng)


def differences(frames: Frames, seed: int, *, resamples: int = 200) -> list[Difference]:
    """What is said of one such pair."""
    return compare_runs(*pair(frames, np.random.default_rng(seed)), seed=seed, resamples=resamples)


def _drawn(frames: Frames, difficulty: np.ndarray, rng: np.random.Generator) -> Frames:
    p = frames.predictions
    by_text = pd.Series(difficulty, index=p["content_id"])
    right = rng.random(len(p)) > difficulty
    sure = np.clip(1.0 - difficulty * rng.uniform(0.5, 1.0, len(p)), 0.02, 0.98)
    own = np.where(right, np.maximum(sure, 1 - sure), np.minimum(sure, 1 - sure)).astype(np.float32)
    hard = by_text.loc[frames.attacks["content_id"]].to_numpy()
    hit = rng.random(len(hard)) < 0.2 + hard
    flips = rng.binomial(3, by_text.loc[frames.perturbations["content_id"]].to_numpy())
    skew = {name: rng.lognormal(-1.0, 1.0, len(frames.attributions)) for name in METRICS}
    return replace(
        frames,
        predictions=p.assign(correct=right.astype(int), predicted=np.where(right, "positive", "negative")),
        probs=np.column_stack([1.0 - own, own]),
        attacks=frames.attacks.assign(status=np.where(hit, "success", "failed")),
        perturbations=frames.perturbations.assign(flips=flips),
        attributions=frames.attributions.assign(**skew),
    )
