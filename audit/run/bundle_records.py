"""The records of a bundle against their digests, their shards, the result hash, and their flat copy."""

from __future__ import annotations

import hashlib
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from audit.errors import ReportError
from audit.kinds import STORED
from audit.language.translating import tr_later
from audit.run.bundle_files import Bundle, record_files
from audit.run.exporting import FLAT
from audit.store.indexing import digest as payload_digest
from audit.strict_json import loads

PARQUET = "records.parquet"
Line = Mapping[str, Any]
_SAMPLE = re.compile(r"sample:[0-9a-f]{16}")
"""What stands for the id of a row where a record is about many."""
_MANY_DIGITS = re.compile(r"[0-9]{10}")


def check_records(bundle: Bundle, manifest: Mapping[str, Any]) -> list[str]:
    """Faults of a bundle's records and shards, and of the result hash they give."""
    faults, found = list(_twice(bundle)), defaultdict[int, list[Line]](list)
    rows = {row["position"]: row["row_id"] for row in bundle.lines("rows.jsonl")}
    shards = {shard["position"]: shard for shard in bundle.lines("shards.jsonl")}
    for name in record_files(bundle):
        for line in bundle.lines(name):
            where = tr_later(f"the record of row {line['row_id']:.40} by {line['probe']:.60} in {name}")
            if bundle.texts and payload_digest(_payload(line, name)) != line["digest"]:
                faults.append(tr_later(f"{where} does not fit its digest"))
            elif shards.get(line["shard"], {}).get("probe") != line["probe"]:
                faults.append(tr_later(f"{where} is in the shard of another probe"))
            found[line["shard"]].append({k: line[k] for k in ("row_id", "digest", "position", "error", "kind")})
    for position, shard in shards.items():
        faults += _shard(position, shard, found.get(position, []), rows)
    if faults:
        return faults
    if manifest["result_hash"] is not None and _result(bundle, shards, found, rows) != manifest["result_hash"]:
        faults.append(tr_later("the records do not give the stated result hash"))
    return faults or list(_flat(bundle))


def _twice(bundle: Bundle) -> Iterator[str]:
    """Names of files with two entries where a run has one."""
    for name, key in (
        ("rows.jsonl", ("position",)), ("shards.jsonl", ("position",)), ("probes.json", ("probe",)),
        ("reviews.json", ("probe", "row_id", "who")), ("findings.json", ("id",)),
        ("scores.json", ("name", "probe", "other_probe", "slice", "where")),
    ):  # fmt: skip
        entries = bundle.lines(name) if name.endswith(".jsonl") else bundle.json(name)
        seen = Counter(tuple(str(entry.get(part)) for part in key) for entry in entries)
        yield from (tr_later(f"{name} has {' '.join(what):.80} twice") for what, n in seen.items() if n > 1)


def _payload(line: Line, name: str) -> Any:
    where = tr_later(f"A record in {name}, of row {line['row_id']:.40} by {line['probe']:.60},")
    try:
        found = loads(line["payload"])
    except (ValueError, RecursionError) as error:
        raise ReportError(f"{where} is not JSON ({error}).") from None
    if not isinstance(found, dict):
        raise ReportError(f"{where} is no JSON object; the bundle was made by something else.")
    if _MANY_DIGITS.search(line["payload"]) and _too_large({**found, "seed": 0}):
        raise ReportError(f"{where} holds a whole number that no run has; the bundle was made by something else.")
    return found


def _too_large(value: Any) -> bool:
    """Whether there is a whole number in it that the columns of the measures do not hold."""
    if isinstance(value, dict):
        return any(map(_too_large, value.values()))
    if isinstance(value, list):
        return any(map(_too_large, value))
    return isinstance(value, int) and not -(2**31) <= value < 2**31


def _shard(position: int, shard: Line, records: list[Line], rows: Mapping[int, str]) -> Iterator[str]:
    if shard["status"] != "done":
        if records:
            yield tr_later(f"shard {position} is {shard['status']:.20} and has records")
        return
    about = [line["row_id"] for line in records]
    if records and all(STORED[line["kind"]].scope == "sample" for line in records):
        if len(set(about)) != len(about) or not all(_SAMPLE.fullmatch(row_id) for row_id in about):
            yield tr_later(f"shard {position} has two records about one thing, or one under the id of a row")
    elif about != [rows.get(p) for p in shard["rows"]]:
        yield tr_later(f"a record of shard {position} is of a row that the run does not have there")
    if [line["position"] for line in records] != list(range(len(records))):
        yield tr_later(f"the records of shard {position} are not in their order")
    if hashlib.sha256("".join(line["digest"] for line in records).encode()).hexdigest() != shard["digest"]:
        yield tr_later(f"the records of shard {position} do not fit its digest")
    if sum(line["error"] is not None for line in records) != shard["errors"]:
        yield tr_later(f"shard {position} states {shard['errors']} failed rows, its records say otherwise")


def _result(
    bundle: Bundle, shards: Mapping[int, Line], found: Mapping[int, list[Line]], rows: Mapping[int, str]
) -> str:
    total = hashlib.sha256()
    for probe in bundle.json("probes.json"):
        total.update(f"probe\x1f{probe['probe']}\x1f{probe['status']}\n".encode())
    for position, shard in shards.items():
        if shard["status"] == "done":
            each = [(line["row_id"], line["digest"]) for line in found.get(position, [])]
        else:
            each = [(str(rows.get(p)), shard["status"]) for p in shard["rows"]]
        for row_id, digest in each:
            total.update(f"{shard['probe']}\x1f{row_id}\x1f{digest}\n".encode())
    return total.hexdigest()


def _flat(bundle: Bundle) -> Iterator[str]:
    """Whether the copy for analytics holds what the records hold, read some thousand at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    wrong = tr_later(f"{PARQUET} does not hold the records' columns")
    lines = (line for name in record_files(bundle) for line in bundle.lines(name))
    try:
        file = pq.ParquetFile(io.BytesIO(bundle.read(PARQUET)))
        if file.schema_arrow.names != list(FLAT):
            yield wrong
            return
        for batch in file.iter_batches(batch_size=2_000):
            for row in batch.to_pylist():
                line = next(lines, None)
                if line is None or any(row[name] != line[name] for name in FLAT):
                    yield wrong
                    return
    except (pa.ArrowException, OSError, ValueError) as error:
        yield tr_later(f"{PARQUET} cannot be read ({' '.join(str(error).split())[:100]})")
        return
    if next(lines, None) is not None:
        yield wrong
