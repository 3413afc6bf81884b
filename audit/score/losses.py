"""How much worse a run is than a baseline run on the rows that both have: what checks with a margin are held against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from audit.said import Said
from audit.score.bootstrap import RESAMPLES, of_mean
from audit.score.frames import Frames
from audit.score.measures import EVIDENCE, Measure, Measures, loss_of
from audit.score.pairing import outcomes, values
from audit.score.policy import Policy
from audit.score.wildcards import ANY
from audit.scored import Finding
from audit.seeds import row_generator

DEFINITION = "worse_than_baseline"


def losses(baseline: Frames, run: Frames, run_id: str, *, seed: int = 0) -> Iterator[Measure]:
    """How much worse each score is that two runs can be compared on, row by row; below 0 where it is better.

    Shares have Newcombe's paired interval (1998b, method 10), means a bootstrap over rows, as `compare_runs` has.

    Args:
        baseline, run: the records of both; run_id: of the baseline, for the wording.
        seed: of the bootstrap.
    """
    for name, probe, table in outcomes(baseline, run):
        before, now = (table[f"good_{side}"].to_numpy(dtype=bool) for side in ("first", "second"))
        lost, gained = int((before & ~now).sum()), int((~before & now).sum())
        counts = (float((before & now).sum()), float(lost), float(gained), float((~before & ~now).sum()))
        rows = table.loc[before & ~now, "row_id_second"]
        yield _loss(name, probe, (lost - gained) / len(table), table, run_id, rows, basis="paired", counts=counts)
    for name, probe, table in values(baseline, run):
        if name != "brier":
            continue
        worse = (table["second"] - table["first"]).to_numpy(dtype=np.float64)
        made = of_mean(worse, np.ones(len(table)), row_generator(seed, name, "losses"), resamples=RESAMPLES)
        rows = table["row_id_second"].iloc[np.argsort(-worse, kind="stable")[: int((worse > 0).sum())]]
        yield _loss(name, probe, made.value, table, run_id, rows, basis="bootstrap", replicates=made)


def with_losses(measures: Measures, policy: Policy, found: Iterable[Measure], why: Said | None = None) -> Measures:
    """The measures of a run with what a policy's margins are held against.

    Args:
        measures: the run's; policy: that judges it.
        found: how much worse it is than the baseline; none where it could not be compared.
        why: why it could not be.
    """
    named = {probe: measure.registered for measure in measures if (probe := measure.probe) and measure.registered}
    made = [replace(m, registered=named.get(m.probe, ())[:1]) for m in found]
    if why is not None:
        asked = (check for check in policy.checks if check.margin is not None and check.needed)
        made += [_unknown(check.score, check.probe, why) for check in asked]
    return replace(measures, measures=(*measures.measures, *made))


def stand_in(finding: Finding) -> Measure:
    """A measure in the place of one that cannot be had again, of the same name: so many comparisons there were."""
    score = finding.score
    return Measure(
        score.name, None, 0, probe=score.probe, registered=score.registered, definition=DEFINITION, notes=score.notes
    )


def _unknown(score: str, probe: str, why: Said) -> Measure:
    return Measure(loss_of(score), None, 0, definition=DEFINITION, probe="" if ANY in probe else probe, notes=(why,))


def _loss(
    name: str, probe: str, value: float, table: pd.DataFrame, run_id: str, rows: pd.Series, **basis: object
) -> Measure:
    return Measure(
        name=loss_of(name),
        value=float(value),
        n=len(table),
        probe=probe,
        definition=DEFINITION,
        evidence=tuple(map(str, rows.head(EVIDENCE))),
        context={"baseline": run_id, "of": name},
        notes=(Said("note.than_baseline", {"run": run_id}),),
        **basis,  # type: ignore[arg-type]
    )
