"""`python -m audit calibrate RUN`: probabilities that can be believed, fitted on a run and kept as a model of the catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from audit.cli.common import JsonOption, emit_json, reader, stderr, stdout
from audit.cli.run_json import RunArgument
from audit.cli.score_lines import score_json
from audit.language.numbers import numbers
from audit.language.translating import tr, tr_n
from models.terminal import grid

if TYPE_CHECKING:
    from audit.score.rescaling import Rescaled


def calibrate(
    run_id: RunArgument,
    name: Annotated[
        str | None, typer.Option("--name", help="Keep the calibrated model under this name; without, only look.")
    ] = None,
    method: Annotated[
        Literal["temperature", "vector"],
        typer.Option("--method", help="One factor for all labels, or a factor and a shift for each."),
    ] = "temperature",
    judged_on: Annotated[
        str | None, typer.Option("--judged-on", help="A second run of the model, on other texts, that judges the fit.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite a model of that name.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Scale a model's probabilities by a run with labels, judged on texts the fit has not seen, and keep the calibrated model."""
    from audit.actions import calibrating

    store = reader()
    run = store.run(run_id)
    judge = None if judged_on is None else store.run(judged_on)
    found = calibrating.look(store, run, method, judge)
    if name is not None:
        from models import load

        asked = run.spec.get("model") or {}
        fingerprint = load(run.model, base=asked.get("base"), labels=asked.get("labels")).fingerprint
        calibrating.save(store.actor, name, run, found, fingerprint=fingerprint, judge=judge, replace=replace)
    if as_json:
        emit_json(_json(found, run.id, name))
        return
    _print(found)
    if name is not None:
        said = tr("Kept as '{name}': audit, explain and predict with it as with any other model.", name=name)
        stdout.print(said)


def _print(found: Rescaled) -> None:
    say, after = numbers(), {score.name: score for score in found.after}
    heads = {tr("score"): "left", tr("as it is"): "right", tr("calibrated"): "right"}
    level = say.level(found.before[0].level)
    table = grid(
        heads, tr_n("On {n} text that the fit has not seen, {level} intervals",
                    "On {n} texts that the fit has not seen, {level} intervals", found.judged, level=level),
    )  # fmt: skip
    for score in found.before:
        other = after[score.name]
        table.add_row(
            score.name.replace("_", " "), *(say.with_interval(say.number(one.value, one.unit), say.interval(one.low, one.high, one.unit))
                                            for one in (score, other))
        )  # fmt: skip
    stdout.print(_said(found))
    stdout.print(table)
    if found.helps is not True:
        said = (
            tr("These texts do not establish that the calibrated probabilities are better.")
            if found.helps is None
            else tr(
                "The calibrated probabilities are worse on texts that the fit has not seen: it does not carry over."
            )
        )
        stderr.print(said, style="yellow")


def _said(found: Rescaled) -> str:
    temperature = found.scaling.temperature
    if temperature is not None:
        return tr_n(
            "Temperature {temperature}, fitted on {n} text; no answer changes.",
            "Temperature {temperature}, fitted on {n} texts; no answer changes.",
            found.fitted, temperature=numbers().number(temperature, "ratio"),
        )  # fmt: skip
    return tr_n(
        "A factor and a shift for each of {labels} labels, fitted on {n} text; {changed} of the answers judged change.",
        "A factor and a shift for each of {labels} labels, fitted on {n} texts; {changed} of the answers judged change.",
        found.fitted, labels=len(found.scaling.scale), changed=found.changed,
    )  # fmt: skip


def _json(found: Rescaled, run_id: str, name: str | None) -> dict[str, Any]:
    value, low, high = found.better
    return {
        "run_id": run_id, "name": name, "scaling": found.scaling.to_dict(), "temperature": found.scaling.temperature,
        "fitted": found.fitted, "judged": found.judged, "changed": found.changed,
        "before": [score_json(score) for score in found.before], "after": [score_json(score) for score in found.after],
        "nll_less": {"value": round(value, 6), "low": round(low, 6), "high": round(high, 6)}, "helps": found.helps,
    }  # fmt: skip
