"""How easily the model breaks under attack: accuracy under attack, success rates, effort, worst case, fragile classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from audit.language.probes import called
from audit.records import with_stand_ins
from audit.said import Said, told
from audit.score.frames import Frames
from audit.score.measurer import Measurer, absent, difference
from audit.score.measures import EVIDENCE, Measure
from audit.score.reference import usual_under_attack, usual_worst_attack
from audit.score.validity import Reviews, comparable, decisions_of, valid_success_rate
from audit.slices import Slice
from models.task import Task

MIN_CLASS = 20
"""A class's own attack success rate is given from so many attacked rows on."""


def robustness(frames: Frames, measurer: Measurer, reviews: Reviews | None = None) -> Iterator[Measure]:
    """Every score of every recipe, then the worst case over the recipes."""
    for probe, rows in recipes(frames):
        yield from of_recipe(probe, rows, measurer, frames.task, reviews)
    yield from worst_case(frames, measurer)


def recipes(frames: Frames) -> Iterator[tuple[str, pd.DataFrame]]:
    """The outcomes of each recipe, by name."""
    for probe, rows in frames.attacks.groupby("probe", sort=True):
        yield str(probe), rows


def of_recipe(
    probe: str, rows: pd.DataFrame, measurer: Measurer, task: Task, reviews: Reviews | None = None
) -> Iterator[Measure]:
    """The scores of one recipe's outcomes (frame `attacks`, one probe)."""
    yield measurer.proportion(
        "error_share", rows["error"], rows["weight"], probe=probe, evidence=rows.loc[rows["error"], "row_id"]
    )
    rows = rows[~rows["error"]]
    notes = told(_stand_ins(rows), _in_part(rows))
    if (rows["goal"] == "input_reduction").all():
        yield from _reduction(probe, rows, measurer, notes)
    elif (rows["goal"] == "targeted").all():
        tried = rows[rows["status"] != "skipped"]
        hits = tried["status"] == "success"
        yield measurer.proportion(
            "targeted_success_rate", hits, tried["weight"], probe=probe, notes=notes, evidence=telling(tried)
        )
        yield from _effort(probe, tried[hits], measurer)
    else:
        yield from _untargeted(probe, rows, measurer, task, reviews, notes)


def ranked(rows: pd.DataFrame) -> pd.Series:
    """Row ids of successes: first those valid by rule, with the fewest and least visible changes."""
    hits = rows[rows["status"] == "success"]
    hits = hits.assign(_valid=-hits["valid"], _similar=-hits["similarity"].fillna(0.0))
    return hits.sort_values(["_valid", "words_changed", "_similar", "row_id"], kind="stable")["row_id"]


def telling(rows: pd.DataFrame) -> list[str]:
    """Ids of the most telling successes."""
    return list(ranked(rows).head(EVIDENCE))


def survival(rows: pd.DataFrame) -> tuple[str, pd.DataFrame, pd.Series]:
    """The name of the headline score, the rows it counts, and whether each is still right after the attack.

    With labels (`accuracy_under_attack`) rows without one are left out, and rows already wrong are not right; without
    any label the model's own prediction stands in (`prediction_retained`).
    """
    labelled = rows["label"] != ""
    counted = rows[labelled] if labelled.any() else rows
    name = "accuracy_under_attack" if labelled.any() else "prediction_retained"
    return name, counted, counted["status"].isin(("failed", "out_of_budget"))


