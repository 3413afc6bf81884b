"""What CheckList's export says of each test: its `tests.csv`, whose expectations are sentences."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

from audit.behave.suites.checklist_sentences import read_expectation
from audit.behave.suites.model import Expectation, Type
from audit.errors import InputError
from audit.table import TableOptions, open_table


@dataclass(frozen=True, slots=True)
class About:
    """What `tests.csv` says of a test."""

    type: Type
    expectation: Expectation
    description: str


def expectations(path: Path, cases: Path) -> dict[str, About]:
    """What is expected of each test, by its name.

    Raises:
        InputError: the file is missing, or says what cannot be understood; names line and column.
    """
    if not path.is_file():
        raise InputError(
            f"{cases.name} has CheckList's columns, and tests.csv, which says what its tests expect, is not beside it: give both."
        )
    columns = ("type", "expectation", "description")
    table = open_table(path, TableOptions(text="test", label="-", groups=columns, pair="-"))
    table.require()
    found: dict[str, About] = {}
    for chunk in table.chunks(1_000):
        for row in chunk:
            type_, said = row.groups.get("type", ""), row.groups.get("expectation", "")
            wanted = read_expectation(said)
            if type_ not in get_args(Type):
                raise InputError(f"{path.name}, line {row.line}, column type: '{type_[:40]}' is none of MFT, INV, DIR.")
            if wanted is None:
                raise InputError(
                    f"{path.name}, line {row.line}, column expectation: '{said[:120]}' is no expectation that Assay knows; "
                    "write the test as TOML, which can say it."
                )
            found[row.text] = About(cast("Type", type_), wanted, row.groups.get("description", ""))
    return found
