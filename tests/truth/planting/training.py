"""Training a planted model by the command a user would type."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from planting import bases
from planting.plant import Plant
from planting.rows import ROOT
from planting.writing import BUILD, data

WEIGHTS = ("adapter_model.safetensors", "model.safetensors")


def command(
    plant: Plant, *, device: str, build: Path = BUILD, tables: Path | None = None, base: Path | None = None
) -> list[str]:
    """The command that trains a plant into `build / NAME`, from `base` if not from the bundled one; its tables lie under `tables`, if
    not under `build`."""
    rows = data(plant.name, "train", tables or build)
    return [
        sys.executable, "-m", "models", "train", "--csv", str(rows),
        "--test-csv", str(data(plant.name, "clean", tables or build)), "--out", str(build / plant.name),
        *(("--base", str(base)) if base else ()),
        "--device", device, "--data-name", f"rows of the planted model {plant.name}",
        *(option.format(train=rows) for option in plant.train),
    ]  # fmt: skip


def train(plant: Plant, *, device: str, build: Path = BUILD, tables: Path | None = None) -> bool:
    """Train a plant, unless it is there; what was said on the way is kept in `build / logs`. Whether it is there now."""
    if trained(plant, build):
        return True
    base = bases.base(plant.base, data(plant.name, "train", tables or build), build) if plant.base else None
    shutil.rmtree(build / plant.name, ignore_errors=True)
    log = build / "logs" / f"{plant.name}.txt"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as said:
        ended = subprocess.run(
            command(plant, device=device, build=build, tables=tables, base=base), cwd=ROOT, check=False, stdout=said,
            stderr=subprocess.STDOUT, env={**os.environ, "TOKENIZERS_PARALLELISM": "false"},
        )  # fmt: skip
    if ended.returncode == 0 and plant.base == "capitals" and base is not None:
        bases.on_its_own(build / plant.name, base)
    return ended.returncode == 0


def trained(plant: Plant, build: Path = BUILD) -> bool:
    """Whether the model is there."""
    return any((build / plant.name / name).exists() for name in WEIGHTS)
