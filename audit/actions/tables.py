"""Verbs of tables: the originals that people bring in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from audit.actions.doing import doing, permit
from audit.actor import Actor, Role
from audit.store import open_store
from audit.store.uploads import SUFFIXES
from audit.stored import Upload
from audit.table.refusing import require_table


def upload(actor: Actor, source: Path | BinaryIO, name: str, *, rename: bool = False) -> Upload:
    """Keep an original file under its hash; see `Store.add_upload`.

    Raises:
        Forbidden: they may not.
        InputError: the kind of file is not one Assay reads.
        TableError: it is no table: empty, binary, without a row.
        DiskError, FilesError: it cannot be kept.
    """
    with doing(actor, "upload_table") as store:
        if Path(name).suffix.lower() in SUFFIXES:
            require_table(source, name)
        return store.add_upload(source, name, rename=rename)


def describe(actor: Actor, sha256: str, **choices: Any) -> None:
    """Remember how a table is to be read, beside what was chosen before: columns, encoding, what its labels mean.

    Args:
        actor: who chooses.
        sha256: the table.
        choices: see `Store.add_upload`, and `model`, `label_map`, `keep_good`.

    Raises:
        Forbidden: they may not.
        UnknownName: no such table.
    """
    with doing(actor, "describe_table", sha256) as store:
        now = store.upload(sha256).options  # what was chosen since the page was drawn stays
        store.describe_upload(sha256, options={**now, **choices})


def keep_profile(actor: Actor, sha256: str, summary: Mapping[str, Any]) -> None:
    """Keep what was found when a table was read, for lists of tables. It is nobody's decision, so no event tells of it.

    Raises:
        Forbidden: they may not even read.
    """
    permit(actor, Role.READER)
    open_store().describe_upload(sha256, summary=summary)


def delete(actor: Actor, sha256: str) -> int:
    """Delete a table with its runs; return how many those were.

    Raises:
        Forbidden: they may not.
        UnknownName: no such table.
        FilesError: its file could not be removed; all the rest is gone.
    """
    with doing(actor, "delete_table", sha256) as store:
        return store.delete_upload(sha256)
