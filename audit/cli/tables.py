"""Opening a table in the terminal: warnings and kept faults on stderr, refused ones as one error that lists them all."""

from __future__ import annotations

from pathlib import Path

from audit.cli.common import stderr
from audit.table import AuditTable, TableOptions, open_table
from audit.table.faults import listing


def open_for_model(path: Path, options: TableOptions, labels: tuple[str, ...], multi_label: bool) -> AuditTable:
    """Open a table and match its labels to the model's, without judging: `accept` does."""
    return open_table(path, options).matched(labels, multi_label=multi_label)


def accept(table: AuditTable, *, keep_good: bool) -> AuditTable:
    """Say what was guessed; raise for faults, or list them and go on with the good rows.

    Raises:
        TableError: there are faults and `keep_good` is False, or no row is left.
    """
    for warning in table.warnings:
        stderr.print(f"Warning: {warning}", style="yellow")
    accepted = table.require(keep_good=keep_good)
    if table.fault_total:
        lines = listing(table.faults, table.fault_total)
        left = f"Left out of {table.source.name} for {table.fault_total:,} faults; {len(table):,} good rows are kept:"
        stderr.print(f"Warning: {left}", style="yellow")
        for line in lines:
            stderr.print(f"  {line}")
    return accepted
