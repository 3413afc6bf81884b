"""Logging without texts: what failed and where, never an exception's message, which may quote a row."""

from __future__ import annotations

import logging
import logging.handlers
import traceback

from models.places import home


def log_error(log: logging.Logger, what: str, error: BaseException) -> None:
    """Log the kind of an error and the places it came through."""
    places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    log.error("%s: %s at %s", what, type(error).__name__, " < ".join(reversed(places[-8:])))


def start_log(name: str = "worker") -> None:
    """Log to ASSAY_HOME/logs/NAME.log, rotated at 1 MB, three old files kept."""
    folder = home() / "logs"
    folder.mkdir(exist_ok=True, mode=0o700)
    handler = logging.handlers.RotatingFileHandler(folder / f"{name}.log", maxBytes=1_000_000, backupCount=3)
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(name)s %(levelname)s %(message)s"))
    root = logging.getLogger("assay")
    root.setLevel(logging.INFO)
    root.addHandler(handler)
    root.propagate = False
