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
