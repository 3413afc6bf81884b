"""Which suite a command is about, and how it is told: by name, as a file, as an audit asks it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import BaseModel

from audit.cli.common import (
    reader,
)
from audit.errors import InputError
from models.flags import Flag

if TYPE_CHECKING:
    from audit.behave.suites.layouts import Columns
    from audit.behave.suites.model import Suite
    from audit.spec import ProbeSpec

SuiteArgument = Annotated[
    str,
    typer.Argument(
        metavar="SUITE", help="Name of one (see `suite list`), a TOML file, or a table (CheckList, HateCheck ...)."
    ),
]


class PlainTable(BaseModel):
    """Which columns a plain table of cases has."""

    text: Annotated[str | None, Flag("--text", help="Column of the text, of a plain table.")] = None
    label: Annotated[str | None, Flag("--label", help="Column of the expected label, of a plain table.")] = None
    test: Annotated[str | None, Flag("--test", help="Column of the test's name, of a plain table.")] = None
    capability: Annotated[str | None, Flag("--capability", help="Column of the capability, of a plain table.")] = None

    def columns(self) -> Columns | None:
        """The columns; None where nothing was said of them."""
        from audit.behave.suites.layouts import Columns

        if not any((self.text, self.label, self.test, self.capability)):
            return None
        return Columns(self.text or "text", self.label or "label", self.test, self.capability)


def suite_of(said: str, columns: Columns | None) -> Suite:
    """The suite that was named, or stands in a file; `columns` are those of a plain table."""
    from audit.actions import suites
    from audit.behave.suites.layouts import read_table
    from audit.behave.suites.toml_file import read_toml

    store = reader()
    kept = next((one for one in suites.listed(store) if one.name == said), None)
    if kept is not None:
        return suites.read(store, kept)
    file = file_of(said)
    return read_toml(file) if file.suffix.casefold() == ".toml" else read_table(file, columns=columns)


def file_of(said: str) -> Path:
    """The file that was named.

    Raises:
        InputError: there is none.
    """
    from audit.actions import suites

    if not Path(said).is_file():
        known = ", ".join(one.name for one in suites.listed(reader()))
        raise InputError(f"There is no file {said}, and no suite of that name ({known}); name a TOML file or a table.")
    return Path(said)


def behaviour_probes(said: list[str], maps: list[str], cases: int | None = None) -> tuple[ProbeSpec, ...]:
    """Suites as an audit asks them.

    Args:
        said: of each its name, or the place of a TOML file or of a table.
        maps: SUITE=MODEL, labels of the suites and the model's for them.
        cases: of each test, at most.

    Raises:
        InputError: there is no such suite, it cannot be read, or no suite has a label that is mapped.
    """
    from audit.actions import suites
    from audit.table_choices import read_map

    store, given, used = reader(), read_map(maps), set[str]()
    kept = {one.name: one for one in suites.listed(store)}
    made = []
    for one in said:
        if one in kept:
            content, labels = "" if kept[one].kept is None else suites.text_of(store, kept[one]), kept[one].labels
            name = one
        else:
            content, read = suites.text_of_file(file_of(one))
            name, labels = read.name, read.labels
        own = {label: meant for label, meant in given.items() if label in labels}
        used |= own.keys()
        made.append(suites.probe_of(name, content, labels=own, cases=cases))
    if foreign := [label for label in given if label not in used]:
        raise InputError(f"--behaviour-map names '{foreign[0]}', which no suite has that is asked.")
    return tuple(made)


def about(suite: Suite) -> dict[str, Any]:
    """A suite for programs."""
    tests = [
        {
            "name": t.name,
            "capability": t.capability,
            "type": t.type,
            "expect": t.expectation.wanted,
            "cases": len(t.cases),
        }
        for t in suite.tests
    ]
    return {
        "name": suite.name, "digest": suite.digest, "language": suite.language, "labels": list(suite.labels),
        "cases": suite.cases, "tests": tests,
    }  # fmt: skip
