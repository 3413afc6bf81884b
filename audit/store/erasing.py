"""Report files of a run in the folder where an earlier Assay kept them, until they are taken over, and how they go."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from audit.errors import StoreError
from models.places import home

_RUN_ID = re.compile(r"[0-9a-f]{12}")


def is_run_id(text: object) -> bool:
    """Whether it is a run's id as `start` makes them: twelve lower-case hexadecimal digits."""
    return isinstance(text, str) and _RUN_ID.fullmatch(text) is not None


def reports_folder(run_id: str) -> Path:
    """Where an earlier Assay kept the report files of a run.

    Raises:
        StoreError: it is no run's id, so it names no folder of ours.
    """
    if not is_run_id(run_id):
        raise StoreError(f"{run_id!r} is not the id of a run: ids are 12 digits of 0-9 and a-f.")
    return home() / "reports" / run_id


def erase_files(run_id: str) -> None:
    """Remove the report files of a run that were not taken over, as far as there are any.

    Raises:
        StoreError: a file could not be removed; the sentence names it.
    """
    if not is_run_id(run_id):
        return  # nothing was ever written for it
    folder = reports_folder(run_id)
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise StoreError(
            f"The report files in {folder} could not be removed ({error.strerror}); remove them by hand."
        ) from None
