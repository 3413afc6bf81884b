"""The suites that come with Assay, with sentences of its own."""

from __future__ import annotations

from pathlib import Path

from audit.behave.suites.model import Suite
from audit.behave.suites.toml_file import read_toml
from audit.errors import UnknownName
from models.places import ASSETS

FOLDER = ASSETS / "suites"


def names() -> tuple[str, ...]:
    """Their names, which are those of their files."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def bundled(name: str) -> Suite:
    """One of them.

    Raises:
        UnknownName: none has that name; the message lists the choices.
    """
    if name not in names():
        raise UnknownName("suite", name, names())
    return read_toml(place(name))


def place(name: str) -> Path:
    """Where its file is."""
    return Path(FOLDER / f"{name}.toml")
