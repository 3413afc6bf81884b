"""Every record of a run as one table, for a download: answers, outcomes, changed texts, and what the table says of each row."""

from __future__ import annotations

import pandas as pd

from audit.kinds import as_a
from audit.records import AttackOutcome, PerturbationOutcome, Record
from audit.stored import Run
from dashboard.draw.row_tables import with_table
from dashboard.page.state import store

MOST = 1_000_000
"""Records: what a sheet can have, nearly."""


def all_results(run: Run) -> pd.DataFrame:
    """Every record with the text that an attack ended with or a harmless change flipped, and what the table says of its row."""
    frame = store().records(run.id, None, limit=MOST)
    changed: dict[tuple[str, str], str | None] = {}
    for probe in store().probes(run.id):
        if probe.kind in {"attack", "perturbation"}:
            for key, record in store().iter_records(run.id, probe.probe):
                changed[key, record.row_id] = _changed_text(run, record)
    made = [changed.get((str(key), str(row))) for key, row in zip(frame["probe"], frame["row_id"], strict=True)]
    frame.insert(list(frame.columns).index("text") + 1, "changed_text", made)
    return with_table(run, frame)


def _changed_text(run: Run, record: Record) -> str | None:
    """What a text became: under an attack in the end, under a harmless change where it first changes the answer."""
    if attacked := as_a(record, AttackOutcome):
        return attacked.perturbed_text
    perturbed = as_a(record, PerturbationOutcome)
    if perturbed is None or not perturbed.original_probs:
        return None
    task, before = run.task, run.task.answer(perturbed.original_probs)
    flipped = (
        v.text for v in perturbed.variants if v.changed and v.probs and not task.same(task.answer(v.probs), before)
    )
    return next(flipped, None)
