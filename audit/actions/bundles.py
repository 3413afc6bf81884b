"""Verbs of bundles: a run that leaves this installation or comes into it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from audit.actions.doing import doing, permit
from audit.actor import Actor, Role
from audit.errors import ReportError
from audit.stored import Run

T = TypeVar("T")

NAME = "bundle.zip"
"""What an uploaded bundle is called while it is looked at."""


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

    with doing(actor, "export_run", run_id, outside=True) as store:
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


def packed(actor: Actor, run_id: str, *, texts: bool = True, with_report: bool = True) -> bytes:
    """A run as the bytes of a signed bundle, for whoever takes it out by a browser; see `export`.

    Raises:
        Forbidden: they may not.
        ReportError: it cannot be written.
    """
    with TemporaryDirectory() as folder:
        _, path = export(actor, run_id, Path(folder) / NAME, texts=texts, with_report=with_report)
        return path.read_bytes()


def verify(actor: Actor, path: Path, *, key: str | None = None, signed: bool = False) -> dict[str, Any]:
    """Everything that can be checked of a bundle; nothing is kept, and no event tells of it.

    Args:
        actor: who wants to know.
        path: folder or zip; key, signed: see `audit.run.bundle.verify_bundle`.

    Returns:
        run_id, status, result_hash, scores, findings, faults, unchecked, verified, texts, signature; what
        `audit.run.bundle_said.sentences` tells.

    Raises:
        Forbidden: they may not even read.
        ReportError: it is no bundle.
    """
    from audit.report.signing import summary
    from audit.run.bundle import verify_bundle
    from audit.run.bundle_files import open_bundle
    from audit.run.bundle_reports import in_words

    permit(actor, Role.READER)
    bundle = open_bundle(path)
    unchecked: list[str] = []
    faults, signature = verify_bundle(bundle, key=key, signed=signed, noted=unchecked.append)
    run = bundle.json("run.json") if not faults else {"id": bundle.json("manifest.json").get("run_id")}
    scores, findings = in_words(bundle) if not faults else ([], [])
    return {
        "run_id": run["id"],
        "status": run.get("status"),
        "result_hash": run.get("result_hash"),
        "scores": scores,
        "findings": findings,
        "faults": faults,
        "unchecked": unchecked,
        "verified": bundle.texts and not faults,
        "texts": bundle.texts,
        "signature": summary(signature),
    }


def verify_upload(actor: Actor, content: bytes) -> dict[str, Any]:
    """`verify` of a zip that a browser sent; what it says names no place of this machine."""
    with TemporaryDirectory() as folder:
        return _as_upload(folder, lambda path: verify(actor, path), content)


def take_in_upload(actor: Actor, content: bytes) -> Run:
    """`take_in` of a zip that a browser sent; what it says names no place of this machine."""
    with TemporaryDirectory() as folder:
        return _as_upload(folder, lambda path: take_in(actor, path), content)


def _as_upload(folder: str, do: Callable[[Path], T], content: bytes) -> T:
    path = Path(folder) / NAME
    path.write_bytes(content)
    try:
        return do(path)
    except ReportError as error:
        raise ReportError(str(error).replace(str(path), "The file").replace(f"{folder}/", "")) from None
