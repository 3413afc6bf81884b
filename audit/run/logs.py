"""Logging without texts: what failed and where, never an exception's message, which may quote a row."""

from __future__ import annotations

import logging
import logging.handlers
import sys
import traceback

from models.disk import fault
from models.places import home


class _Patient(logging.handlers.RotatingFileHandler):
    """A log on a disk that is full loses lines; that is no reason to write about it elsewhere, line by line."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Complain as logging does, but not of the disk."""
        error = sys.exc_info()[1]
        if error is None or fault(error) is None:
            super().handleError(record)


def log_error(log: logging.Logger, what: str, error: BaseException) -> None:
    """Log the kind of an error and the places it came through."""
    places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    log.error("%s: %s at %s", what, type(error).__name__, " < ".join(reversed(places[-8:])))


def start_log(name: str = "worker") -> None:
    """Log to ASSAY_HOME/logs/NAME.log, rotated at 1 MB, three old files kept."""
    folder = home() / "logs"
    folder.mkdir(exist_ok=True, mode=0o700)
    handler = _Patient(folder / f"{name}.log", maxBytes=1_000_000, backupCount=3)
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(name)s %(levelname)s %(message)s"))
    root = logging.getLogger("assay")
    root.setLevel(logging.INFO)
    root.addHandler(handler)
    root.propagate = False
