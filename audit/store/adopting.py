"""Taking over the files that an earlier Assay, or one without `ASSAY_FILES_URL`, kept in folders of ASSAY_HOME."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path

from audit.errors import StoreError
from audit.store.blobs import FileQueries
from audit.store.files import files_url
from audit.store.folder_place import FolderPlace
from audit.store.old_folders import old_reports, old_uploads
from models.errors import DiskError
from models.places import home

log = logging.getLogger("assay.store")


def adopt(store: FileQueries) -> None:
    """Bring what lies in old folders to where files are kept now, as far as anything refers to it.

    What cannot be brought over now is tried again when the store is opened next. Report files that nothing lists are
    removed, as nobody could delete them with their run.
    """
    try:
        for path, sha256 in old_uploads():
            _take_over(store, path, sha256)
        for path in old_reports():
            _take_over(store, path, None)
            with suppress(OSError):
                path.parent.rmdir()
                path.parent.parent.rmdir()
        for name in ("uploads", "reports"):
            with suppress(OSError):
                (home() / name).rmdir()
        if files_url() is not None:
            _from_data_folder(store)
    except (StoreError, DiskError) as error:
        log.warning("files of the data folder could not be brought over yet: %s", error)


def _from_data_folder(store: FileQueries) -> None:
    folder = FolderPlace(home() / "files")
    for sha256 in list(folder.listed()):
        _take_over(store, folder.root / sha256[:2] / sha256, sha256)


def _take_over(store: FileQueries, path: Path, sha256: str | None) -> None:
    """Keep a file if something refers to it, and remove it from where it lay; one that is not what its name says stays."""
    try:
        with store.keeping([path]) as (blob,):
            pass
    except FileNotFoundError:  # another process was quicker
        return
    if sha256 in {None, blob.sha256}:
        path.unlink(missing_ok=True)
