"""Verbs of runs."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from audit.actions.doing import doing, permit
from audit.actor import Actor, Role
from audit.errors import StoreError
from audit.run import client, discarding
from audit.spec import AuditSpec
from audit.store import open_store
from audit.stored import Job, Run


def start(actor: Actor, spec: AuditSpec, *, fresh: bool = False, priority: int | None = None, note: str = "") -> Run:
    """Record a run, which a worker picks up within a second; see `audit.run.client.start`.

    Raises:
        Forbidden: they may not.
        SpecError, UnknownName: the spec cannot be used.
        StoreError: the database cannot be used.
    """
    with doing(actor, "start_run") as store:
        return client.start(spec, fresh=fresh, who=actor.subject, priority=priority, note=note, store=store)


def pause(actor: Actor, run_id: str) -> Run:
    """Stop a run within seconds; what is done stays, `resume` goes on.

    Raises:
        Forbidden: they may not.
        RunError: it has ended already.
    """
    with doing(actor, "pause_run", run_id) as store:
        return client.pause(run_id, store=store)


def cancel(actor: Actor, run_id: str) -> Run:
    """Stop a run within seconds for good; what is done stays and can be read, `resume` may still go on.

    Raises:
        Forbidden: they may not.
        RunError: it has ended already.
    """
    with doing(actor, "cancel_run", run_id) as store:
        return client.cancel(run_id, store=store)


def resume(actor: Actor, run_id: str) -> Run:
    """Go on with a paused, cancelled or failed run; a finished or running one is returned as it is.

    Raises:
        Forbidden: they may not.
        RunError: an imported run.
    """
    with doing(actor, "resume_run", run_id) as store:
        return client.resume(run_id, store=store)


def retry(actor: Actor, run_id: str) -> Run:
    """Compute the failed rows of an ended run again.

    Raises:
        Forbidden: they may not.
        RunError: the run is going on, or nothing in it failed.
    """
    with doing(actor, "retry_run", run_id) as store:
        return client.retry(run_id, store=store)


def set_priority(actor: Actor, run_id: str, priority: int) -> Run:
    """Have what a run still has to do go before or after other runs': 1 (first) to 100.

    Raises:
        Forbidden: they may not.
        InputError: another number.
        RunError: it has ended already.
    """
    with doing(actor, "set_priority", run_id) as store:
        return client.set_priority(run_id, priority, store=store)


def delete(actor: Actor, run_id: str) -> None:
    """Delete a run and everything only it uses; a running one is stopped by that.

    Raises:
        Forbidden: they may not.
        UnknownName: no such run.
    """
    with doing(actor, "delete_run", run_id) as store:
        client.delete(run_id, store=store)


def discard(actor: Actor, run_ids: Iterable[str]) -> None:
    """Delete runs in such a way that `restore` has them back for a while; see `audit.run.discarding`.

    Raises:
        Forbidden: they may not.
        UnknownName: no such run; those before it are deleted.
    """
    for run_id in run_ids:
        with doing(actor, "discard_run", run_id) as store:
            store.hide_run(store.resolve(run_id))


def restore(actor: Actor, run_ids: Iterable[str]) -> None:
    """Have discarded runs back; what they were doing was stopped, and `resume` goes on with it.

    Raises:
        Forbidden: they may not.
        UnknownName: one was erased since, or never discarded; those before it are back.
    """
    for run_id in run_ids:
        with doing(actor, "restore_run", run_id) as store:
            store.restore_run(run_id)


def erase_discarded(actor: Actor) -> int:
    """Erase what was discarded long enough ago; whoever may read may see to that, for nobody decides it any more.

    Where it cannot be written just now, the next who comes by does it.

    Raises:
        Forbidden: they may not even read.
    """
    permit(actor, Role.READER)
    with suppress(StoreError):
        return discarding.erase_discarded(open_store())
    return 0


def estimate(actor: Actor, spec: AuditSpec) -> Job:
    """Queue a calibration of a spec on its model; see `audit.run.client.estimate`.

    Raises:
        Forbidden: they may not.
        SpecError, UnknownName: the spec cannot be used.
    """
    with doing(actor, "estimate") as store:
        return client.estimate(spec, store=store)
