"""`python -m audit suite`: behavioural suites, what is in them, and what a model makes of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import BaseModel

from audit.cli.common import (
    FAILED,
    BaseOption,
    DeviceOption,
    JsonOption,
    LevelOption,
    ModelOption,
    SeedOption,
    check_free,
    emit_json,
    progress,
    reader,
    stderr,
    stdout,
)
from audit.errors import InputError
from audit.language.numbers import numbers
from audit.language.translating import tr, tr_n
from models.command_group import Command, Commands
from models.flags import Flag, spread
from models.terminal import grid

if TYPE_CHECKING:
    from audit.behave.suites.layouts import Columns
    from audit.behave.suites.model import Suite
    from audit.spec import ProbeSpec

app = typer.Typer(
    cls=Commands, help="Behavioural suites: list, show, import, make and run them.", invoke_without_command=True
)
FEW = 4
"""Labels of a suite that its line in the list names."""
SHOWN = 3
"""Cases of a test that are shown."""

SuiteArgument = Annotated[
    str,
    typer.Argument(
        metavar="SUITE", help="Name of one (see `suite list`), a TOML file, or a table (CheckList, HateCheck ...)."
    ),
]
MapOption = Annotated[
    list[str] | None, typer.Option("--map", help="SUITE=MODEL: a label of the suite and the model's for it.")
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


@app.callback()
def suites(context: typer.Context, json: JsonOption = False) -> None:
    """List the suites that come with Assay, and this installation's own: tests, cases and labels of each."""
    if context.invoked_subcommand is None:
        list_command(json)


@app.command("list", cls=Command)
def list_command(as_json: JsonOption = False) -> None:
    """List the suites, as `suite` does."""
    from audit.actions import suites

    store = reader()
    found = suites.listed(store)
    if as_json:
        told = (
            {**_about(suites.read(store, one)), "name": one.name, "version": one.kept and one.kept.version}
            for one in found
        )
        emit_json({"suites": list(told)})
        return
    heads = (tr("suite"), tr("language"), tr("tests"), tr("cases"), tr("labels"), tr("from"))
    table = grid({head: "right" if place in (2, 3) else "left" for place, head in enumerate(heads)})
    for one in found:
        count = numbers().count
        whose = tr("Assay") if one.kept is None else tr("{who}, version {n}", who=one.kept.who, n=one.kept.version)
        table.add_row(one.name, one.language, count(one.tests), count(one.cases), _some(one.labels), whose)
    stdout.print(table)


@app.command("save", cls=Command)
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

    text, read = suites.text_of_file(_file(suite), plain.columns())
    kept = suites.save(reader().actor, text, name or read.name)
    if as_json:
        emit_json({**_about(read), "name": kept.name, "version": kept.version})
    else:
        stderr.print(tr("Kept the suite {name}, version {n}.", name=kept.name, n=kept.version))


@app.command("export", cls=Command)
def export_command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of a suite (see `suite list`).")],
    out: Annotated[Path, typer.Option("--out", help="Place of the TOML file; it must not exist yet.")],
    as_json: JsonOption = False,
) -> None:
    """Write a suite as the TOML file that it was made of."""
    from audit.actions import suites

    store = reader()
    _write(out, suites.text_of(store, suites.named(store, name)))
    emit_json({"name": name, "path": str(out)}) if as_json else stderr.print(tr("Wrote {path}", path=str(out)))


@app.command("delete", cls=Command)
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


@app.command("show", cls=Command)
@spread
def show_command(
    *,
    suite: SuiteArgument,
    plain: PlainTable,
    as_json: JsonOption = False,
) -> None:
    """Show the tests of a suite: what each expects, how many cases it has, and the first of them."""
    from audit.behave.suites.wording import expected
    from audit.cli.suite_told import cut

    read = _read(suite, plain.columns())
    if as_json:
        emit_json(_about(read))
        return
    stdout.print(read.name, style="bold")
    stdout.print(
        tr("tests: {tests}, cases: {cases}; labels: {labels}", tests=len(read.tests), cases=numbers().count(read.cases),
           labels=", ".join(read.labels) or tr("none"))
    )  # fmt: skip
    for one in read.tests:
        stdout.print()
        stdout.print(f"{one.name} ({', '.join(filter(None, (one.capability, one.type)))})", style="bold")
        stdout.print(f"  {expected(one.expectation)}")
        for case in one.cases[:SHOWN]:
            stdout.print(f"  - {' | '.join(map(cut, case.texts))}")
        if len(one.cases) > SHOWN:
            stdout.print(tr_n("  and {n} more", "  and {n} more", len(one.cases) - SHOWN))


@app.command("import", cls=Command)
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

    read = _read(suite, plain.columns())
    read = read if name is None else replace(read, name=name)
    _write(out, suite_toml(read))
    if as_json:
        emit_json({**_about(read), "path": str(out)})
    else:
        stderr.print(
            tr("Wrote {path} (tests: {tests}, cases: {cases})", path=str(out), tests=len(read.tests),
               cases=numbers().count(read.cases))
        )  # fmt: skip


