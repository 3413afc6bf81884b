"""Computing one shard: run the probe over its rows, watch for a change of mind, store the records once."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from audit.errors import RunError, StoreError, in_words
from audit.language.translating import tr_later
from audit.records import Example, Record
from audit.run.holding import HeldModels, ModelChanged
from audit.run.logs import log_error
from audit.run.probes import build, scope_of
from audit.run.sampling import collect_sample, taken_together
from audit.run.waiting import Told, Waits
from audit.spec import read_spec
from audit.store import Run, Shard, Store
from audit.store.database import patiently
from audit.store.indexing import stored_row
from models.errors import ModelError
from models.memory import give_back, let_go

if TYPE_CHECKING:
    from audit.probe import Probe
    from models.classifier import Classifier

log = logging.getLogger("assay.run")

LOOK_SECONDS = 0.5
"""How often a running shard looks whether the run is still wanted."""
NOTE_SECONDS = 1.0
"""How often it notes its rows for the progress display."""
LONG_SECONDS = 1.0
"""A row that took longer has held much memory, which is given back before the next one."""
PATIENCE_SECONDS = 3600.0
"""How long finished records wait for a full disk or a locked database before the shard is given up."""
CRASHES = 20
"""A shard begun this often without an end kills its worker each time: it is given up."""
TRIES = 2

Outcome = Literal["done", "failed", "stopped", "broken"]


class Stopped(BaseException):
    """The run was paused, cancelled, deleted or superseded. Not an Exception: no probe may take it for a row's error."""


class Watch:
    """Asks the store, at most every `LOOK_SECONDS`, whether this attempt of a run is still wanted."""

    def __init__(self, store: Store, run_id: str, attempt: int) -> None:
        self._store, self._run_id, self._attempt = store, run_id, attempt
        self._next = 0.0
        self._over = False
        self.rows_done = 0

    @property
    def over(self) -> bool:
        """Whether `check` has ever said stop."""
        return self._over

    def wanted(self) -> bool:
        """Whether to go on, by the store as it is now."""
        if not self._store.exists(self._run_id):
            return False
        run = self._store.run(self._run_id)
        return run.wanted == "run" and run.attempt == self._attempt and run.status in {"preparing", "running"}

    def check(self, *_: Any) -> None:
        """Raise `Stopped` when the run is no longer wanted; cheap enough to call before every forward pass."""
        if self._over:  # somebody swallowed the first one
            raise Stopped
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + LOOK_SECONDS
        try:
            wanted = self.wanted()
        except StoreError:  # locked for long: go on computing, the result is stored when the lock is gone
            return
        if not wanted:
            self._over = True
            raise Stopped


def run_shard(
    store: Store,
    run_id: str,
    position: int,
    attempt: int,
    *,
    models: HeldModels,
    worker: str,
    device: Any,
    waits: Waits | None = None,
) -> Outcome:
    """Compute one shard of a run, unless it is done or no longer wanted.

    Args:
        store: where results go; models: where models come from.
        run_id, position, attempt: which shard, for which attempt of the run.
        worker: who computes it.
        device: a lock that one shard at a time may hold in this process.
        waits: hears of it when results cannot be stored.

    Returns:
        done, failed (the shard, for good), stopped (nothing was stored), or broken (the run cannot go on; its error says why).
    """
    watch = Watch(store, run_id, attempt)
    told = (waits or Waits()).of(f"run {run_id}, shard {position},")
    with device:
        shard = store.shard(run_id, position)
        if shard is None or not watch.wanted():
            return "stopped"
        if shard.status != "pending":
            return "done"
        run = store.run(run_id)
        starts = patiently(
            lambda: store.start_shard(shard.key, worker), seconds=PATIENCE_SECONDS, check=watch.check, waits=told
        )
        if starts > CRASHES:
            store.fail_shard(shard.key, tr_later(f"Its worker died {CRASHES} times while computing it."), worker=worker)
            return "failed"
        try:
            return _compute(store, run, shard, watch, models, worker, told)
        except Stopped:
            store.forget_starts(shard.key)  # it was stopped, it did not kill anybody
            return "stopped"
        except (ModelError, ModelChanged) as error:
            store.update_run(run_id, attempt=attempt, status="failed", error=str(error))
            return "broken"
        finally:
            told(None)
            give_back()


