"""Audit each planted model as a stranger would and print whether its fault was found.

    python tests/truth/truth.py [NAME ...] [--suite quick] [--rows 200] [--without attack] [--policy NAME] [--jobs 2] [--models FOLDER]

Models that are not there are trained first (see build.py). What has been audited is not audited again: a run that was broken
off goes on where it was; --again begins anew. Of each model: what is planted, whether a finding that fails names it, that
finding's place among those that fail, the verdict, the number of findings that accuse something else, and the seconds.
"""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

from planting import measuring, training, writing  # noqa: E402
from planting.auditing import Audit, audit  # noqa: E402
from planting.declared import PLANTS  # noqa: E402
from planting.finding import Found, false_alarms, judge  # noqa: E402
from planting.plant import Plant  # noqa: E402

from audit.score.intervals import wilson  # noqa: E402

FIRST = 3  # a reader reads so many findings
Line = tuple[Plant, Found, dict[str, Any]]
"""A plant, what was found of it, and the run as it was printed."""


def main() -> int:
    """Audit and print; 1 if a fault is not among the first findings, or a sound model is accused."""
    options = _options()
    how = Audit(
        suite=options.suite, rows=options.rows, without=tuple(options.without),
        policy=options.policy, models=options.models, build=options.build,
        device=options.device, threads=options.threads or max(1, (os.cpu_count() or 1) // options.jobs),
    )  # fmt: skip
    plants = [PLANTS[name] for name in options.names or PLANTS]
    for plant in plants:
        _have(plant, how)
    with ThreadPoolExecutor(options.jobs) as pool:
        asked = {plant.name: pool.submit(_audited, plant, how, options) for plant in plants}
        lines = [line for plant in plants if (line := asked[plant.name].result()) is not None]
    print(table(lines, plants_measured(plants, options.build)))
    for plant, found, _ in lines:
        _say(plant, found)
    print(alarms([(run, found) for plant, found, run in lines if plant.sound]))
    good = [_as_it_should(plant, found) for plant, found, _ in lines]
    print(f"\n{sum(good)} of {len(plants)} as they should be.")
    return 0 if len(good) == len(plants) and all(good) else 1


def table(lines: list[Line], measured: dict[str, str]) -> str:
    """The table of what was found, in Markdown."""
    said = ["| model | plant good | found | rank | verdict | failing | accuses besides | s |", "| --- " * 8 + "|"]
    for plant, found, run in lines:
        hit = "sound" if plant.sound else "yes" if found.rank else "NO"
        cells = (
            plant.name,
            measured[plant.name],
            hit,
            found.rank or "",
            found.verdict,
            found.failed,
            len(found.others),
            run["seconds"],
        )
        said.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(said)


def alarms(sound: list[tuple[dict[str, Any], Found]]) -> str:
    """How often a sound model is accused, by what looked: the share of sound models with its interval, in Markdown; "" without any."""
    if not sound:
        return ""
    said = ["", "| what looked | sound models accused | of | rate (95%) |", "| --- | --- | --- | --- |"]
    for name, accused, models in false_alarms(sound):
        low, high = wilson(accused, models)
        said.append(f"| {name} | {accused} | {models} | {accused / models:.0%} ({low:.0%} to {high:.0%}) |")
    return "\n".join(said)


def plants_measured(plants: list[Plant], build: Path) -> dict[str, str]:
    """Of each plant whether it has its fault and no other, as `build.py --check` has measured it."""
    return {plant.name: measuring.summary(plant.name, build) for plant in plants}


def _as_it_should(plant: Plant, found: Found) -> bool:
    return not found.others if plant.sound else found.rank is not None and found.rank <= FIRST


def _say(plant: Plant, found: Found) -> None:
    print(f"\n{plant.name}: {plant.fault or 'nothing is planted.'}")
    if found.named:
        print(f"  named in place {found.rank}: {found.named}")
    for title in found.others:
        print(f"  accuses: {title}")


def _have(plant: Plant, how: Audit) -> None:
    """See to it that the table and the model are there."""
    if not writing.checks_file(plant.name, how.build).exists():
        writing.write_data(plant, how.build)
    if not training.trained(plant, how.models):
        print(f"{plant.name} is trained first ...", flush=True)
        if not training.train(plant, device=how.device or "cpu", build=how.models, tables=how.build):
            raise SystemExit(f"{plant.name} could not be trained: see {how.models / 'logs' / plant.name}.txt")
        measuring.measure(plant, build=how.build, model=how.models / plant.name)


def _audited(plant: Plant, how: Audit, options: argparse.Namespace) -> Line | None:
    try:
        run = audit(plant, how, again=options.again)
    except RuntimeError as error:
        print(error, flush=True)
        return None
    found = judge(plant, run)
    print(f"{plant.name}: {found.verdict}, {run['seconds']} s", flush=True)
    return plant, found, run


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", choices=[[], *PLANTS], metavar="NAME")
    parser.add_argument("--suite", default="standard")
    parser.add_argument("--rows", type=int, help="of each table at most (default: the suite's)")
    parser.add_argument(
        "--without", action="append", default=[], metavar="KIND", help="leave out a kind of probes; repeat for more"
    )
    parser.add_argument("--policy", default="", help="default: the one of a new installation")
    parser.add_argument("--jobs", type=int, default=1, help="audits at the same time")
    parser.add_argument("--threads", type=int, help="of each audit (default: the cores, shared among the jobs)")
    parser.add_argument("--device", default="")
    parser.add_argument("--models", type=Path, default=writing.BUILD, help="folder of the models (build/truth)")
    parser.add_argument("--build", type=Path, default=writing.BUILD, help="folder of tables and runs (build/truth)")
    parser.add_argument("--again", action="store_true", help="audit again what has been audited")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
