"""Changing files of an exported folder as a forger would: so that the manifest fits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

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
