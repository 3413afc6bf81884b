"""Check an exported run and take it in: nothing is believed that its records do not give."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from audit.errors import ReportError
from audit.language.translating import tr_later
from audit.report.signing import PUBLIC, SIGNATURE, Signature, check, summary
from audit.results.judging import judge, measure
from audit.results.recomputing import check_content, unchecked
from audit.run.bundle_files import MANIFEST, OWN_FILE, Bundle, open_bundle, pretty, record_files
from audit.run.bundle_records import check_records
from audit.run.bundle_reports import not_checked, report_faults
from audit.run.suite_records import suite_faults
from audit.store import Run, Store
from audit.store.database import sqlite_url

if TYPE_CHECKING:
    from audit.results.recomputing import Measuring
    from audit.score.measures import Measures


def check_bundle(bundle: Bundle) -> list[str]:
    """Faults of a bundle: files missing, added or changed, records whose digests are wrong, a wrong result hash."""
    manifest = bundle.json(MANIFEST)
    listed: dict[str, str] = manifest["files"]
    outside = (MANIFEST, SIGNATURE, PUBLIC)
    faults = [tr_later(f"the file {name} is missing") for name in listed if name not in bundle.names]
    faults += [
        tr_later(f"the file {name} is not in the manifest")
        for name in bundle.names
        if name not in listed and name not in outside
    ]
    faults += [
        tr_later(f"the file {name} was changed")
        for name in listed
        if name in bundle.names and _changed(bundle, name, listed[name])
    ]
    faults += check(bundle.names, bundle.read).faults
    if not faults:
        run = bundle.json("run.json")
        if run["id"] != manifest["run_id"]:
            faults.append(tr_later(f"{MANIFEST} names another run than run.json"))
        if run["result_hash"] != manifest["result_hash"]:
            faults.append(tr_later(f"{MANIFEST} states another result hash than run.json"))
    if faults:
        return faults
    rewritten = (
        [] if bundle.read(MANIFEST) == pretty(manifest) else [tr_later(f"{MANIFEST} was changed: it is not as written")]
    )
    return check_records(bundle, manifest) or rewritten


def _changed(bundle: Bundle, name: str, expected: str) -> bool:
    try:
        return hashlib.sha256(bundle.read(name)).hexdigest() != expected
    except ReportError:  # the zip's own checksum is wrong
        return True


def verify_bundle(
    bundle: Bundle,
    *,
    key: str | None = None,
    signed: bool = False,
    measuring: Measuring | None = None,
    noted: Callable[[str], None] = lambda _: None,
) -> tuple[list[str], Signature]:
    """Everything that can be checked of a bundle: its files, its signature, and that its records give what it says.

    Args:
        bundle: an open one.
        key: the public key it must be signed by, see `audit.report.signing.check`.
        signed: whether it must be signed by a key that is known here.
        measuring: see `audit.results.recomputing.check_content`.
        noted: told what could not be checked, a sentence each.

    Returns:
        What is wrong, nothing if all is right; and what its signature is worth. Of a bundle without texts only the files,
        the signature and the hashes are checked.
    """
    signature = check(bundle.names, bundle.read, key=key)
    faults = check_bundle(bundle)
    faults += [fault for fault in signature.faults if fault not in faults]
    if signed and signature.key_id is None:
        faults += [fault for fault in (tr_later("the bundle is not signed"),) if fault not in faults]
    elif signed and not signature.trusted and not signature.faults:
        faults.append(
            tr_later(
                f"it is signed by the key {signature.key_id}, which is not known here; give the right one with --key"
            )
        )
    if not faults:
        for said in not_checked(bundle):
            noted(said)
        faults = report_faults(bundle)
    if not faults and bundle.texts:
        with scratch_store(bundle) as store:
            run_id = bundle.json(MANIFEST)["run_id"]
            faults = check_content(store, run_id, measuring=measuring, noted=noted)
            faults = faults or suite_faults(store, run_id)
            if not (faults or signature.trusted):  # whoever is known here is believed what cannot be checked
                faults = unchecked(store, run_id)
    return faults, signature


def import_run(store: Store, path: Path, *, key: str | None = None, signed: bool = False) -> Run:
    """Take an exported run into the store, under its own id, after every check of `verify_bundle`.

    Raises:
        ReportError: the bundle is damaged or says what its records do not give, or the store has a run of that id already.
    """
    bundle = open_bundle(path)
    if not bundle.texts:
        raise ReportError(
            f"{path} was exported without texts: `verify` checks its files, hashes and signature, and it can be read; to "
            "import the run, ask for a bundle with texts."
        )
    measured: list[Measures] = []

    def measuring(scratch: Store, run: Run) -> Measures:
        measured.append(measure(scratch, run))
        return measured[0]

    faults, signature = verify_bundle(bundle, key=key, signed=signed, measuring=measuring)
    if faults:
        raise ReportError(f"{path} cannot be imported: {'; '.join(faults[:5])}.")
    run_id = bundle.json(MANIFEST)["run_id"]
    if store.exists(run_id):
        raise ReportError(f"The store has a run {run_id} already; delete it first to import it again.")
    store.erase_deleted(run_id)
    _take(store, bundle, summary(signature))
    run = store.run(run_id)
    if measured:  # what is kept to judge by other policies was made again: a bundle's own could be anything
        judge(store, run_id, run.policy, measures=measured[0])
    return store.run(run_id)


def _take(store: Store, bundle: Bundle, signature: Mapping[str, object]) -> None:
    """Put a bundle's content into a store as it stands.

    Raises:
        ReportError: scores or findings are not as an exported run has them.
    """
    records = (line for name in record_files(bundle) for line in bundle.lines(name))
    try:
        _put(store, bundle, signature, records)
    except (KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        said = " ".join(str(error).split())[:200]
        raise ReportError(f"{bundle.path} holds scores, findings or measures that cannot be read ({said}).") from None


def _put(store: Store, bundle: Bundle, signature: Mapping[str, object], records: Iterator[Any]) -> None:
    store.import_run(
        {**bundle.json("run.json"), "signature": dict(signature)},
        probes=bundle.json("probes.json"),
        rows=list(bundle.lines("rows.jsonl")),
        shards=list(bundle.lines("shards.jsonl")),
        records=records,
        scores=bundle.json("scores.json"),
        findings=bundle.json("findings.json"),
        reviews=bundle.json("reviews.json"),
        replicates=None,
        own=bundle.json(OWN_FILE) if OWN_FILE in bundle.names else {},
    )


@contextmanager
def scratch_store(bundle: Bundle) -> Iterator[Store]:
    """A store in a temporary folder that holds only this bundle's run."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(sqlite_url(Path(folder) / "bundle.db"))
        try:
            _take(store, bundle, {})
            yield store
        finally:
            store.close()