def worst_case(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    """Rows that no untargeted recipe could change, among those all of them were run on; from two recipes on."""
    kept: dict[str, pd.Series] = {}
    named: list[str] = []
    about: pd.DataFrame | None = None
    names = set()
    for probe, rows in recipes(frames):
        taking_part = rows[~rows["error"] & (rows["goal"] == "untargeted")]
        if taking_part.empty:
            continue
        name, counted, right = survival(taking_part)
        names.add(name)
        named.append(comparable(taking_part))
        kept[probe] = right.set_axis(counted["content_id"])
        both = counted.set_index("content_id")[["row_id", "weight"]]
        about = both if about is None else about.loc[about.index.intersection(both.index)]
    if len(kept) < 2 or about is None:
        return
    standing = np.logical_and.reduce([right.loc[about.index].to_numpy() for right in kept.values()])
    stand_in = Said("note.own_prediction") if "prediction_retained" in names else None
    yield measurer.proportion(
        "worst_case_accuracy",
        standing,
        about["weight"],
        probe="attacks",
        notes=told(
            Said("note.over", {"probes": tuple(called(key, frames.names[key]) for key in kept)}),
            stand_in,
            usual_worst_attack(named),
        ),
        evidence=about["row_id"][~standing],
        context={"set": list(kept), **({"stand": "answer"} if stand_in else {})},
    )


def _untargeted(
    probe: str,
    rows: pd.DataFrame,
    measurer: Measurer,
    task: Task,
    reviews: Reviews | None,
    notes: tuple[Said, ...],
) -> Iterator[Measure]:
    name, counted, right = survival(rows)
    tried = rows[rows["status"] != "skipped"]
    hits = tried["status"] == "success"
    skipped = int(rows.loc[rows["status"] == "skipped", "weight"].sum())
    context = {"queries": _typical(tried), "skipped": skipped, "decisions": decisions_of(rows)}
    recipe = comparable(rows)
    wrong = told(
        *notes,
        Said("note.already_wrong", {"rows": skipped}) if skipped else None,
        usual_under_attack(name, recipe),
    )
    evidence = telling(tried)
    yield measurer.proportion(
        name, right, counted["weight"], probe=probe, notes=wrong, evidence=evidence, context=context
    )
    if tried.empty:
        yield absent("attack_success_rate", Said("note.none_right"), probe=probe)
        return
    yield measurer.proportion(
        "attack_success_rate", hits, tried["weight"], probe=probe, evidence=evidence, context=context,
        notes=told(*notes, usual_under_attack("attack_success_rate", recipe)),
    )  # fmt: skip
    yield valid_success_rate(probe, tried, measurer, reviews)
    yield measurer.proportion(
        "out_of_budget_share", tried["status"] == "out_of_budget", tried["weight"], probe=probe, notes=_budget(tried)
    )
    yield from _effort(probe, tried[hits], measurer)
    yield from _by_class(probe, tried, measurer, task)


def _effort(probe: str, hits: pd.DataFrame, measurer: Measurer) -> Iterator[Measure]:
    """What the successes took; nothing without any."""
    if hits.empty:
        return
    for column, tails in (("words_changed", (0.5, 0.9)), ("queries", (0.5, 0.9)), ("similarity", (0.5, 0.1))):
        if not np.isfinite(hits[column].to_numpy(dtype=np.float64)).any():
            continue
        for q in tails:
            name = f"{column}_median" if q == 0.5 else f"{column}_p{q * 100:.0f}"
            yield measurer.quantile(name, hits[column], hits["weight"], q, probe=probe)


def _by_class(probe: str, tried: pd.DataFrame, measurer: Measurer, task: Task) -> Iterator[Measure]:
    """Success rate of the rows of each class with enough of them, and how it differs from all others together."""
    own = tried["label"].where(tried["label"] != "", tried["before"])
    weights, hits = tried["weight"].to_numpy(), tried["status"] == "success"
    classes = {label: of for label, of in task.by_label(list(own)).items() if weights[of].sum() >= MIN_CLASS}
    if len(classes) < 2:
        return
    for label, inside in classes.items():
        part, context = Slice(label=label), {"label": label, "decisions": decisions_of(tried)}
        evidence = telling(tried[inside])
        yield measurer.proportion(
            "class_attack_success_rate",
            hits[inside],
            tried.loc[inside, "weight"],
            probe=probe,
            where=part,
            evidence=evidence,
            context=context,
        )
        ours, others = _counts(tried[inside]), _counts(tried[~inside])
        yield difference("fragility_gap", others, ours, probe=probe, where=part, evidence=evidence, context=context)


def _counts(rows: pd.DataFrame) -> tuple[float, float]:
    """(successes, trials) on the effective number of texts."""
    weights = rows["weight"].to_numpy(dtype=np.float64)
    total = float(weights.sum())
    if total == 0:
        return 0.0, 0.0
    effective = total**2 / float((weights**2).sum())
    return float(weights[(rows["status"] == "success").to_numpy()].sum()) / total * effective, effective


def _reduction(probe: str, rows: pd.DataFrame, measurer: Measurer, notes: tuple[Said, ...]) -> Iterator[Measure]:
    tried = rows[(rows["status"] != "skipped") & (rows["words_left"] >= 0)]
    least = tried.sort_values(["words_left", "row_id"], kind="stable")["row_id"]
    yield measurer.quantile(
        "words_left_median", tried["words_left"], tried["weight"], 0.5, probe=probe, notes=notes, evidence=least
    )


def _stand_ins(rows: pd.DataFrame) -> Said | None:
    named = sorted(
        {with_stand_ins(name, (used,)) for name, used in zip(rows["name"], rows["stand_ins"], strict=True) if used}
    )
    return Said("note.stand_ins", {"names": tuple(named)}) if named else None


def _in_part(rows: pd.DataFrame) -> Said | None:
    """How many rows were attacked in part, for the model reads no more of them or the recipe takes no more."""
    some = int(rows.loc[rows["partial"], "weight"].sum())
    return Said("note.in_part", {"rows": some}) if some else None


def _typical(rows: pd.DataFrame) -> Mapping[str, float] | None:
    if rows.empty:
        return None
    return {"median": float(rows["queries"].median()), "most": float(rows["queries"].max())}


def _budget(tried: pd.DataFrame) -> tuple[Said, ...]:
    spent = tried.loc[tried["status"] == "out_of_budget", "queries"]
    return (Said("note.budget", {"queries": int(spent.max())}),) if len(spent) else ()
