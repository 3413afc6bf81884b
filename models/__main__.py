"""`python -m models`: train models and keep the catalog of those this installation knows."""

from __future__ import annotations

import os
import sys

if __name__ == "__main__" and not sys.flags.safe_path:  # the folder it is called from is no place to import from
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

if __name__ == "__main__":  # before the imports that take long: an interrupted one is nobody's fault to trace
    from models import signals

    signals.end_plainly()

import typer

from models import catalog_command, command, signals
from models.average_command import average
from models.command_group import Command, Commands
from models.errors import DiskError, ModelError
from models.flags import spread
from models.train_command import train
from models.translating import of_terminal, speak

app = typer.Typer(
    name="models",
    cls=Commands,
    help="Train text classifiers and keep the catalog of those this installation knows.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("list", cls=Command)(catalog_command.list_models)
app.command("add", cls=Command)(catalog_command.add)
app.command("show", cls=Command)(catalog_command.show)
app.command("check", cls=Command)(catalog_command.check)
app.command("remove", cls=Command)(catalog_command.remove)
app.command("train", cls=Command)(spread(train))
app.command("average", cls=Command)(spread(average))


@app.callback()
def _models() -> None:
    """Train text classifiers and keep the catalog of those this installation knows."""


def main() -> None:
    """Run a command in the terminal's language; errors of ours are one sentence on stderr and exit status 2, or 1 of the disk."""
    speak(of_terminal(os.environ))
    command.run(app, known=(ModelError,), status=lambda error: 1 if isinstance(error, DiskError) else 2)


if __name__ == "__main__":
    signals.listen()
    main()
