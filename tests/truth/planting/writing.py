"""Where the made tables and checks of a plant lie, and how they are written and read again."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from random import Random

from planting.plant import Check, Plant, Row
from planting.rows import ROOT

BUILD = ROOT / "build" / "truth"


def data(name: str, part: str, build: Path = BUILD) -> Path:
    """The file of a plant's `train`, `audit` or `clean` rows."""
    return build / "data" / f"{name}.{part}.csv"


def checks_file(name: str, build: Path = BUILD) -> Path:
    """The file of a plant's checks."""
    return build / "data" / f"{name}.checks.json"


def write_data(plant: Plant, build: Path = BUILD) -> None:
    """Make the rows of a plant and write them."""
    made = plant.make(Random(f"{plant.name} {plant.seed}"))
    checks_file(plant.name, build).parent.mkdir(parents=True, exist_ok=True)
    for part in ("train", "audit", "clean"):
        _write(data(plant.name, part, build), getattr(made, part))
    text = json.dumps([asdict(check) for check in made.checks], ensure_ascii=False)
    checks_file(plant.name, build).write_text(text, encoding="utf-8")


def read_checks(name: str, build: Path = BUILD) -> list[Check]:
    """The checks of a plant, as they were written with its rows."""
    found = json.loads(checks_file(name, build).read_text(encoding="utf-8"))
    return [Check(**{**check, "pairs": tuple((a, b) for a, b in check["pairs"])}) for check in found]


def read_rows(name: str, part: str, build: Path = BUILD) -> list[Row]:
    """The rows of a plant's table."""
    with data(name, part, build).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: Iterable[Row]) -> None:
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: " ".join(value.split()) for key, value in row.items()} for row in rows)
