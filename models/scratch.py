"""What transformers sees of a checkpoint: a scratch folder of links to checked files and of configurations written anew.

Its loaders look for many more files than a model has (adapters, templates, vocabularies of other kinds, code), and do what
configurations say of files and paths. In the scratch folder there is nothing but what was checked.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from models.files import VOCABULARY_BYTES, ordinary, read_bytes, read_json, there
from models.fingerprint import VOCABULARIES
from models.headers import read_header
from models.tokenizer_settings import clean_settings, clean_specials
from models.weights import INDEX, SINGLE, weight_files


@contextmanager
def weights_alone(folder: Path) -> Iterator[Path]:
    """A folder with the weights of a model and nothing else; those in several files by an index of our own.

    Raises:
        CheckpointError: a file is missing or damaged.
    """
    files = weight_files(folder)
    with _scratch() as view:
        for file in files:
            _link(file, view / file.name)
        if files[0].name != SINGLE:
            places = {name: file.name for file in files for name in read_header(file)}
            _write(view / INDEX, {"metadata": {}, "weight_map": places})
        yield view


@contextmanager
def tokenizer_alone(folder: Path) -> Iterator[Path]:
    """A folder with a tokenizer's vocabulary and what of its settings are settings: neither paths nor code.

    Raises:
        CheckpointError: a file is none, too large, or no JSON.
        UnsupportedModel: the settings name a class that is no tokenizer of transformers.
    """
    config = read_json(folder / "config.json") if there(folder / "config.json") else {}
    with _scratch() as view:
        for name in VOCABULARIES:
            if there(folder / name):
                _link(folder / name, view / name, VOCABULARY_BYTES)
        for name, clean in (("tokenizer_config.json", clean_settings), ("special_tokens_map.json", clean_specials)):
            if there(folder / name):
                _write(view / name, clean(folder / name, read_json(folder / name)))
        if there(folder / "added_tokens.json"):
            _write(view / "added_tokens.json", read_json(folder / "added_tokens.json"))
        kept = {key: config[key] for key in ("model_type", "transformers_version") if isinstance(config.get(key), str)}
        named = clean_settings(folder / "config.json", {"tokenizer_class": config.get("tokenizer_class")})
        if config:
            _write(view / "config.json", {**kept, **named})
        yield view


@contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="assay-", ignore_cleanup_errors=True) as place:
        yield Path(place)


def _link(file: Path, as_: Path, most: int | None = None) -> None:
    """Put a checked file into the view."""
    real = ordinary(file)
    if most is not None and real.stat().st_size > most:
        read_bytes(file, most)  # says so
    try:
        os.symlink(real, as_)
    except (OSError, NotImplementedError):  # Windows lets few people make links
        shutil.copyfile(real, as_)


def _write(path: Path, data: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(data), encoding="utf-8")
