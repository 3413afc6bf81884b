"""Calibrated models: what a scaling fitted on a run would do, and keeping the model that has it."""

from __future__ import annotations

from typing import Any

from audit.actions.doing import doing
from audit.actor import Actor
from audit.errors import InputError, RunError
from audit.results.reading import Results
from audit.score.rescaling import Rescaled, rescale
from audit.store import Store
from audit.stored import Run
from models.calibrated import add_calibrated, check_plain
from models.entry import CatalogEntry
from models.scaling import Method


def look(store: Store, run: Run, method: Method, judge: Run | None = None) -> Rescaled:
    """What a scaling fitted on a run's labelled texts would do to others; nothing is kept.

    Args:
        store: where the runs are.
        run: a finished one; half of its texts judge what the other half gives, unless `judge` does.
        method: temperature or vector.
        judge: a second run of the same model, on other texts.

    Raises:
        RunError: a run has not finished.
        InputError: the runs are of two models, or their texts do not do.
    """
    for one in (run, *([judge] if judge is not None else [])):
        if one.status != "finished":
            raise RunError(f"run {one.id} is {one.status}, not finished; calibrate by a finished one")
    if judge is not None and judge.model_fingerprint != run.model_fingerprint:
        raise InputError(
            f"The runs {run.id} and {judge.id} are of two models, or two versions of one; choose two runs of the same model."
        )
    parts = [_predictions(store, one) for one in (run, judge) if one is not None]
    return rescale(
        parts[0], method=method, judge=parts[1] if judge is not None else None, seed=run.seed, level=run.level
    )


def check_model(run: Run, fingerprint: str) -> None:
    """Nothing where the model of this name is still the one that the run asked.

    Raises:
        InputError: it is another by now.
    """
    if fingerprint != run.model_fingerprint:
        raise InputError(
            f"The model '{run.model}' is not the one that run {run.id} asked: its fingerprint is {fingerprint[:12]}, not "
            f"{str(run.model_fingerprint)[:12]}; audit it again and calibrate by that run."
        )


def save(
    actor: Actor,
    name: str,
    run: Run,
    found: Rescaled,
    *,
    fingerprint: str,
    judge: Run | None = None,
    replace: bool = False,
) -> CatalogEntry:
    """Keep a model whose probabilities are scaled as `look` found, under a name of its own; the model itself stays.

    Args:
        actor: who wants it.
        name: of the calibrated model.
        run: that it was fitted on; found: what `look` gave; judge: the second run, if there was one.
        fingerprint: of the run's model as it is now.
        replace: overwrite a model of that name.

    Raises:
        Forbidden: they may not.
        InputError: the model is not that of the run any more.
        CatalogError, CheckpointError, ModelNotFound: the name cannot be used, or the model is calibrated or not here.
        DiskError: there is no room for the copies.
    """
    with doing(actor, "calibrate_model", name):
        check_plain(run.model)
        check_model(run, fingerprint)
        asked = run.spec.get("model") or {}
        return add_calibrated(
            name, run.model, found.scaling, _about(run, found, judge), base=asked.get("base"), labels=asked.get("labels") or (),
            replace=replace,
        )  # fmt: skip


def _predictions(store: Store, run: Run) -> Any:
    results = Results(store, run)
    return results.of_probes(results.planned("prediction"))


def _about(run: Run, found: Rescaled, judge: Run | None) -> dict[str, Any]:
    """For the card: by what it was fitted and judged, and what that gave."""
    return {
        "run": run.id, "table": run.table_name, "texts": found.fitted, "of_fingerprint": run.model_fingerprint,
        "judged": {
            "run": (judge or run).id, "table": (judge or run).table_name, "texts": found.judged,
            **{
                f"{when}": {s.name: _number(s.value) for s in scores if s.name != "ece_calibrated"}
                for when, scores in (("before", found.before), ("after", found.after))
            },
        },
    }  # fmt: skip


def _number(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