def _compute(
    store: Store, run: Run, shard: Shard, watch: Watch, models: HeldModels, worker: str, told: Told
) -> Outcome:
    spec = read_spec(run.spec, tr_later(f"The spec of run {run.id}"))
    classifier = models.get(spec.model, run.identity)
    examples = store.examples(run.id, shard.rows)
    wanted = next(p for p in spec.probes if (p.id or p.name) == shard.probe)
    for attempt in range(1, TRIES + 1):
        started = time.monotonic()
        try:
            probe = build(spec, wanted)
            with forward_watch(classifier, watch.check), _noting(store, shard.key, watch):
                if scope_of(probe, wanted.kind) == "sample":
                    sample, compared = taken_together(store, run, spec, examples, classifier)
                    records = collect_sample(probe, classifier, sample, compared, seed=spec.seed, check=watch.check)
                else:
                    records = collect(probe, classifier, examples, seed=spec.seed, watch=watch)
        except (Stopped, KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a panic of Rust code is no Exception, and would leave the run waiting for ever
            log_error(log, f"shard {shard.position} of run {run.id} failed", error)
            if attempt < TRIES:
                continue
            store.fail_shard(shard.key, in_words(error)[:2000], worker=worker)
            return "failed"
        rows = _stored(records, examples, run)
        seconds = time.monotonic() - started
        patiently(
            lambda rows=rows, seconds=seconds: store.finish_shard(shard.key, rows, seconds=seconds, worker=worker),
            seconds=PATIENCE_SECONDS,
            check=watch.check,
            waits=told,
        )
        return "done"
    raise AssertionError("unreachable")


def collect(
    probe: Probe, classifier: Classifier, examples: Sequence[Example], *, seed: int, watch: Watch | None = None
) -> list[Record]:
    """Run a probe over some rows and return one record per row, in the rows' order.

    Raises:
        RunError: the probe yielded too few, too many or foreign records.
        Stopped: the run is no longer wanted.
    """
    found: dict[str, Record] = {}
    began = time.monotonic()
    for record in probe.run(classifier, examples, seed=seed):
        found[record.row_id] = record
        if time.monotonic() - began > LONG_SECONDS:  # else what long rows leave would add up until the shard is over
            let_go()
        began = time.monotonic()
        if watch is not None:
            watch.rows_done = len(found)
            watch.check()
    if watch is not None and watch.over:
        raise Stopped
    missing = [e.row_id for e in examples if e.row_id not in found]
    if missing or len(found) != len(examples):
        raise RunError(f"The probe '{probe.name}' gave {len(found)} records for {len(examples)} rows.")
    return [found[example.row_id] for example in examples]


def _stored(records: Sequence[Record], examples: Sequence[Example], run: Run) -> list[dict[str, Any]]:
    labels = {example.row_id: example.label for example in examples}
    return [stored_row(record, labels.get(record.row_id), run.task) for record in records]


@contextmanager
def forward_watch(classifier: Classifier, check: Callable[..., None]) -> Iterator[None]:
    """Call `check` before every batch of a model that has batches, so that a slow row can be stopped in its middle."""
    watch = getattr(classifier, "on_forward", None)
    if watch is None:
        yield
        return
    with watch(check):
        yield


@contextmanager
def _noting(store: Store, key: str, watch: Watch) -> Iterator[None]:
    """Note the rows done in the background, so that a slow database never slows the probe."""
    over = threading.Event()

    def note() -> None:
        noted = 0
        while not over.wait(NOTE_SECONDS):
            if watch.rows_done != noted:
                noted = watch.rows_done
                try:
                    store.shard_moved(key, noted)
                except StoreError:
                    log.info("progress of a shard could not be noted")

    thread = threading.Thread(target=note, daemon=True, name="assay-progress")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
