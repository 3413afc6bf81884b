"""Opening a table in the terminal: warnings and kept faults on stderr, refused ones as one error that lists them all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from audit.cli.common import stderr
from audit.errors import InputError
from audit.language.translating import tr, tr_later, tr_n
from audit.table import AuditTable
from audit.table.faults import listing
from audit.table.languages import languages_in, mismatch
from models.known_languages import Known, known_languages
from models.label_sets import pieces, unescaped
from models.telling import again

if TYPE_CHECKING:
    from audit.table_choices import TableChoices
    from models.classifier import Classifier

SHOWN = 10


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


def for_model(table: AuditTable, classifier: Classifier, choices: TableChoices) -> AuditTable:
    """A table with its labels matched to the model's, `--map` before everything else; what `accept` says of it.

    That rows are in languages which the model does not know is told as before an audit of them, see `say_foreign`.

    Raises:
        InputError: `--map` cannot be used.
        TableError: there are faults and the good rows alone were not asked for, or no row is left.
    """
    check_map(choices.label_map, table)
    several = classifier.task.several
    matched = table.matched(classifier.labels, chosen=choices.label_map, multi_label=several)
    accepted = accept(matched, keep_good=choices.keep_good)
    say_foreign(languages_in(accepted), known_languages(classifier))
    return accepted


def say_foreign(rows: Mapping[str, int], known: Known) -> str | None:
    """Warn of rows in languages that a model does not know; the sentence, None where none are or it is not known.

    Args:
        rows: rows of each language, as `languages_in` counts them.
        known: what is known of the model's.
    """
    said = mismatch(rows, known)
    if said is not None:
        stderr.print(tr("Warning: {warning}", warning=again(said)), style="yellow")
    return said


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
