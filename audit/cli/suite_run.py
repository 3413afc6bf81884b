"""`python -m audit suite run`: what a model makes of a suite."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

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
    stderr,
    write_new,
)
from audit.cli.suite_reading import PlainTable, SuiteArgument, suite_of
from audit.errors import InputError
from audit.language.translating import tr
from models.flags import spread

if TYPE_CHECKING:
    pass

MapOption = Annotated[
    list[str] | None, typer.Option("--map", help="SUITE=MODEL: a label of the suite and the model's for it.")
]


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

    read = sampled(suite_of(suite, plain.columns()), cases, seed)
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
        write_new(out, failures_csv(tested, classifier.labels))
    if as_json:
        emit_json(said_json(read, classifier, names, tested, found, groups, allowed, level))
    else:
        tell(read, names, tested, found, groups, allowed, level)
        if out is not None:
            stderr.print(tr("Wrote {path}", path=str(out)))
    if any(rate.says == "fail" for rate in found):
        raise typer.Exit(FAILED)
