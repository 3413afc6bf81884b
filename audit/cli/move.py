"""`export`, `import` and `verify`: a run as files, and whether it is what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from audit.cli.common import JsonOption, emit_json, reader, stderr
from audit.cli.run_json import RunArgument, run_json
from audit.errors import ReportError
from audit.language.saying import capitalised
from audit.language.translating import tr, tr_n
from models.telling import again
from models.typed_paths import is_dir

KeyOption = Annotated[str | None, typer.Option("--key", help="Public key (file or line) the bundle must be signed by.")]
SignedOption = Annotated[
    bool, typer.Option("--require-signature", help="Accept only what is signed by a key known here, or by --key.")
]


def export(
    run_id: RunArgument,
    out: Annotated[Path, typer.Option("--out", help="A folder, or a file ending in .zip, that does not exist yet.")],
    signed: Annotated[bool, typer.Option("--sign/--no-sign", help="Sign the manifest with this home's key.")] = True,
    with_report: Annotated[
        bool, typer.Option("--report/--no-report", help="Put the report in, as PDF and JSON.")
    ] = True,
    texts: Annotated[
        bool, typer.Option("--texts/--no-texts", help="Whether texts of rows go along; without, it cannot be imported.")
    ] = True,
    as_json: JsonOption = False,
) -> None:
    """Write a run with its records, scores, report and provenance as a folder or zip that `import` and `verify` read."""
    from audit.actions import bundles

    run, path = bundles.export(reader().actor, run_id, out, signed=signed, with_report=with_report, texts=texts)
    if as_json:
        emit_json({"run_id": run.id, "result_hash": run.result_hash, "out": str(path), "texts": texts})
    else:
        stderr.print(tr("Exported run {id} to {path}.", id=run.id, path=str(path)))


def import_run(
    path: Annotated[Path, typer.Argument(metavar="BUNDLE", help="Folder or zip written by `export`.")],
    key: KeyOption = None,
    signed: SignedOption = False,
    as_json: JsonOption = False,
) -> None:
    """Take an exported run into this installation, after all that `verify` checks; whose signature it has is kept with it."""
    from audit.actions import bundles

    store = reader()
    run = bundles.take_in(store.actor, path, key=key, signed=signed)
    if as_json:
        emit_json(run_json(store, run))
    else:
        stderr.print(
            tr("Imported run {id}: {name}. {origin}.", id=run.id, name=run.name, origin=capitalised(again(run.origin)))
        )


def verify(
    what: Annotated[str, typer.Argument(metavar="RUN|BUNDLE", help="A run, or an exported folder or zip.")],
    replay: Annotated[int, typer.Option("--replay", min=0, help="Compute N random records again and compare.")] = 0,
    key: KeyOption = None,
    signed: SignedOption = False,
    as_json: JsonOption = False,
) -> None:
    """Recompute every hash, score, finding and verdict of a run or bundle, and check a bundle's signature.

    With --replay, N records are computed again on the model. Exit status 1 on any difference.
    """
    path = Path(what)
    a_file = bool(what) and (is_dir(path) or path.suffix.lower() == ".zip")  # "" would be the folder one is in
    result = _verify_bundle(path, replay, key, signed) if a_file else _verify_run(what, replay)
    if as_json:
        emit_json(result)
    else:
        _print(result)
    if result["faults"] or any(r["differences"] for r in result["replayed"]):
        raise typer.Exit(1)


def _verify_run(what: str, count: int) -> dict[str, Any]:
    from dataclasses import asdict

    from audit.results.recomputing import check_content
    from audit.run.replay import check_run, replay
    from audit.run.suite_records import suite_faults

    store = reader()
    run = store.run(what)
    unchecked: list[str] = []
    faults = (
        check_run(store, run.id) or check_content(store, run.id, noted=unchecked.append) or suite_faults(store, run.id)
    )
    replayed = replay(store, run.id, count) if count else []
    more: dict[str, Any] = {
        "faults": faults,
        "unchecked": unchecked,
        "verified": not faults,
        "replayed": [asdict(r) for r in replayed],
    }
    return run_json(store, run, **more)


def _verify_bundle(path: Path, count: int, key: str | None, signed: bool) -> dict[str, Any]:
    from dataclasses import asdict

    from audit.actions import bundles
    from audit.run.bundle import scratch_store
    from audit.run.bundle_files import open_bundle
    from audit.run.replay import replay

    if not path.exists():
        raise ReportError(f"{path} does not exist.")
    result = bundles.verify(reader().actor, path, key=key, signed=signed)
    replayed = []
    if count and not result["faults"]:
        if not result["texts"]:
            raise ReportError(f"{path} was exported without texts: nothing of it can be computed again.")
        with scratch_store(open_bundle(path)) as store:
            replayed = replay(store, result["run_id"], count)
    return result | {"replayed": [asdict(r) for r in replayed]}


STYLES = {"fault": "red", "open": "yellow", "good": ""}


def _print(result: dict[str, Any]) -> None:
    from audit.run.bundle_said import sentences

    for kind, said in sentences(result):
        stderr.print(tr("FAULT  {fault}", fault=said) if kind == "fault" else said, style=STYLES[kind])
    different = [r for r in result["replayed"] if r["differences"]]
    if result["replayed"]:
        stderr.print(
            tr_n(
                "Replayed {n} record; differing: {different}.",
                "Replayed {n} records; differing: {different}.",
                len(result["replayed"]),
                different=len(different),
            )
        )
    for record in different:
        told = "; ".join(map(again, record["differences"][:3]))
        row = tr("{probe} row {row}: {differences}", probe=record["probe"], row=record["row_id"], differences=told)
        stderr.print(f"  {row}")
