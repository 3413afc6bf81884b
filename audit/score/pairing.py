"""Two runs on the same rows: paired differences with intervals and tests, non-inferiority, and the rows that changed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from audit.errors import SpecError
from audit.language.translating import tr_later
from audit.score.bootstrap import RESAMPLES, of_mean
from audit.score.calibration import true_probabilities
from audit.score.common import merge
from audit.score.definitions import define
from audit.score.frames import Frames
from audit.score.intervals import holm, paired
from audit.score.robustness import recipes, survival
from audit.score.sign_flips import sign_flip, texts_needed
from audit.score.sparse import interval_of
from audit.scored import Direction, Verdict
from audit.seeds import row_generator


@dataclass(frozen=True, slots=True)
class Difference:
    """One score in two runs, on the texts both have (each once, however often the table repeats it).

    Where the same labels are used, texts that the two tables label otherwise are left out of what depends on a label.

    Attributes:
        first, second: the score in each run on these texts.
        difference: second - first, with its interval; None where the texts are too few or too alike for one.
        p_value: of no difference (exact McNemar, or sign flips); `p_adjusted` after Holm over all scores compared.
        gained, lost: texts that became good, or bad; None for means.
        n: texts both runs have.
        needed: texts from which on a difference can be established among the scores compared.
        probe: key of the probe in both runs; `registered` its registered name; `other_probe` is empty, no score of two
            probes is compared.
        method: `mcnemar+newcombe` or `sign-flip+bootstrap-percentile(2000)`.
    """

    name: str
    probe: str
    first: float
    second: float
    difference: float
    low: float | None
    high: float | None
    level: float
    n: int
    p_value: float
    p_adjusted: float
    method: str
    direction: Direction
    gained: int | None = None
    lost: int | None = None
    needed: int = 1
    registered: tuple[str, ...] = ()
    other_probe: str = ""

    @property
    def key(self) -> str:
        """As `Score.key`."""
        return f"{self.name}@{self.probe}" if self.probe else self.name

    @property
    def better(self) -> bool | None:
        """Whether the second run is better; None where the corrected test does not establish that it is, or is worse."""
        if not self.established or self.direction == "neutral":
            return None
        return (self.difference > 0.0) == (self.direction == "higher_is_better")

    @property
    def established(self) -> bool:
        """Whether there is a difference beyond chance, corrected for all the scores compared."""
        return self.n >= self.needed and self.p_adjusted <= 1.0 - self.level and self.difference != 0.0

    @property
    def said(self) -> str:
        """The difference in words, the same wherever it is told."""
        if self.n < self.needed:
            return tr_later(f"cannot say: {self.n} text{'' if self.n == 1 else 's'} in common, it takes {self.needed}")
        if not self.established:
            return tr_later("no difference is established")
        if self.better is None:
            return tr_later("higher") if self.difference > 0.0 else tr_later("lower")
        return tr_later("better") if self.better else tr_later("worse")


def compare_runs(
    first: Frames, second: Frames, *, level: float = 0.95, seed: int = 0, resamples: int = RESAMPLES
) -> list[Difference]:
    """Every score that both runs can be compared on, text by text.

    Accuracy, survival of each recipe and rows without a flip under each perturbation by exact McNemar and Newcombe's
    paired interval; Brier, NLL and the explanation metrics by sign flips and a paired bootstrap. What is called better
    or worse is so after Holm's correction for all of them: of two equal models, some score is in at most 1 - level of
    pairs. Which rows were sampled, and with which parameters, is for the caller to compare.

    Raises:
        SpecError: the runs have no text in common.
    """
    shares = list(outcomes(first, second))
    means = list(values(first, second))
    if not shares and not means:
        raise SpecError("The two runs have no rows in common; compare runs of the same table.")
    made = [_of_outcomes(name, probe, table, level) for name, probe, table in shares]
    made += [_of_values(name, probe, table, level, seed, resamples) for name, probe, table in means]
    adjusted = holm([difference.p_value for difference in made])
    needed = texts_needed(len(made), 1.0 - level)
    names = {**second.names, **first.names}
    return [
        replace(d, p_adjusted=float(p), needed=needed, registered=(names[d.probe],) if d.probe in names else ())
        for d, p in zip(made, adjusted, strict=True)
    ]


def non_inferior(difference: Difference, margin: float) -> Verdict:
    """Whether the second run is no worse than the first by more than `margin` (in the unit of the score).

    PASS when the whole interval says so, FAIL when the whole interval says it is worse by more, else INCONCLUSIVE.

    Raises:
        SpecError: a negative margin, or a score for which neither direction is better.
    """
    if margin < 0 or difference.direction == "neutral":
        raise SpecError(
            f"Non-inferiority of {difference.key} needs a margin of 0 or more and a score with a direction."
        )
    if difference.low is None or difference.high is None:
        return "INCONCLUSIVE"
    worse = (-difference.high, -difference.low)
    if difference.direction == "lower_is_better":
        worse = (difference.low, difference.high)
    return "PASS" if worse[1] <= margin else "FAIL" if worse[0] > margin else "INCONCLUSIVE"


def changed_rows(first: Frames, second: Frames) -> pd.DataFrame:
    """Rows on which the two runs differ.

    Columns row_id and row_id_second (each run's own), what (`prediction`, or a recipe or perturbation), first, second (label;
    status of the attack; number of flips), change (`gained`, `lost` or `other`), in table order within each kind.
    """
    lines: list[pd.DataFrame] = []
    for what, column, table in _pairs(first, second):
        ours, theirs = table[f"{column}_first"].astype(str), table[f"{column}_second"].astype(str)
        differs = table[~first.task.sames(ours, theirs) if what == "prediction" else ours != theirs]
        change = np.select(
            [~differs["good_first"] & differs["good_second"], differs["good_first"] & ~differs["good_second"]],
            ["gained", "lost"],
            "other",
        )
        change = np.where(differs["same_truth"], change, "other")  # by other labels nothing is gained or lost
        made = {"row_id": differs["row_id"], "row_id_second": differs["row_id_second"], "what": what, "change": change}
        made |= {side: differs[f"{column}_{side}"].astype(str) for side in ("first", "second")}
        lines.append(pd.DataFrame(made))
    columns = ["row_id", "row_id_second", "what", "first", "second", "change"]
    return pd.concat(lines, ignore_index=True)[columns] if lines else pd.DataFrame(columns=columns)


def _pairs(first: Frames, second: Frames) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """What is compared row by row: name, the column that says it, and both runs' rows with `good` for each."""
    merged = merge(first, second, _predictions(first), _predictions(second))
    if len(merged):
        yield "prediction", "predicted", merged
    for kind, column in (("attacks", "status"), ("perturbations", "flips")):
        ours, theirs = _by_probe(first, kind), _by_probe(second, kind)
        for probe in sorted(set(ours) & set(theirs)):
            merged = merge(first, second, ours[probe], theirs[probe])
            if len(merged):
                yield probe, column, merged


