"""What every command shares: option types, the console on stderr, progress, and errors as one sentence."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from audit.errors import AuditError, InputError
from audit.table_choices import TableChoices
from models import command
from models.errors import DeviceError, DiskError, ModelError
from models.flags import Without
from models.terminal import emit_json, stderr, stdout, visible

if TYPE_CHECKING:
    from audit.actions.reading import Reader

__all__ = ["emit_json", "run_app", "stderr", "stdout", "visible"]

FAILED = 1
USAGE = 2
COULD_NOT_RUN = 4
"""Of `gate` alone, whose status 1 says that a model has failed."""

ModelOption = Annotated[str, typer.Option("--model", help="Bundled or registered name, folder, or hub id.")]
BaseOption = Annotated[
    str | None, typer.Option("--base", help="Base model of a LoRA adapter, if not the recorded one.")
]
CsvOption = Annotated[Path, typer.Option("--csv", help="CSV, Excel, Parquet or JSONL file with one text per row.")]
UngroupedTable = Annotated[TableChoices, Without(("groups",))]
"""How a table is read by what compares no groups."""
LimitOption = Annotated[int | None, typer.Option("--limit", min=1, help="Only the first N rows.")]
SeedOption = Annotated[int, typer.Option("--seed", help="Seed of everything drawn at random.")]
DeviceOption = Annotated[str | None, typer.Option("--device", help="cpu, cuda or mps (default: the best there is).")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]


def confidence(level: float) -> float:
    """The level, if it is one.

    Raises:
        InputError: it is not between 0 and 1.
    """
    if not 0.0 < level < 1.0:
        raise InputError(f"--level must lie between 0 and 1, such as 0.95 for 95% intervals, not {level:g}.")
    return level


LevelOption = Annotated[
    float, typer.Option("--level", callback=confidence, help="Confidence level of the intervals, between 0 and 1.")
]


def reader() -> Reader:
    """What is stored, for whoever types the command."""
    from audit.actions.reading import Reader
    from audit.actor import local_user

    return Reader(local_user())


def check_free(out: Path) -> None:
    """Refuse a place where nothing can be written, before there is anything to write.

    Raises:
        InputError: something is there, or no folder is.
    """
    if out.exists():
        raise InputError(f"{out} exists already; name a file that does not, or remove it.")
    if not out.absolute().parent.is_dir():
        raise InputError(f"There is no folder {out.parent} for --out; make it first.")


def write_new(out: Path, text: str) -> None:
    """Write a file that is not there yet, as it is.

    Raises:
        InputError: something is there, or no folder is.
    """
    from models.writing import whole_file

    check_free(out)
    with whole_file(out) as part:
        part.write_text(text, encoding="utf-8", newline="")


class Advance(Protocol):
    """Call with the number of rows that have finished since the last call."""

    def __call__(self, rows: int = 1) -> None:
        """Move the bar on by `rows`."""


@contextmanager
def progress(description: str, total: int | None) -> Iterator[Advance]:
    """A bar on stderr with count, elapsed and remaining time; silent when stderr is no terminal."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=stderr, transient=True, disable=not stderr.is_terminal) as bar:
        task = bar.add_task(visible(description), total=total)

        def advance(rows: int = 1) -> None:
            bar.advance(task, rows)

        yield advance


def exit_status(error: Exception) -> int:
    """2 for what the user can mend in the command or its input, 1 for everything else."""
    a_fault_here = isinstance(error, DeviceError | DiskError)
    bad_input = isinstance(error, InputError) or (isinstance(error, ModelError) and not a_fault_here)
    return USAGE if bad_input else FAILED


def run_app(app: Callable[[], object]) -> None:
    """Run a Typer app; errors of ours become one sentence on stderr and the right exit status."""
    command.run(app, known=(AuditError, ModelError), status=_status, unexpected=_unexpected if _gate() else None)


def _gate() -> bool:
    return sys.argv[1:2] == ["gate"]


def _status(error: Exception) -> int:
    """Of `gate`, whose status 1 is a verdict, the disk's faults are among what it could not run for."""
    return COULD_NOT_RUN if _gate() and isinstance(error, DiskError) else exit_status(error)


def _unexpected(error: Exception) -> int:
    traceback.print_exception(error)
    return COULD_NOT_RUN
