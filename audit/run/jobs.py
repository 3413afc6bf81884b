"""Jobs of a worker besides runs: estimates, reports and predictions of whole tables."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from audit.errors import AuditError, ReportError, UnknownName, in_words
from audit.run.estimate import calibrate
from audit.run.holding import HeldModels
from audit.run.logs import log_error
from audit.run.predictions import predict_table
from audit.run.prepare import make_plan, open_checked, open_reference
from audit.run.sampling import rows_of_reference
from audit.run.shard import Watch
from audit.spec import read_spec
from audit.store import FilesError, Job, Run, Store
from audit.strict_json import part
from models.errors import DiskError, ModelError

log = logging.getLogger("assay.run")

REPORT_MAKER = "audit.report.making:make_report"
"""`make_report(store, run_id, preset, **options) -> {"files": [NewFile], ...}`."""


def estimate_run(store: Store, run: Run, models: HeldModels) -> None:
    """Calibrate a planned run once and keep what it gave; shards done elsewhere are not counted.

    Raises:
        Stopped: the run is no longer wanted.
    """
    if run.estimate is not None or not store.shards(run.id, status="pending", limit=1):
        return
    spec = read_spec(run.spec)
    classifier = models.get(spec.model, run.identity)
    reference = rows_of_reference(store, spec, classifier)
    planned = make_plan(spec, store.examples(run.id), classifier, _mark(run.provenance))
    watch = Watch(store, run.id, run.attempt)
    store.update_run(
        run.id,
        attempt=run.attempt,
        estimate=calibrate(spec, planned, classifier, check=watch.check, reference=reference),
    )


def do_job(store: Store, job_id: str, models: HeldModels, device: Any) -> str:
    """Do one job; its result or its error is kept with it. Returns done, failed or gone."""
    try:
        job = store.job(job_id)
    except UnknownName:
        return "gone"
    if job.status in {"done", "failed"}:
        return job.status
    store.update_job(job_id, "running")
    with TemporaryDirectory(prefix="assay-job-") as folder:
        return _done(store, job, models, device, Path(folder))


def _done(store: Store, job: Job, models: HeldModels, device: Any, folder: Path) -> str:
    """Do a job that is to be done, with a folder for files on their way; returns done or failed."""
    job_id = job.id
    try:
        if job.kind == "estimate":
            with device:
                result = _estimate(store, job, models)
        elif job.kind == "predictions":
            with device:
                result = predict_table(store, job, models, folder)
        else:
            result = _report(store, job)
    except (AuditError, ModelError) as error:
        store.update_job(job_id, "failed", error=str(error))
        return "failed"
    except BaseException as error:  # a panic of Rust code is no Exception, and would leave the job waiting for ever
        log_error(log, f"job {job_id} failed", error)
        store.update_job(job_id, "failed", error=in_words(error)[:2000])
        return "failed"
    files = result.pop("files", ())
    try:
        store.update_job(job_id, "done", result=result, files=files)
    except (FilesError, DiskError) as error:
        store.update_job(job_id, "failed", error=str(error))
        return "failed"
    return "done"


def _estimate(store: Store, job: Job, models: HeldModels) -> dict[str, Any]:
    spec = read_spec(job.args["spec"])
    classifier = models.get(spec.model)
    table = open_checked(store, spec.table, classifier)
    reference = open_reference(store, spec, table, classifier)
    mark, rows = (reference.fingerprint, list(reference)) if reference is not None else ("", [])
    return calibrate(spec, make_plan(spec, list(table), classifier, mark), classifier, reference=rows)


def _mark(provenance: Mapping[str, Any] | None) -> str:
    """Fingerprint of the reference table a run was planned with; "" for none."""
    return str(part(provenance, "reference").get("fingerprint", ""))


def _report(store: Store, job: Job) -> dict[str, Any]:
    if job.run_id is None:
        raise ReportError("A report needs a run.")
    module, _, name = REPORT_MAKER.partition(":")
    make = getattr(import_module(module), name)
    options = dict(job.args)
    made: dict[str, Any] = make(store, job.run_id, options.pop("preset", "full"), **options)
    return made
