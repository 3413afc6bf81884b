"""Verbs of bundles: a run that leaves this installation or comes into it."""

from __future__ import annotations

from pathlib import Path

from audit.actions.doing import doing
from audit.actor import Actor
from audit.stored import Run


def export(
    actor: Actor, run_id: str, out: Path, *, signed: bool = True, with_report: bool = True, texts: bool = True
) -> tuple[Run, Path]:
    """Write a run as a folder or zip, see `audit.run.exporting.export_run`; returns the run and where it lies.

    Args:
        actor: who takes it out.
        run_id: the run; out: a folder, or a file ending in .zip, that does not exist yet.
        signed: whether the manifest is signed with this home's key.
        with_report: whether a finished run's report goes along.
        texts: whether texts of rows go along.

    Raises:
        Forbidden: they may not.
        ReportError: it cannot be written.
    """
    from audit.report.making import report_files
    from audit.report.signing import sign
    from audit.run.exporting import export_run

    with doing(actor, "export_run", run_id) as store:
        run = store.run(run_id)
        extra = report_files(store, run.id, texts=texts) if with_report and run.status == "finished" else {}
        comment = f"Assay run {run.id}, result {run.result_hash}" + ("" if texts else ", without texts")
        signer = (lambda manifest: sign(manifest, comment)) if signed else None
        return run, export_run(store, run.id, out, extra=extra, signer=signer, texts=texts)


def take_in(actor: Actor, path: Path, *, key: str | None = None, signed: bool = False) -> Run:
    """Take an exported run into this installation, after everything that can be checked; see `audit.run.bundle.import_run`.

    Raises:
        Forbidden: they may not.
        ReportError: the bundle is damaged or says what its records do not give, or the run is here already.
    """
    from audit.run.bundle import import_run

    with doing(actor, "import_run") as store:
        return import_run(store, path, key=key, signed=signed)
