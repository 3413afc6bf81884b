"""Verbs of predictions: a model's answers for a whole table, as a file."""

from __future__ import annotations

from audit.actions.doing import doing
from audit.actor import Actor
from audit.run import client
from audit.spec import TableSpec
from audit.stored import Job


def queue(actor: Actor, model: str, table: TableSpec) -> Job:
    """Have a worker predict every row of a stored table; watch it with `Reader.job`. It replaces what was made before.

    Args:
        actor: who wants it.
        model: its name in the catalog; table: one that was uploaded, with how it is to be read.

    Raises:
        Forbidden: they may not.
        UnknownName: no such table.
    """
    with doing(actor, "predict_table", table.path) as store:
        return client.predict_table(model, table, store=store)
