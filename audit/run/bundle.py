"""A run as files: export to a folder or zip, check such a bundle, import it elsewhere.

```
manifest.json     {"format": 1, "run_id", "result_hash", "files": {path: sha256}}
run.json          the run's columns: spec, identity, model card, labels, policy, provenance, hashes
probes.json rows.jsonl shards.jsonl
records/NN.jsonl  one line per record: probe, row_id, digest and the columns pages filter by, payload
records.parquet   the same columns flat, without payload, for analytics
scores.json findings.json reviews.json replicates.bin
report/           the report, when asked for
signature/        over manifest.json, in minisign's format, when asked for
```
The same run gives the same bytes: files are sorted, times inside the zip are fixed.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from audit.errors import ReportError
from audit.records import to_dict
from audit.report.signing import PUBLIC, SIGNATURE, Signature, check, summary
from audit.run.bundle_shape import checked, checked_lines
from audit.run.recompute import check_content
from audit.run.verdict import judge
from audit.store import Run, Store
from audit.store.base import dump
from audit.store.engine import sqlite_url
from audit.store.indexing import digest as payload_digest
from audit.strict_json import dumps, loads

FORMAT = 1
MANIFEST = "manifest.json"
MOST_FILES, MOST_BYTES = 20_000, 4_000_000_000
SMALL_BYTES, MOST_RATIO = 20_000_000, 200
"""A file of a zip that is larger than this and shrank to less than a two-hundredth is a trap: texts shrink to a tenth."""
RECORDS_PER_FILE = 5_000
FLAT = (
    "probe", "shard", "position", "row_id", "kind", "status", "label", "predicted", "confidence", "correct", "flipped_to",
    "flips", "queries", "words_changed", "similarity", "valid", "truncated", "seconds", "error", "digest",
)  # fmt: skip
"""Columns of records.parquet."""
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Bundle:
    """A readable bundle: `names` in order, `read(name)` gives bytes."""

    path: Path
    names: tuple[str, ...]

    def read(self, name: str) -> bytes:
        """The bytes of one file.

        Raises:
            ReportError: it is missing or damaged.
        """
        try:
            if self.path.is_dir():
                return (self.path / name).read_bytes()
            with zipfile.ZipFile(self.path) as archive:
                return archive.read(name)
        except MemoryError:
            raise ReportError(f"{name} in the bundle {self.path} is larger than this machine's memory.") from None
        except (OSError, KeyError, ValueError, EOFError, NotImplementedError, zipfile.BadZipFile, zlib.error) as error:
            raise ReportError(f"The bundle {self.path} has no readable file {name} ({error}).") from None

    def json(self, name: str) -> Any:
        """The content of a JSON file.

        Raises:
            ReportError: it is missing, not JSON, or not what an exported run has there.
        """
        try:
            data = loads(self.read(name))
        except (ValueError, RecursionError) as error:
            raise ReportError(f"{name} in the bundle {self.path} is not JSON ({error}).") from None
        return checked(name, data)

    def lines(self, name: str) -> Iterator[Any]:
        """The objects of a JSONL file.

        Raises:
            ReportError: it is missing, a line is not JSON, or not what an exported run has there.
        """
        return checked_lines(name, self._objects(name))

    def _objects(self, name: str) -> Iterator[Any]:
        try:
            for line in self.read(name).decode("utf-8").split("\n"):  # a text may hold other line ends as they are
                if line:
                    yield loads(line)
        except (ValueError, RecursionError) as error:
            raise ReportError(f"{name} in the bundle {self.path} is not JSON Lines ({error}).") from None


def export_run(
    store: Store,
    run_id: str,
    out: Path,
    *,
    extra: Mapping[str, bytes] | None = None,
    signer: Callable[[bytes], Mapping[str, bytes]] | None = None,
) -> Path:
    """Write a run as a folder, or as a zip when `out` ends in .zip.

    Args:
        store: where the run is; run_id: id, unique prefix or `latest`.
        out: a path that does not exist yet, or an empty folder.
        extra: more files by name (a report), part of the manifest.
        signer: gives the files of a signature over the manifest's bytes.

    Raises:
        ReportError: the run has not finished, or `out` is taken.
    """
    run = store.run(run_id)
    if run.status not in {"finished", "cancelled", "paused", "failed"}:
        raise ReportError(f"Run {run.id} is {run.status}; wait for its end, or pause or cancel it, before exporting.")
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise ReportError(f"{out} exists already; name a path that does not, or remove it.")
    hashes: dict[str, str] = {}
    with _writer(out) as writer:
        for name, data in _files(store, run, extra or {}):
            hashes[name] = hashlib.sha256(data).hexdigest()
            writer.write(name, data)
        manifest = {"format": FORMAT, "run_id": run.id, "result_hash": run.result_hash, "files": hashes}
        writer.write(MANIFEST, _pretty(manifest))
        for name, data in signer(_pretty(manifest)).items() if signer is not None else ():
            writer.write(name, data)
    return out


def open_bundle(path: Path) -> Bundle:
    """Open a folder or zip written by `export_run`.

    Raises:
        ReportError: it is no such thing, or of a newer format.
    """
    try:
        if path.is_dir():
            names = sorted(p.relative_to(path).as_posix() for p in path.rglob("*") if p.is_file())
        else:
            with zipfile.ZipFile(path) as archive:
                names = sorted(archive.namelist())
                _bounded(path, archive.infolist())
    except (OSError, zipfile.BadZipFile):
        raise ReportError(f"{path} is neither a folder nor a readable zip of an exported run.") from None
    bundle = Bundle(path, tuple(names))
    if MANIFEST not in names:
        raise ReportError(f"{path} has no {MANIFEST}: it is not an exported run.")
    try:
        head = loads(bundle.read(MANIFEST))
    except (ValueError, RecursionError) as error:
        raise ReportError(f"{MANIFEST} in the bundle {path} is not JSON ({error}).") from None
    form = head.get("format") if isinstance(head, dict) else None
    if form != FORMAT:
        raise ReportError(f"{path} has format {form!r}; this Assay reads format {FORMAT}.")
    return bundle


def _bounded(path: Path, members: list[zipfile.ZipInfo]) -> None:
    """Refuse a zip that would unpack to more than it may, before a byte of it is unpacked.

    Raises:
        ReportError: too many files, or one that is too large by itself or for what it takes in the zip.
    """
    if len(members) > MOST_FILES:
        raise ReportError(f"{path} holds {len(members):,} files; an exported run has at most {MOST_FILES:,}.")
    for one in members:
        swollen = one.file_size > SMALL_BYTES and one.file_size > MOST_RATIO * max(one.compress_size, 1)
        if one.file_size > MOST_BYTES or swollen:
            raise ReportError(
                f"{one.filename[:80]} in {path} would unpack to {one.file_size / 1e6:,.0f} MB from {one.compress_size / 1e6:,.1f} MB: "
                "no exported run does; unpack it yourself where you trust it, and give the folder."
            )


def check_bundle(bundle: Bundle) -> list[str]:
    """Faults of a bundle: files missing, added or changed, records whose digests are wrong, a wrong result hash."""
    manifest = bundle.json(MANIFEST)
    listed: dict[str, str] = manifest["files"]
    outside = (MANIFEST, SIGNATURE, PUBLIC)
    faults = [f"{name} is missing" for name in listed if name not in bundle.names]
    faults += [f"{name} is not in the manifest" for name in bundle.names if name not in listed and name not in outside]
    faults += [
        f"{name} was changed" for name in listed if name in bundle.names and _changed(bundle, name, listed[name])
    ]
    faults += check(bundle.names, bundle.read).faults
    if not faults:
        run = bundle.json("run.json")
        if run["id"] != manifest["run_id"]:
            faults.append(f"{MANIFEST} names another run than run.json")
        if run["result_hash"] != manifest["result_hash"]:
            faults.append(f"{MANIFEST} states another result hash than run.json")
    if faults:
        return faults
    rewritten = [] if bundle.read(MANIFEST) == _pretty(manifest) else [f"{MANIFEST} was changed: it is not as written"]
    return _check_content(bundle, manifest) or rewritten


def _changed(bundle: Bundle, name: str, expected: str) -> bool:
    try:
        return hashlib.sha256(bundle.read(name)).hexdigest() != expected
    except ReportError:  # the zip's own checksum is wrong
        return True


def verify_bundle(bundle: Bundle, *, key: str | None = None, signed: bool = False) -> tuple[list[str], Signature]:
    """Everything that can be checked of a bundle: its files, its signature, and that its records give what it says.

    Args:
        bundle: an open one.
        key: the public key it must be signed by, see `audit.report.signing.check`.
        signed: whether it must be signed by a key that is known here.

    Returns:
        What is wrong, nothing if all is right; and what its signature is worth.
    """
    signature = check(bundle.names, bundle.read, key=key)
    faults = check_bundle(bundle)
    faults += [fault for fault in signature.faults if fault not in faults]
    if signed and signature.key_id is None:
        faults += [fault for fault in ("the bundle is not signed",) if fault not in faults]
    elif signed and not signature.trusted and not signature.faults:
        faults.append(
            f"it is signed by the key {signature.key_id}, which is not known here; give the right one with --key"
        )
    if not faults:
        with scratch_store(bundle) as store:
            faults = check_content(store, bundle.json(MANIFEST)["run_id"])
    return faults, signature


def import_run(store: Store, path: Path, *, key: str | None = None, signed: bool = False) -> Run:
    """Take an exported run into the store, under its own id, after every check of `verify_bundle`.

    Raises:
        ReportError: the bundle is damaged or says what its records do not give, or the store has a run of that id already.
    """
    bundle = open_bundle(path)
    faults, signature = verify_bundle(bundle, key=key, signed=signed)
    if faults:
        raise ReportError(f"{path} cannot be imported: {'; '.join(faults[:5])}.")
    run_id = bundle.json(MANIFEST)["run_id"]
    if store.exists(run_id):
        raise ReportError(f"The store has a run {run_id} already; delete it first to import it again.")
    _take(store, bundle, summary(signature))
    run = store.run(run_id)
    if store.scores(run_id):  # what was kept to judge by other policies is made again: a bundle's own could be anything
        judge(store, run_id, run.policy, anew=True)
    return store.run(run_id)


def _take(store: Store, bundle: Bundle, signature: Mapping[str, object]) -> None:
    """Put a bundle's content into a store as it stands.

    Raises:
        ReportError: scores or findings are not as an exported run has them.
    """
    records = (line for name in _record_files(bundle) for line in bundle.lines(name))
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
    )


# -- writing -------------------------------------------------------------------------------------------------------


def _files(store: Store, run: Run, extra: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    yield "run.json", _pretty(asdict(run))
    yield "probes.json", _pretty([asdict(probe) for probe in store.probes(run.id)])
    yield "rows.jsonl", _lines(store.stored_rows(run.id))
    yield "shards.jsonl", _lines(store.stored_shards(run.id))
    for number, part in enumerate(_parts(store.stored_records(run.id))):
        yield f"records/{number:04d}.jsonl", _lines(part)
    yield "records.parquet", _parquet(store, run.id)
    yield "scores.json", _pretty([to_dict(score) for score in store.scores(run.id)])
    yield "findings.json", _pretty([to_dict(finding) for finding in store.findings(run.id)])
    yield "reviews.json", _pretty([asdict(review) for review in store.reviews(run.id)])
    yield "replicates.bin", store.replicates(run.id) or b""
    yield from sorted(extra.items())


class _writer:  # noqa: N801 - a context manager
    def __init__(self, out: Path) -> None:
        self.out = out
        self.part = out.with_name(f".{out.name}.part")  # nothing half-written stands where the zip is looked for
        self.archive: zipfile.ZipFile | None = None

    def __enter__(self) -> _writer:
        if self.out.suffix.lower() == ".zip":
            self.out.parent.mkdir(parents=True, exist_ok=True)
            self.archive = zipfile.ZipFile(self.part, "w", zipfile.ZIP_DEFLATED)
        else:
            self.out.mkdir(parents=True, exist_ok=True)
        return self

    def write(self, name: str, data: bytes) -> None:
        if self.archive is not None:
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            self.archive.writestr(info, data)
            return
        path = self.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def __exit__(self, *exception: object) -> None:
        if self.archive is None:
            if exception[0] is not None:
                shutil.rmtree(self.out, ignore_errors=True)
            return
        try:
            self.archive.close()
            if exception[0] is None:
                self.part.replace(self.out)
        finally:
            self.part.unlink(missing_ok=True)


def _parquet(store: Store, run_id: str) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, _arrow_type(pa, name)) for name in FLAT])
    buffer = io.BytesIO()
    with pq.ParquetWriter(buffer, schema) as writer:
        for part in _parts(store.stored_records(run_id)):
            writer.write_table(pa.table({name: [r[name] for r in part] for name in FLAT}, schema=schema))
    return buffer.getvalue()


def _parts(records: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    part: list[dict[str, Any]] = []
    for record in records:
        part.append(record)
        if len(part) == RECORDS_PER_FILE:
            yield part
            part = []
    if part:
        yield part


def _arrow_type(pa: Any, name: str) -> Any:
    if name in {"confidence", "similarity", "seconds"}:
        return pa.float64()
    whole = {"shard", "position", "correct", "flips", "queries", "words_changed", "valid", "truncated"}
    return pa.int64() if name in whole else pa.string()


def _pretty(data: Any) -> bytes:
    return (dumps(data, sort_keys=True, ensure_ascii=False, indent=1) + "\n").encode()


def _lines(rows: Any) -> bytes:
    return "".join(dump(row) + "\n" for row in rows).encode()


# -- reading -------------------------------------------------------------------------------------------------------


def _payload(line: Mapping[str, Any], name: str) -> Any:
    try:
        return loads(line["payload"])
    except ValueError as error:
        raise ReportError(
            f"A record in {name}, of row {line['row_id']} by {line['probe']}, is not JSON ({error})."
        ) from None


def _record_files(bundle: Bundle) -> list[str]:
    return [name for name in bundle.names if name.startswith("records/")]


def _check_content(bundle: Bundle, manifest: Mapping[str, Any]) -> list[str]:
    faults = []
    digests: dict[int, list[tuple[str, str, str]]] = {}
    for name in _record_files(bundle):
        for line in bundle.lines(name):
            if payload_digest(_payload(line, name)) != line["digest"]:
                faults.append(
                    f"the record of row {line['row_id']} by {line['probe']} in {name} does not fit its digest"
                )
            digests.setdefault(line["shard"], []).append((line["probe"], line["row_id"], line["digest"]))
    if manifest["result_hash"] is not None:
        rows = {row["position"]: row["row_id"] for row in bundle.lines("rows.jsonl")}
        total = hashlib.sha256()
        for probe in bundle.json("probes.json"):
            total.update(f"probe\x1f{probe['probe']}\x1f{probe['status']}\n".encode())
        for shard in bundle.lines("shards.jsonl"):
            failed = [(shard["probe"], rows[p], shard["status"]) for p in shard["rows"]]
            for probe_key, row_id, digest in (
                digests.get(shard["position"], []) if shard["status"] == "done" else failed
            ):
                total.update(f"{probe_key}\x1f{row_id}\x1f{digest}\n".encode())
        if total.hexdigest() != manifest["result_hash"]:
            faults.append("the records do not give the stated result hash")
    return faults


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
