"""Write a run as a folder or zip: the same run gives the same bytes, and a failed export leaves nothing behind."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from audit.errors import ReportError
from audit.records import to_dict
from audit.report.textless import Words, params_without_texts, provenance_without_texts, spec_without_texts
from audit.run.bundle_files import FORMAT, MANIFEST, OWN_FILE, TEXTLESS, pretty
from audit.store import Run, Store
from audit.store.base import dump
from audit.stored import OWN
from models.writing import is_free, whole_file, whole_folder

RECORDS_PER_FILE = 5_000
FLAT = (
    "probe", "shard", "position", "row_id", "kind", "status", "label", "predicted", "confidence", "correct", "flipped_to",
    "flips", "queries", "words_changed", "similarity", "valid", "truncated", "seconds", "error", "digest",
)  # fmt: skip
"""Columns of records.parquet."""
NO_TEXT = {"text": "", "pair": None, "rationale": None}
"""What a row has without its text."""
_EPOCH = (1980, 1, 1, 0, 0, 0)


def export_run(
    store: Store,
    run_id: str,
    out: Path,
    *,
    extra: Mapping[str, bytes] | None = None,
    signer: Callable[[bytes], Mapping[str, bytes]] | None = None,
    texts: bool = True,
) -> Path:
    """Write a run as a folder, or as a zip when `out` ends in .zip.

    Args:
        store: where the run is; run_id: id, unique prefix or `latest`.
        out: a path that does not exist yet, or an empty folder.
        extra: more files by name (a report), part of the manifest.
        signer: gives the files of a signature over the manifest's bytes.
        texts: False leaves out every text of a row, see `audit.report.textless`; such a bundle cannot be imported.

    Raises:
        ReportError: the run has not finished, or `out` is taken.
        DiskError: the disk refuses; nothing is left of it.
    """
    run = store.run(run_id)
    if run.status not in {"finished", "cancelled", "paused", "failed"}:
        raise ReportError(f"Run {run.id} is {run.status}; wait for its end, or pause or cancel it, before exporting.")
    if not is_free(out):
        raise ReportError(f"{out} exists already; name a path that does not, or remove it.")
    hashes: dict[str, str] = {}
    with _written(out) as write:
        for name, data in _files(store, run, extra or {}, texts=texts):
            hashes[name] = hashlib.sha256(data).hexdigest()
            write(name, data)
        manifest = {
            "format": FORMAT if texts else TEXTLESS,
            "run_id": run.id,
            "result_hash": run.result_hash,
            "files": hashes,
        }
        write(MANIFEST, pretty(manifest))
        for name, data in signer(pretty(manifest)).items() if signer is not None else ():
            write(name, data)
    return out


# -- writing -------------------------------------------------------------------------------------------------------


def _files(store: Store, run: Run, extra: Mapping[str, bytes], *, texts: bool) -> Iterator[tuple[str, bytes]]:
    scores, findings = store.scores(run.id), store.findings(run.id)
    if not texts:
        words = Words((*scores, *(finding.score for finding in findings)))
        scores, findings = tuple(map(words.score, scores)), tuple(map(words.finding, findings))
        provenance = provenance_without_texts(run.provenance or {})
        run = replace(run, note="", error=None, provenance=provenance, spec=spec_without_texts(run.spec))
    rows, shards = store.stored_rows(run.id), store.stored_shards(run.id)
    reviews = [asdict(review) if texts else {**asdict(review), "note": ""} for review in store.reviews(run.id)]
    yield "run.json", pretty({name: value for name, value in asdict(run).items() if name not in OWN})
    probes = [asdict(probe) for probe in store.probes(run.id)]
    if not texts:
        probes = [{**probe, "params": params_without_texts(probe["params"])} for probe in probes]
    yield "probes.json", pretty(probes)
    yield "rows.jsonl", _lines(rows if texts else ({**row, **NO_TEXT} for row in rows))
    yield "shards.jsonl", _lines(shards if texts else ({**shard, "error": _bare(shard["error"])} for shard in shards))
    for number, part in enumerate(_parts(_records(store, run.id, texts))):
        yield f"records/{number:04d}.jsonl", _lines(part)
    yield "records.parquet", _parquet(_records(store, run.id, texts))
    yield "scores.json", pretty([to_dict(score) for score in scores])
    yield "findings.json", pretty([to_dict(finding) for finding in findings])
    yield "reviews.json", pretty(reviews)
    notes = [asdict(note) for note in store.notes(run.id)] if texts else []
    if run.tags or notes:
        yield OWN_FILE, pretty({"tags": run.tags, "notes": notes})
    yield "replicates.bin", (store.replicates(run.id) or b"") if texts else b""
    yield from sorted(extra.items())


def _records(store: Store, run_id: str, texts: bool) -> Iterator[dict[str, Any]]:
    stored = store.stored_records(run_id)
    return stored if texts else map(_bare_record, stored)


def _bare_record(record: Mapping[str, Any]) -> dict[str, Any]:
    return {**record, "error": _bare(record["error"]), "payload": ""}


def _bare(error: str | None) -> str | None:
    """That there was an error, not what it said: it may quote its row."""
    return None if error is None else "error"


@contextmanager
def _written(out: Path) -> Iterator[Callable[[str, bytes], None]]:
    """Give a function that adds a file; the zip or folder is there when all went well, and else nothing is."""
    if out.suffix.lower() == ".zip":
        with whole_file(out) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            yield lambda name, data: _zipped(archive, name, data)
        return
    with whole_folder(out) as folder:

        def write(name: str, data: bytes) -> None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

        yield write


def _zipped(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    archive.writestr(info, data)


def _parquet(records: Iterable[dict[str, Any]]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, _arrow_type(pa, name)) for name in FLAT])
    buffer = io.BytesIO()
    with pq.ParquetWriter(buffer, schema) as writer:
        for part in _parts(records):
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


def _lines(rows: Any) -> bytes:
    return "".join(dump(row) + "\n" for row in rows).encode()
