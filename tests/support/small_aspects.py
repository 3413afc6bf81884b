"""A tiny multi-label BERT with a real vocabulary, trained for a second: which of food, staff and price a text is about."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path

LABELS = ("food", "staff", "price")
SAID: Mapping[str, Sequence[str]] = {
    "food": ("tasty soup", "cold pizza", "fresh bread", "stale cake", "hot curry", "salty fish"),
    "staff": ("friendly waiter", "rude manager", "slow waitress", "kind cook", "angry owner", "polite boy"),
    "price": ("cheap bill", "expensive ticket", "fair price", "high cost", "good value", "costly deal"),
}
ELSE = ("a sunny garden", "the old house", "a long walk", "the loud street")
STEPS = 80


def texts() -> list[tuple[str, tuple[str, ...]]]:
    """Texts with the labels they are about, in the model's order: every set of labels, none among them."""
    found = []
    for held in product((False, True), repeat=len(LABELS)):
        about = tuple(label for label, is_held in zip(LABELS, held, strict=True) if is_held)
        for turn in range(len(SAID["food"])):
            parts = [f"the {SAID[label][(turn + place) % 6]}" for place, label in enumerate(about)]
            found.append((" and ".join([ELSE[turn % len(ELSE)], *parts]), about))
    return found


def make(folder: Path, labels: Sequence[str] = LABELS, thresholds: Mapping[str, float] | None = None) -> Path:
    """Train and save it under `folder`, its labels called as said; thresholds go into its card."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    from models.base import base_folder

    tokenizer = AutoTokenizer.from_pretrained(base_folder(), local_files_only=True, model_max_length=64)
    torch.manual_seed(0)
    module = BertForSequenceClassification(
        BertConfig(
            vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=1, num_attention_heads=2,
            intermediate_size=32, max_position_embeddings=64, id2label=dict(enumerate(labels)),
            label2id={label: place for place, label in enumerate(labels)},
            problem_type="multi_label_classification", hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
            initializer_range=0.1,
        )
    )  # fmt: skip
    rows = texts()
    batch = tokenizer([text for text, _ in rows], padding=True, return_tensors="pt")
    truth = torch.tensor([[float(label in about) for label in LABELS] for _, about in rows])
    optimizer = torch.optim.Adam(module.parameters(), lr=1e-2)
    module.train()
    for _ in range(STEPS):
        module(**batch, labels=truth).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    module.eval().save_pretrained(folder, safe_serialization=True)
    tokenizer.save_pretrained(folder)
    if thresholds is not None:
        (folder / "card.json").write_text(json.dumps({"thresholds": thresholds}), "utf-8")
    return folder