def outcomes(first: Frames, second: Frames) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Scores that are shares: name, probe, and both runs' rows with `good_first` and `good_second`.

    For `flip_any`, which counts flips, `good` is a row that keeps its answer.
    """
    for what, column, table in _pairs(first, second):
        if column == "predicted":
            labelled = table[table["labelled_first"] & table["labelled_second"] & table["same_truth"]]
            if len(labelled):
                yield "accuracy", "", labelled
        elif column == "status":
            judged = table[table["same_truth"] & (table["name_first"] == table["name_second"])]
            if len(judged):
                yield str(judged["name_first"].iloc[0]), what, judged
        else:
            yield "flip_any", what, table


def values(first: Frames, second: Frames) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Scores that are means: name, probe, and both runs' rows with their values as `first` and `second`."""
    ours, theirs = true_probabilities(first), true_probabilities(second)
    merged = merge(first, second, ours, theirs)
    merged = merged[merged["same_truth"]]
    for name in ("brier", "nll"):
        if len(merged):
            yield name, "", merged.rename(columns={f"{name}_first": "first", f"{name}_second": "second"})
    methods = _by_probe(first, "attributions"), _by_probe(second, "attributions")
    for probe in sorted(set(methods[0]) & set(methods[1])):
        merged = merge(first, second, methods[0][probe], methods[1][probe])
        for name in sorted(set(first.metrics) & set(second.metrics)):
            if name.endswith(("_random", "_best", "_n")):
                continue
            sides = merged.rename(columns={f"{name}_first": "first", f"{name}_second": "second"})
            kept = sides[np.isfinite(sides["first"]) & np.isfinite(sides["second"])]
            if len(kept):
                yield name, probe, kept


def _of_outcomes(name: str, probe: str, table: pd.DataFrame, level: float) -> Difference:
    good = [table[f"good_{side}"].to_numpy(dtype=bool) for side in ("first", "second")]
    if name == "flip_any":  # the score counts the rows that flip
        good = [~outcome for outcome in good]
    test = paired(good[0], good[1], level)
    gained, lost = (test.lost, test.gained) if name == "flip_any" else (test.gained, test.lost)
    return Difference(
        name=name,
        probe=probe,
        first=float(good[0].mean()),
        second=float(good[1].mean()),
        difference=test.difference,
        low=test.low,
        high=test.high,
        level=level,
        n=test.n,
        p_value=test.p_value,
        p_adjusted=test.p_value,
        method="mcnemar+newcombe",
        direction=define(name).direction,
        gained=gained,
        lost=lost,
    )


def _of_values(name: str, probe: str, table: pd.DataFrame, level: float, seed: int, resamples: int) -> Difference:
    one, two = (table[side].to_numpy(dtype=np.float64) for side in ("first", "second"))
    generator = row_generator(seed, f"{name}@{probe}", "compare")
    made = of_mean(two - one, np.ones(len(table)), generator, resamples=resamples)
    low, high = interval_of(made, (-math.inf, math.inf), level) or (None, None)
    p_value = sign_flip(two - one, generator)
    return Difference(
        name=name,
        probe=probe,
        first=float(one.mean()),
        second=float(two.mean()),
        difference=made.value,
        low=low,
        high=high,
        level=level,
        n=len(table),
        p_value=p_value,
        p_adjusted=p_value,
        method=f"sign-flip+{made.method}",
        direction=define(name).direction,
    )


def _predictions(frames: Frames) -> pd.DataFrame:
    p = frames.predictions
    good = p[~p["error"]]
    return good.assign(good=good["correct"] == 1, labelled=good["correct"] >= 0)


def _by_probe(frames: Frames, kind: str) -> dict[str, pd.DataFrame]:
    """The rows of each probe without errors, with `good` where there is such a thing."""
    found: dict[str, pd.DataFrame] = {}
    if kind == "attacks":
        for probe, rows in recipes(frames):
            tried = rows[~rows["error"] & (rows["goal"] == "untargeted")]
            if len(tried):
                name, counted, right = survival(tried)
                found[probe] = counted.assign(good=right, name=name)
        return found
    table: pd.DataFrame = getattr(frames, kind)
    for of, rows in table.groupby("probe", sort=True):
        kept = rows[~rows["error"]]
        if kind == "perturbations":
            kept = kept[kept["changed"] > 0]
            kept = kept.assign(good=kept["flips"] == 0)
        found[str(of)] = kept
    return found
