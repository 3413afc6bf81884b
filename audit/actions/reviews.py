"""Verbs of reviews: people judge whether adversarial examples keep their meaning."""

from __future__ import annotations

from audit.actions.doing import doing
from audit.actor import Actor
from audit.errors import InputError
from audit.run import client


def judge(actor: Actor, run_id: str, probe: str, row_id: str, verdict: str, *, note: str = "") -> None:
    """Record or replace their judgement (`same` meaning, `different`, `unsure`) and measure what follows from it.

    Raises:
        Forbidden: they may not.
        InputError: another verdict.
        UnknownName: no such run.
    """
    with doing(actor, "review", run_id) as store:
        run_id = store.resolve(run_id)
        store.save_review(run_id, probe, row_id, verdict, who=actor.subject, note=note)
        client.review(run_id, store=store)


def take_back(actor: Actor, run_id: str, probe: str, row_id: str) -> None:
    """Take their own judgement back and measure what follows from the others.

    Raises:
        Forbidden: they may not.
        InputError: they have not judged this.
        UnknownName: no such run.
    """
    with doing(actor, "undo_review", run_id) as store:
        run_id = store.resolve(run_id)
        if not store.delete_review(run_id, probe, row_id, who=actor.subject):
            raise InputError("There is no judgement of yours on this row to take back.")
        client.review(run_id, store=store)
