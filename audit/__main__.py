"""`python -m audit`: every command, each in a file of `audit.cli`. Importing a command loads no torch."""

from __future__ import annotations

import os
import sys

if __name__ == "__main__" and not sys.flags.safe_path:  # the folder it is called from is no place to import from
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the process hears signals before what takes long is imported
    import typer

COMMANDS: dict[str, str] = {
    "predict": "audit.cli.predict:predict",
    "explain": "audit.cli.explain:explain",
    "attack": "audit.cli.attack:attack",
    "resources": "audit.cli.resources:app",
    "run": "audit.cli.run:run",
    "again": "audit.cli.again:again",
    "status": "audit.cli.status:status",
    "resume": "audit.cli.steer:resume",
    "cancel": "audit.cli.steer:cancel",
    "priority": "audit.cli.steer:priority",
    "delete": "audit.cli.steer:delete",
    "edit": "audit.cli.edit:edit",
    "show": "audit.cli.show:show",
    "shift": "audit.cli.shift:shift",
    "influence": "audit.cli.influence:influence",
    "report": "audit.cli.report:report",
    "labels": "audit.cli.labels:labels",
    "diff": "audit.cli.diff:diff",
    "calibrate": "audit.cli.calibrate:calibrate",
    "export": "audit.cli.move:export",
    "import": "audit.cli.move:import_run",
    "verify": "audit.cli.move:verify",
    "gate": "audit.cli.gate:gate",
    "policy": "audit.cli.policy:app",
    "suite": "audit.cli.suite:app",
    "slices": "audit.cli.slices:slices",
    "events": "audit.cli.events:events",
    "worker": "audit.cli.worker:worker",
}


def build() -> typer.Typer:
    """The Typer app with every command of `COMMANDS`."""
    import typer

    from models.command_group import Command, Commands
    from models.flags import spread

    app = typer.Typer(
        name="audit",
        cls=Commands,
        help="Audit text classifiers: predict, explain, attack, run whole audits, report.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(lambda: None)  # keeps the name of the command necessary while there is but one
    for name, target in COMMANDS.items():
        module, _, attribute = target.partition(":")
        command = getattr(import_module(module), attribute)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name, cls=Command)(spread(command))
    return app


def main() -> None:
    """Make the app and run it, so that what cannot even be imported is told as any other error."""
    build()()


def program() -> None:
    """The whole program, which hears signals before it imports what takes long."""
    from models import signals

    signals.end_plainly()
    from audit import lifeline
    from audit.cli.common import run_app
    from models.memory import bound_heap
    from models.translating import of_terminal, speak

    bound_heap()
    speak(of_terminal(os.environ))
    signals.listen()
    lifeline.follow()
    run_app(main)


if __name__ == "__main__":
    program()
