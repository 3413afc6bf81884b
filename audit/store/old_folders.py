"""Where an earlier Assay kept files: `uploads/SHA256.csv` and `reports/RUN/KIND/NAME` in ASSAY_HOME."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from models.places import home

_UPLOAD = re.compile(r"([0-9a-f]{64})\.[a-z]+")
_RUN_ID = re.compile(r"[0-9a-f]{12}")


def old_uploads() -> Iterator[tuple[Path, str]]:
    """Tables in the folder of an earlier Assay, each with the hash in its name."""
    for path in sorted((home() / "uploads").glob("*")):
        found = _UPLOAD.fullmatch(path.name)
        if found is not None and path.is_file() and not path.is_symlink():
            yield path, found[1]


def old_reports() -> Iterator[Path]:
    """Report files in the folder of an earlier Assay."""
    for path in sorted((home() / "reports").glob("*/*/*")):
        if _RUN_ID.fullmatch(path.parts[-3]) and path.is_file() and not path.is_symlink():
            yield path


def hash_of_report(file: Mapping[str, Any]) -> tuple[str, int]:
    """The hash and size of a report file as an earlier Assay noted it, `{"path", "sha256", "bytes"}`.

    Made again, a report took the place of one before it: what lies there now is what its readers were shown.
    """
    path = Path(str(file.get("path", "")))
    if path in set(old_reports()):
        data = path.read_bytes()
        return hashlib.sha256(data).hexdigest(), len(data)
    return str(file["sha256"]), int(file["bytes"])
