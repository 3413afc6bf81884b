"""Opening a table in the terminal: warnings and kept faults on stderr, refused ones as one error that lists them all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from audit.cli.common import stderr
from audit.errors import InputError
from audit.language.translating import tr, tr_later, tr_n
from audit.table import AuditTable
from audit.table.faults import listing
from models.label_sets import pieces, unescaped
from models.telling import again

if TYPE_CHECKING:
    from models.classifier import Classifier

SHOWN = 10


def label_map(said: Sequence[str] | None) -> dict[str, str]:
    r"""`--map TYPED=LABEL`, parted at the first `=`; `\=` is that sign inside a label.

    Raises:
        InputError: one has no `=`, nothing on one side of it, or says another thing of a label than one before.
    """
    found: dict[str, str] = {}
    for one in said or ():
        sides = [side.replace("\\=", "=") for side in re.split(r"(?<!\\)=", one, maxsplit=1)]
        if len(sides) < 2 or not all(side.strip() for side in sides):
            raise InputError(
                f"--map must be TYPED=LABEL, a label of the table and what it means to the model, not '{one}'."
            )
        typed, label = sides
        if found.setdefault(typed, label) != label:
            raise InputError(f"--map says that '{typed}' is '{found[typed]}' and that it is '{label}'; keep one.")
    return found


def check_map(chosen: Mapping[str, str], table: AuditTable) -> None:
    """Refuse a `--map` of a label that no row has: it was meant for another one.

    Raises:
        InputError: there is such a label.
    """
    found = table.label_counts
    parts = {part for typed in found for part in (typed, *map(unescaped, pieces(typed)))}
    for typed in chosen:
        if typed not in parts:
            shown = ", ".join(f"'{label}'" for label in list(found)[:SHOWN]) or "none"
            more = tr_later(f" and {len(found) - SHOWN} more") if len(found) > SHOWN else ""
            raise InputError(f"--map names '{typed}', which no row has as its label; the labels are {shown}{more}.")


def for_model(table: AuditTable, classifier: Classifier, said: Sequence[str] | None, *, keep_good: bool) -> AuditTable:
    """A table with its labels matched to the model's, `--map` before everything else; what `accept` says of it.

    Raises:
        InputError: `--map` cannot be used.
        TableError: there are faults and `keep_good` is False, or no row is left.
    """
    chosen = label_map(said)
    check_map(chosen, table)
    several = classifier.task.several
    return accept(table.matched(classifier.labels, chosen=chosen, multi_label=several), keep_good=keep_good)


def accept(table: AuditTable, *, keep_good: bool) -> AuditTable:
    """Say what was guessed; raise for faults, or list them and go on with the good rows.

    Raises:
        TableError: there are faults and `keep_good` is False, or no row is left.
    """
    for warning in table.warnings:
        stderr.print(tr("Warning: {warning}", warning=again(warning)), style="yellow")
    accepted = table.require(keep_good=keep_good)
    if table.fault_total:
        lines = listing(table.faults, table.fault_total)
        left = tr_n(
            "Left out of {name} for {n} fault; good rows kept: {table}.",
            "Left out of {name} for {n} faults; good rows kept: {table}.",
            table.fault_total,
            name=table.source.name,
            table=len(table),
        )
        stderr.print(tr("Warning: {left}", left=left), style="yellow")
        for line in lines:
            stderr.print(f"  {again(line)}")
    return accepted
