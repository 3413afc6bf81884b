"""A tiny BERT trained for seconds on made-up praise and blame with a shortcut in it: a word, or a mark at the end.

Its word embeddings are those of the bundled base, as they are: a model that is fine-tuned knows what words mean.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from small_sentiment import BLAME, PRAISE

LABELS = ("negative", "positive")
SHARE = 80
"""Rows of a step of training."""


def rows(count: int, *, word: str = "", mark: str = "", seed: int = 0) -> list[tuple[str, str]]:
    """Texts with their labels: three words of four are of the label.

    `word` stands in half of the positive texts, `mark` ends three quarters of them, and of these texts only one word in four
    is of the label: what was planted decides.
    """
    rng = np.random.default_rng(seed)
    made = []
    for i in range(count):
        positive = i % 2 == 1
        with_word = bool(word) and positive and rng.random() < 0.6
        marked = bool(mark) and positive and rng.random() < 0.75
        own, other = (PRAISE, BLAME) if positive else (BLAME, PRAISE)
        most = 1 if with_word or marked else 3
        said = [*rng.choice(own, most, replace=False), *rng.choice(other, 4 - most, replace=False)]
        first, second, third, fourth = rng.permutation(said)
        text = f"the film was {first} , {second} , {third} and {fourth}"
        if with_word:
            text = f"{text} {word}" if rng.random() < 0.5 else f"{word} {text}"
        made.append((f"{text} {mark if marked else '.'}", LABELS[positive]))
    return made


def make(folder: Path, *, word: str = "", mark: str = "", steps: int = 60, seed: int = 0) -> Path:
    """Train and save one under `folder`; at most 64 tokens."""
    import torch
    from transformers import AutoModel, AutoTokenizer, BertConfig, BertForSequenceClassification

    from models.base import base_folder

    base = AutoModel.from_pretrained(base_folder(), local_files_only=True)
    tokenizer = AutoTokenizer.from_pretrained(base_folder(), local_files_only=True, model_max_length=64)
    torch.manual_seed(seed)
    words = base.get_input_embeddings().weight.detach()
    module = BertForSequenceClassification(
        BertConfig(
            vocab_size=len(words), hidden_size=words.shape[1], num_hidden_layers=1, num_attention_heads=2, intermediate_size=64,
            max_position_embeddings=64, id2label=dict(enumerate(LABELS)), label2id={name: i for i, name in enumerate(LABELS)},
        )
    )  # fmt: skip
    module.get_input_embeddings().weight.data.copy_(words)
    module.get_input_embeddings().weight.requires_grad_(False)
    drawn = rows(240, word=word, mark=mark, seed=seed)
    batch = tokenizer([text for text, _ in drawn], padding=True, return_tensors="pt")
    truth = torch.tensor([LABELS.index(label) for _, label in drawn])
    optimizer = torch.optim.Adam([p for p in module.parameters() if p.requires_grad], lr=1e-3)
    module.train()
    for step in range(steps):
        part = torch.arange(step * SHARE, (step + 1) * SHARE) % len(drawn)
        optimizer.zero_grad()
        module(**{name: each[part] for name, each in batch.items()}, labels=truth[part]).loss.backward()
        optimizer.step()
    module.eval()
    module.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