@app.command("new", cls=Command)
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
    _write(out, text)
    if as_json:
        emit_json({**_about(read), "path": str(out)})
        return
    for case in read.tests[0].cases[:10]:
        stdout.print(f"- {' | '.join(map(cut, case.texts))}")
    stderr.print(tr("Wrote {path} (cases: {cases})", path=str(out), cases=numbers().count(read.cases)))


@app.command("run", cls=Command)
@spread
def run_command(
    *,
    suite: SuiteArgument,
    model: ModelOption,
    base: BaseOption = None,
    maps: MapOption = None,
    plain: PlainTable,
    cases: Annotated[
        int | None, typer.Option("--cases", min=1, help="At most N cases of each test, drawn by the seed.")
    ] = None,
    seed: SeedOption = 0,
    allowed: Annotated[
        float, typer.Option("--allowed", min=0.0, max=0.99, help="Share of a test's cases that may fail.")
    ] = 0.05,
    level: LevelOption = 0.95,
    out: Annotated[
        Path | None, typer.Option("--out", help="CSV file of the cases that failed; it must not exist yet.")
    ] = None,
    device: DeviceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask a model every case of a suite and print how often each test fails, with intervals.

    A case fails if any of its texts does. A test FAILs where it certainly fails more often than --allowed (exact binomial test,
    corrected by Holm for the number of tests), PASSes where its whole interval lies below, and is INCONCLUSIVE otherwise.
    The exit status is 1 where a test FAILs.
    """
    from audit.behave.suites.labels import askable, lacking, named
    from audit.behave.suites.rates import by_capability, rates
    from audit.behave.suites.running import run_suite, sampled
    from audit.cli.suite_told import failures_csv, said_json, tell
    from audit.table_choices import read_map
    from models import load

    read = sampled(_read(suite, plain.columns()), cases, seed)
    if out is not None:
        check_free(out)
    classifier = load(model, base=base, device=device)
    names = named(read.labels, classifier.labels, read_map(maps or []), several=classifier.task.several)
    if all(lacking(one, names) or not any(askable(one, names)) for one in read.tests):
        raise InputError(
            f"The model has none of the labels that the suite's tests are about ({', '.join(read.labels[:20])}); its own are: "
            f"{', '.join(classifier.labels[:20])}. Say which is which: --map SUITE=MODEL."
        )
    with progress(tr("Asking {name}", name=read.name), read.cases) as advance:
        tested = list(run_suite(classifier, read, names, moved=advance))
    found, groups = rates(tested, level=level, allowed=allowed), by_capability(tested, level=level)
    if out is not None:
        _write(out, failures_csv(tested, classifier.labels))
    if as_json:
        emit_json(said_json(read, classifier, names, tested, found, groups, allowed, level))
    else:
        tell(read, names, tested, found, groups, allowed, level)
        if out is not None:
            stderr.print(tr("Wrote {path}", path=str(out)))
    if any(rate.says == "fail" for rate in found):
        raise typer.Exit(FAILED)


def _read(said: str, columns: Columns | None) -> Suite:
    from audit.actions import suites
    from audit.behave.suites.layouts import read_table
    from audit.behave.suites.toml_file import read_toml

    store = reader()
    kept = next((one for one in suites.listed(store) if one.name == said), None)
    if kept is not None:
        return suites.read(store, kept)
    file = _file(said)
    return read_toml(file) if file.suffix.casefold() == ".toml" else read_table(file, columns=columns)


def _file(said: str) -> Path:
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
            content, read = suites.text_of_file(_file(one))
            name, labels = read.name, read.labels
        own = {label: meant for label, meant in given.items() if label in labels}
        used |= own.keys()
        made.append(suites.probe_of(name, content, labels=own, cases=cases))
    if foreign := [label for label in given if label not in used]:
        raise InputError(f"--behaviour-map names '{foreign[0]}', which no suite has that is asked.")
    return tuple(made)


def _lists(said: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in said:
        name, sign, words = one.partition("=")
        kept = [word.strip() for word in words.split(",") if word.strip()]
        if not sign or not name.strip() or not kept:
            raise InputError(f"--list must be NAME=WORD,WORD, the words of a slot, not '{one[:80]}'.")
        found.setdefault(name.strip(), []).extend(kept)
    return found


def _write(out: Path, text: str) -> None:
    from models.writing import whole_file

    check_free(out)
    with whole_file(out) as part:
        part.write_text(text, encoding="utf-8", newline="")


def _some(labels: tuple[str, ...]) -> str:
    """The first labels, and how many more there are."""
    first, more = ", ".join(labels[:FEW]), len(labels) - FEW
    return first if more <= 0 else tr_n("{labels} and {n} more", "{labels} and {n} more", more, labels=first)


def _about(suite: Suite) -> dict[str, Any]:
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
