"""Changing files of an exported folder as a forger would: so that the manifest fits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from audit.__main__ import build

MANIFEST = "manifest.json"


def edit(bundle: Path, name: str, change: Callable[[Any], Any]) -> None:
    """Change the data of a file; `change` may alter it in place or return other data."""
    path = bundle / name
    if name.endswith(".jsonl"):
        lines = [json.loads(line) for line in path.read_text().split("\n") if line]
        lines = change(lines) or lines
        path.write_text("".join(json.dumps(line, sort_keys=True, ensure_ascii=False) + "\n" for line in lines))
    else:
        data = json.loads(path.read_text())
        data = change(data) or data
        path.write_text(json.dumps(data, sort_keys=True, ensure_ascii=False, indent=1) + "\n")
    fit(bundle)


def fit(bundle: Path) -> None:
    """Make the manifest state the hashes that the files now have."""
    manifest = json.loads((bundle / MANIFEST).read_text())
    for name in manifest["files"]:
        manifest["files"][name] = hashlib.sha256((bundle / name).read_bytes()).hexdigest()
    (bundle / MANIFEST).write_text(json.dumps(manifest, sort_keys=True, ensure_ascii=False, indent=1) + "\n")


def set_all(key, value):
    """Give every entry of a list this."""

    def change(entries):
        for entry in entries:
            entry[key] = value

    return change


def put(**values):
    """Give the data this."""
    return lambda data: data.update(values)


def first(key, value):
    """Give the first entry this."""
    return lambda entries: entries[0].update({key: value})


def first_said(**parts):
    """Have the first finding say this."""
    return lambda entries: entries[0]["said"].update(parts)


def prose(text):
    """Words that are kept as they are."""
    return {"key": "literal", "values": {"text": text}}


def other_number(entries):
    """Change a number in a title."""
    for entry in entries:
        if "value" in (values := entry["said"]["title"]["values"]):
            values["value"]["value"] = 0.123
            return
    raise AssertionError("no title has a number")


def swapped(rows):
    """Let two rows change their texts."""
    rows[0]["text"], rows[1]["text"] = rows[1]["text"], rows[0]["text"]


def typed(*words):
    """A command as it is typed, called in this process; what it raises is kept with what it said."""
    return CliRunner().invoke(build(), [*map(str, words)])


def rewrite(bundle: Path, probe: str, place: int, change: Callable[[dict[str, Any]], Any]) -> None:
    """Change what a record says as somebody would who knows the format: columns, digests and the flat copy are made to fit.

    Args:
        bundle: an exported folder; probe: key of the record's probe; place: which of its records.
        change: alters the record's data in place, or returns other data.
    """
    from audit.store.base import dump
    from audit.store.indexing import digest, record_of, stored_row
    from models.task import Label

    labels = json.loads((bundle / "run.json").read_text())["labels"]

    def one(lines: list[dict[str, Any]]) -> None:
        line = [line for line in lines if line["probe"] == probe][place]
        data = json.loads(line["payload"])
        data = change(data) or data
        line |= {"payload": dump(data), "digest": digest(data)}
        try:
            fresh = stored_row(record_of(line["kind"], line["payload"], probe), line["label"], Label(labels))
            line |= {name: value for name, value in fresh.items() if name in line and name not in ("payload", "label")}
        except Exception:
            return

    edit(bundle, "records/0000.jsonl", one)
    refit(bundle)


def refit(bundle: Path) -> None:
    """Make shards, result hash, flat copy and manifest fit the records as they stand."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from audit.run.exporting import FLAT

    lines = [json.loads(line) for line in (bundle / "records/0000.jsonl").read_text().split("\n") if line]
    shards: list[dict[str, Any]] = []

    def fitted(found: list[dict[str, Any]]) -> None:
        for shard in found:
            mine = [line for line in lines if line["shard"] == shard["position"]]
            shard["digest"] = hashlib.sha256("".join(line["digest"] for line in mine).encode()).hexdigest()
            shard["errors"] = sum(line["error"] is not None for line in mine)
        shards.extend(found)

    edit(bundle, "shards.jsonl", fitted)
    total = hashlib.sha256()
    for probe in json.loads((bundle / "probes.json").read_text()):
        total.update(f"probe\x1f{probe['probe']}\x1f{probe['status']}\n".encode())
    for shard in shards:
        for line in (line for line in lines if line["shard"] == shard["position"]):
            total.update(f"{shard['probe']}\x1f{line['row_id']}\x1f{line['digest']}\n".encode())
    schema = pq.read_schema(bundle / "records.parquet")
    rows = [{name: line[name] for name in FLAT} for line in lines]
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), bundle / "records.parquet")
    edit(bundle, "run.json", put(result_hash=total.hexdigest()))
    edit(bundle, MANIFEST, put(result_hash=total.hexdigest()))
