"""The commands of a program, which show what was typed as everything else that others wrote, and speak the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from typer import BadParameter
from typer.core import TyperCommand, TyperGroup

from models.halves import halved
from models.telling import again
from models.translating import ENGLISH, language, tr, tr_later
from models.visible import visible

TYPERS = (
    tr_later("Missing command."), tr_later("Missing argument '{name}'."), tr_later("Missing option '{name}'."),
    tr_later("No such command '{name}'."), tr_later("No such command '{name}'. Did you mean '{other}'?"),
    tr_later("No such option: {name}"), tr_later("No such option: {name} Did you mean {other}?"),
    tr_later("No such option: {name} (Possible options: {others})"), tr_later("Option '{name}' requires an argument."),
    tr_later("Option '{name}' does not take a value."), tr_later("Got unexpected extra argument ({name})"),
    tr_later("Got unexpected extra arguments ({names})"), tr_later("Invalid value for '{name}': {fault}"),
    tr_later("Invalid value for {name}: {fault}"), tr_later("Invalid value: {fault}"), tr_later("'{value}' is not a valid {kind}."),
    tr_later("{value} is not in the range {range}."), tr_later("Input should be greater than or equal to {least}"),
    tr_later("Input should be less than or equal to {most}"), tr_later("integer"), tr_later("float"),
)  # fmt: skip
"""What Typer says of a command line."""


class _Told:
    """What a command says of itself and of its options, in the language spoken when the program begins."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        if language() == ENGLISH:
            return
        self.help = _paragraphs(getattr(self, "help", None))
        for parameter in getattr(self, "params", ()):
            if getattr(parameter, "help", None):
                parameter.help = again(parameter.help)
        _frame()

    def get_help_option(self, ctx: Any) -> Any:
        """As Typer's."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = tr("Show this message and exit.")
        return option

    def get_usage(self, ctx: Any) -> str:
        """As Typer's."""
        return str(super().get_usage(ctx)).replace("Usage:", tr("Usage:"), 1)  # type: ignore[misc]


class Command(_Told, TyperCommand):
    """A Typer command."""


class Commands(_Told, TyperGroup):
    """A Typer group whose messages about the command line hold no character that a terminal would obey."""

    def make_context(self, *args: Any, **more: Any) -> Any:
        """As Typer's."""
        with _shown():
            return super().make_context(*args, **more)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As Typer's, of words that are text: what is typed may end in a database, a file of JSON or a report.

        Raises:
            BadParameter: a word has bytes that are no UTF-8, as names of files from older systems have.
        """
        for word in args:
            if halved(word):
                raise BadParameter(
                    tr(
                        "'{word}' is not in UTF-8; rename the file, or set the terminal to UTF-8 and type it again.",
                        word=word[:200],
                    ),
                    ctx,
                )
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """As Typer's."""
        with _shown():
            return super().invoke(ctx)


def _paragraphs(text: str | None) -> str | None:
    """A docstring told again, paragraph by paragraph."""
    return text and "\n\n".join(again(" ".join(part.split())) for part in text.split("\n\n"))


def _frame() -> None:
    """The words that Typer puts around what commands say."""
    from typer import rich_utils

    rich_utils.ARGUMENTS_PANEL_TITLE = tr("Arguments")
    rich_utils.OPTIONS_PANEL_TITLE = tr("Options")
    rich_utils.COMMANDS_PANEL_TITLE = tr("Commands")
    rich_utils.ERRORS_PANEL_TITLE = tr("Error")
    rich_utils.DEFAULT_STRING = tr("[default: {value}]", value="{}")
    rich_utils.REQUIRED_LONG_STRING = tr("[required]")
    rich_utils.RICH_HELP = tr(
        "Try {command} for help.", command="[blue]'{command_path} {help_option}'[/]"
    )  # Typer fills in what stands in braces


@contextmanager
def _shown() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if hasattr(error, "format_message"):  # what Typer shows with the usage
            told = visible(again(error.format_message()))
            error.format_message = lambda: told
        raise
