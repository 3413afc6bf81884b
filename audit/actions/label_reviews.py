"""Verbs of labels: people say of a row's label whether it stays, is another, or the row goes."""

from __future__ import annotations

from audit.actions.doing import doing
from audit.actor import Actor
from audit.errors import InputError
from audit.store import Store
from audit.stored import OF_LABELS, Run


def judge(actor: Actor, run_id: str, row_id: str, verdict: str, label: str = "") -> None:
    """Record or replace their judgement of a row's label: `keep`, `relabel` to another label of the model, or `drop` the row.

    Raises:
        Forbidden: they may not.
        InputError: another verdict, no such row, a row without a label, or a label that is none or no other.
        UnknownName: no such run.
    """
    with doing(actor, "review_label", run_id) as store:
        run = store.run(run_id)
        _check(store, run, row_id, verdict, label)
        store.save_review(run.id, _predicts(store, run), row_id, verdict, who=actor.subject, label=label)


def take_back(actor: Actor, run_id: str, row_id: str) -> None:
    """Take their own judgement of a row's label back.

    Raises:
        Forbidden: they may not.
        InputError: they have not judged this.
        UnknownName: no such run.
    """
    with doing(actor, "undo_review_label", run_id) as store:
        run = store.run(run_id)
        if not store.delete_review(run.id, _predicts(store, run), row_id, who=actor.subject):
            raise InputError("There is no judgement of yours on this label to take back.")


def _check(store: Store, run: Run, row_id: str, verdict: str, label: str) -> None:
    if verdict not in OF_LABELS:
        raise InputError(f"A label is judged by one of {', '.join(OF_LABELS)}, not '{verdict:.40}'.")
    example = store.example(run.id, row_id)
    if example is None:
        raise InputError(f"The run has no row {row_id:.40}.")
    if example.label is None:
        raise InputError(f"The row {row_id:.40} has no label, so there is none to judge.")
    if (verdict == "relabel") != bool(label):
        raise InputError("A label to change to goes with relabel, and with nothing else.")
    if label and label not in run.labels:
        raise InputError(f"'{label:.60}' is no label of the model; it has {', '.join(run.labels[:12])}.")
    if label and label == example.label:
        raise InputError(f"The row has the label '{label:.60}' already; say keep, or another label.")


def _predicts(store: Store, run: Run) -> str:
    return next(probe.probe for probe in store.probes(run.id) if probe.kind == "prediction")
