"""Starting and steering runs from any process: it writes what is wanted into the store, workers carry it out.

Nothing here loads a model, torch or the workflow engine, so pages and commands can call it freely.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from audit import lifeline
from audit.actor import user_name
from audit.errors import InputError, RunError, SpecError
from audit.language.translating import tr, tr_later
from audit.scored import Finding
from audit.spec import AuditSpec, ModelSpec, TableSpec, read_spec
from audit.store import ENDED, Job, NewRun, Run, Store, open_store
from audit.store.files import files_url
from models.catalog import find_registered
from models.entry import bundled_folder
from models.places import home
from models.typed_paths import is_dir, is_file, typed_path

SMALL_ROWS = 100
"""Runs of at most this many rows go before larger ones."""
LAST = 100
"""The lowest priority."""

WORDS = "worker.out"
_children: list[subprocess.Popen[bytes]] = []
"""Workers this process started; held so that they are reaped when they end before it does."""


def start(
    spec: AuditSpec,
    *,
    fresh: bool = False,
    who: str | None = None,
    priority: int | None = None,
    note: str = "",
    store: Store | None = None,
) -> Run:
    """Record a run; a worker picks it up within a second. No model is loaded here.

    The table is kept as an upload, so that the run does not depend on the file the user may change or remove.

    Args:
        spec: what to do; `spec.table.path` is a file or the sha256 of an upload.
        fresh: compute every shard anew instead of reusing other runs'.
        who: shown with the run; default: the user of this process.
        priority: 1 (first) to 100; default: 1 for at most `SMALL_ROWS` rows, else 10.
        note: free text kept with the run.
        store: default: the settings' one.

    Raises:
        SpecError: the table's file is missing, the policy is none, or the model is a folder where several machines share files.
        UnknownName: a probe or upload that does not exist.
        StoreError: the database cannot be used.
    """
    store = store or open_store()
    spec.check_probes()
    if spec.policy is not None:  # at the end of the run it would be too late to say so
        from audit.kinds import known
        from audit.score.policy import policy_from_dict

        policy_from_dict(spec.policy, tr_later("The policy of the spec"), probes=known(spec.to_json()["probes"]))
    _check_seen_by_all(spec.model)
    table = _keep_table(store, spec.table)
    if priority is None:
        small = spec.sample.n is not None and spec.sample.n <= SMALL_ROWS
        priority = 1 if small else 10
    spec = spec.model_copy(update={"table": table, "reference": _keep_reference(store, spec)})
    model_name = Path(spec.model.name).name or spec.model.name
    return store.add_run(
        NewRun(
            id=secrets.token_hex(6),
            name=spec.name or f"{model_name} on {Path(str(table.name)).stem}, {spec.suite}",
            suite=spec.suite,
            spec=spec.to_json(),
            spec_hash=spec.work_hash,
            model=spec.model.name,
            table_name=str(table.name),
            upload=table.path,
            who=who or user_name(),
            priority=priority,
            fresh=fresh,
            policy=spec.policy,
            note=note,
        )
    )


def clone(
    run_id: str, *, changes: Mapping[str, Any] | None = None, fresh: bool = False, store: Store | None = None
) -> Run:
    """Start a new run with another run's spec; `changes` replaces top-level fields of the spec's JSON.

    Raises:
        SpecError: the changed spec cannot be used.
        UnknownName: no such run.
    """
    store = store or open_store()
    old = store.run(run_id)
    return start(read_spec({**old.spec, **(changes or {})}), fresh=fresh, store=store)


def pause(run_id: str, *, store: Store | None = None) -> Run:
    """Stop a run within seconds; what is done stays, `resume` goes on.

    Raises:
        RunError: it has ended already.
    """
    store = store or open_store()
    run = store.run(run_id)
    if run.status == "paused":
        return run
    if not run.active:
        raise RunError(f"Run {run.id} is {run.status}; only a run that is going on can be paused.")
    return store.wish(run.id, "pause", settle=not worker_alive(store=store))


def cancel(run_id: str, *, store: Store | None = None) -> Run:
    """Stop a run within seconds for good; what is done stays and can be read, `resume` may still go on.

    Raises:
        RunError: it has ended already.
    """
    store = store or open_store()
    run = store.run(run_id)
    if run.status == "cancelled":
        return run
    if run.status in ENDED:
        raise RunError(f"Run {run.id} is {run.status}; there is nothing to cancel.")
    return store.wish(run.id, "cancel", settle=not worker_alive(store=store))


def resume(run_id: str, *, store: Store | None = None) -> Run:
    """Go on with a paused, cancelled or failed run; a finished or running one is returned as it is.

    Raises:
        RunError: an imported run whose table is not here.
    """
    store = store or open_store()
    run = store.run(run_id)
    if run.status == "finished" or (run.active and run.wanted == "run"):
        return run
    _check_here(run)
    return store.queue_again(run.id)


def retry(run_id: str, *, store: Store | None = None) -> Run:
    """Compute the failed rows of an ended run again (with their shards, so that floats repeat).

    Raises:
        RunError: the run is going on, or nothing in it failed.
    """
    store = store or open_store()
    run = store.run(run_id)
    if run.active:
        raise RunError(f"Run {run.id} is {run.status}; wait for its end or cancel it before retrying failed rows.")
    _check_here(run)
    queued = store.queue_retry(run.id)
    if queued is None:
        raise RunError(f"Run {run.id} has no failed rows.")
    return queued


def set_priority(run_id: str, priority: int, *, store: Store | None = None) -> Run:
    """Have what a run still has to do go before or after other runs'; what is queued already keeps its place.

    Args:
        run_id: the run; priority: 1 (first) to 100.

    Raises:
        InputError: another number.
        RunError: it has ended already.
    """
    store = store or open_store()
    if not 1 <= priority <= LAST:
        raise InputError(f"A priority is a whole number from 1 (first) to {LAST}, not {priority}.")
    run = store.run(run_id)
    if run.status in ENDED:
        raise RunError(f"Run {run.id} is {run.status}; nothing of it waits any more.")
    return store.set_priority(run.id, priority)


def delete(run_id: str, *, store: Store | None = None) -> None:
    """Delete a run and everything only it uses; a running one is stopped by that."""
    store = store or open_store()
    store.delete_run(store.resolve(run_id))


def review(run_id: str, *, store: Store | None = None) -> tuple[Finding, ...]:
    """Judge a run again after people have judged adversarial examples: only what reviews feed is measured again."""
    from audit.results.judging import reviewed

    store = store or open_store()
    return reviewed(store, store.resolve(run_id))


def make_report(
    run_id: str, preset: str = "full", options: Mapping[str, Any] | None = None, *, store: Store | None = None
) -> Job:
    """Queue a report of a run; watch it with `store.job(id)`, list them with `store.reports(run_id)`."""
    store = store or open_store()
    return store.add_job("report", store.resolve(run_id), {"preset": preset, **(options or {})})


def estimate(spec: AuditSpec, *, store: Store | None = None) -> Job:
    """Queue a calibration of a spec on its actual model; watch it with `store.job(id)`.

    `result` when done: {"seconds", "queries", "rows", "probes": {probe: {"rows", "seconds", "seconds_per_row",
    "queries", "skipped"}}}; seconds are for one worker, queries are texts the model will see.
    """
    store = store or open_store()
    spec.check_probes()
    _check_seen_by_all(spec.model)
    kept = {"table": _keep_table(store, spec.table), "reference": _keep_reference(store, spec)}
    spec = spec.model_copy(update=kept)
    return store.add_job("estimate", None, {"spec": spec.to_json()})


def predict_table(model: str, table: TableSpec, *, store: Store | None = None) -> Job:
    """Queue the predictions of a model for every row of a stored table, instead of those it made before.

    `result` while it runs and when done: {"done", "of"}, then also "failed" and "files": [{name, sha256, bytes}].

    Raises:
        UnknownName: no such table.
    """
    store = store or open_store()
    table = table.model_copy(update={"name": table.name or store.upload(table.path).name})
    spec = ModelSpec(name=model)
    _check_seen_by_all(spec)
    before = [job for job in store.predictions(table.path) if job.args["model"]["name"] == model]
    args = {"model": spec.model_dump(mode="json"), "table": table.model_dump(mode="json")}
    made = store.add_job("predictions", None, args)
    for job in before:
        store.delete_job(job.id)
    return made


def worker_alive(*, store: Store | None = None) -> bool:
    """Whether any worker has given a sign of life within the last 15 seconds."""
    return any(worker.alive for worker in (store or open_store()).workers())


def start_worker(*, idle_exit: float | None = 60.0) -> int:
    """Start a worker of its own session; return its process id.

    Args:
        idle_exit: it outlives this process and ends after this many seconds without work; None: it ends with this process.
    """
    _children[:] = [child for child in _children if child.poll() is None]
    command = [sys.executable, "-m", "audit", "worker"]
    if idle_exit is not None:
        command += ["--idle-exit", str(idle_exit)]
    begin = lifeline.start if idle_exit is None else subprocess.Popen
    with _last_words_file() as out:
        process = begin(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True, env=_worker_environment()
        )
    _children.append(process)
    return process.pid


def coming() -> bool:
    """Whether a worker that this process started is there, even if it has given no sign of life: on a busy machine that takes a while."""
    return any(child.poll() is None for child in _children)


def last_words() -> str:
    """`; the last one said: ...`, or nothing where workers of this data folder left no word."""
    try:
        lines = (home() / "logs" / WORDS).read_text("utf-8", "replace").strip().splitlines()
    except OSError:
        return ""
    return tr_later(f"; the last one said: {lines[-1][:500]}") if lines else ""


def _last_words_file() -> IO[bytes]:
    """Where workers write what they cannot log; a disk that refuses it is no reason not to start one."""
    logs = home() / "logs"
    try:
        logs.mkdir(exist_ok=True, mode=0o700)
        return open(logs / WORDS, "ab", opener=lambda path, flags: os.open(path, flags, 0o600))
    except OSError:
        return open(os.devnull, "ab")


def wait(run_id: str, *, timeout: float | None = None, poll: float = 0.5, store: Store | None = None) -> Run:
    """Block until a run is paused or has ended, or `timeout` seconds have passed; return it as it then is."""
    store = store or open_store()
    until = None if timeout is None else time.monotonic() + timeout
    while True:
        run = store.run(run_id)
        if not run.active or (until is not None and time.monotonic() > until):
            return run
        time.sleep(poll)


def _worker_environment() -> dict[str, str]:
    root = str(Path(__file__).resolve().parent.parent.parent)
    path = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{path}" if path else root}


def _keep_table(store: Store, table: TableSpec) -> TableSpec:
    """The table as an upload, under the name the user gave this time: equal bytes are kept once, whatever they are called."""
    path = typed_path(table.path)
    if is_file(path):
        upload = store.add_upload(path, path.name)
        return table.model_copy(update={"path": upload.sha256, "name": table.name or path.name})
    if len(table.path) == 64 and all(c in "0123456789abcdef" for c in table.path):
        return table.model_copy(update={"name": table.name or store.upload(table.path).name})
    raise SpecError(f"The table {table.path} does not exist; give the path of a CSV, Excel, Parquet or JSONL file.")


def _keep_reference(store: Store, spec: AuditSpec) -> TableSpec | None:
    return _keep_table(store, spec.reference) if spec.reference is not None else None


def _check_seen_by_all(model: ModelSpec) -> None:
    """Where several machines share files, a folder of this one is no name for a model.

    Raises:
        SpecError: the model or its base is one.
    """
    if files_url() is None:
        return
    for name in (model.name, model.base):
        if name is not None and find_registered(name) is None and bundled_folder(name) is None and is_dir(name):
            raise SpecError(
                tr(
                    "The model {path} is a folder of this machine, and with ASSAY_FILES_URL the workers of other machines take part: "
                    "register it first (python -m models add NAME {path}), and start the run with that name.",
                    path=name,
                )
            )


def _check_here(run: Run) -> None:
    if run.imported:
        raise RunError(
            f"Run {run.id} was imported and cannot go on here; start a new run of the same spec with the model and table."
        )
