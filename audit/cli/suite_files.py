"""Suites as files and under names: kept, written, forgotten, made of tables and of templates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audit.cli.common import (
    JsonOption,
    SeedOption,
    emit_json,
    reader,
    stderr,
    stdout,
    write_new,
)
from audit.cli.suite_reading import PlainTable, SuiteArgument, about, file_of, suite_of
from audit.errors import InputError
from audit.language.numbers import numbers
from audit.language.translating import tr
from models.flags import spread

if TYPE_CHECKING:
    pass


@spread
def save_command(
    *,
    suite: SuiteArgument,
    name: Annotated[str | None, typer.Option("--name", help="Name to keep it under (default: its own).")] = None,
    plain: PlainTable,
    as_json: JsonOption = False,
) -> None:
    """Keep a suite under a name, for `run --behaviour NAME` and the pages; again is its next version."""
    from audit.actions import suites

    text, read = suites.text_of_file(file_of(suite), plain.columns())
    kept = suites.save(reader().actor, text, name or read.name)
    if as_json:
        emit_json({**about(read), "name": kept.name, "version": kept.version})
    else:
        stderr.print(tr("Kept the suite {name}, version {n}.", name=kept.name, n=kept.version))


def export_command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of a suite (see `suite list`).")],
    out: Annotated[Path, typer.Option("--out", help="Place of the TOML file; it must not exist yet.")],
    as_json: JsonOption = False,
) -> None:
    """Write a suite as the TOML file that it was made of."""
    from audit.actions import suites

    store = reader()
    write_new(out, suites.text_of(store, suites.named(store, name)))
    emit_json({"name": name, "path": str(out)}) if as_json else stderr.print(tr("Wrote {path}", path=str(out)))


def delete_command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of a suite of this installation.")],
    as_json: JsonOption = False,
) -> None:
    """Forget a suite; runs that asked it hold its sentences."""
    from audit.actions import suites

    suites.delete(reader().actor, name)
    emit_json({"name": name, "status": "deleted"}) if as_json else stderr.print(
        tr("Deleted the suite {name}.", name=name)
    )


@spread
def import_command(
    *,
    suite: SuiteArgument,
    out: Annotated[Path, typer.Option("--out", help="Place of the TOML file; it must not exist yet.")],
    name: Annotated[str | None, typer.Option("--name", help="Name of the suite (default: the file's).")] = None,
    plain: PlainTable,
    as_json: JsonOption = False,
) -> None:
    """Make a suite of Assay's own, as a TOML file, of a table in another layout."""
    from dataclasses import replace

    from audit.behave.suites.toml_file import suite_toml

    read = suite_of(suite, plain.columns())
    read = read if name is None else replace(read, name=name)
    write_new(out, suite_toml(read))
    if as_json:
        emit_json({**about(read), "path": str(out)})
    else:
        stderr.print(
            tr("Wrote {path} (tests: {tests}, cases: {cases})", path=str(out), tests=len(read.tests),
               cases=numbers().count(read.cases))
        )  # fmt: skip


def new_command(
    templates: Annotated[
        list[str],
        typer.Argument(metavar="TEMPLATE", help="Text with {slots}; several make one case."),
    ],
    out: Annotated[Path, typer.Option("--out", help="Place of the TOML file; it must not exist yet.")],
    words: Annotated[list[str] | None, typer.Option("--list", help="NAME=WORD,WORD: the words of a slot.")] = None,
    type_: Annotated[str, typer.Option("--type", help="MFT, INV or DIR.")] = "MFT",
    label: Annotated[str | None, typer.Option("--label", help="Expected label of every text, of MFT.")] = None,
    expect: Annotated[str | None, typer.Option("--expect", help="What is expected, of DIR.")] = None,
    vary: Annotated[str | None, typer.Option("--vary", help="Slot that varies within a case, of INV.")] = None,
    sample: Annotated[int | None, typer.Option("--sample", min=1, max=10_000, help="How many cases to draw.")] = None,
    seed: SeedOption = 0,
    name: Annotated[str, typer.Option("--name", help="Name of the test.")] = "new test",
    as_json: JsonOption = False,
) -> None:
    """Make a suite of one test from templates and lists of words, and show what comes of it."""
    from audit.behave.suites.starting import started
    from audit.behave.suites.toml_file import parse_toml
    from audit.cli.suite_told import cut

    text = started(
        name,
        templates,
        _lists(words or []),
        type_=type_,
        label=label,
        expect=expect,
        vary=vary,
        sample=sample,
        seed=seed,
    )
    read = parse_toml(text, out.name)
    write_new(out, text)
    if as_json:
        emit_json({**about(read), "path": str(out)})
        return
    for case in read.tests[0].cases[:10]:
        stdout.print(f"- {' | '.join(map(cut, case.texts))}")
    stderr.print(tr("Wrote {path} (cases: {cases})", path=str(out), cases=numbers().count(read.cases)))


def _lists(said: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in said:
        name, sign, words = one.partition("=")
        kept = [word.strip() for word in words.split(",") if word.strip()]
        if not sign or not name.strip() or not kept:
            raise InputError(f"--list must be NAME=WORD,WORD, the words of a slot, not '{one[:80]}'.")
        found.setdefault(name.strip(), []).extend(kept)
    return found
