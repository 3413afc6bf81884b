"""A tiny BERT with a real vocabulary, trained for a second on made-up praise and blame: attacks can turn it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

PRAISE = (
    "great", "good", "delight", "warm", "clever", "fair", "friendly", "quick", "careful", "happy", "fine",
    "lovely", "charming", "bright", "wonderful",
)  # fmt: skip
BLAME = (
    "dull", "cold", "silly", "bad", "angry", "tasteless", "thin", "strange", "poor", "boring", "awful", "weak",
    "slow", "empty", "terrible",
)  # fmt: skip
FRAMES = (
    "the {} film was {}", "a {} story with {} songs", "it is {} and {}", "{} service , {} food",
    "what a {} , {} day",
)  # fmt: skip


CHINESE = (
    ("好", "美", "新", "高", "大"),
    ("小", "水", "火", "石", "木"),
    ("这个地方很{}，人也很{}", "今天的天气{}，明天{}"),
)


def make(
    folder: Path,
    praise: Sequence[str] = PRAISE,
    blame: Sequence[str] = BLAME,
    frames: Sequence[str] = FRAMES,
    *,
    steps: int = 8,
) -> Path:
    """Train and save it under `folder`; labels negative and positive, at most 64 tokens."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    from models.base import base_folder

    tokenizer = AutoTokenizer.from_pretrained(base_folder(), local_files_only=True, model_max_length=64)
    torch.manual_seed(0)
    module = BertForSequenceClassification(
        BertConfig(
            vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
            intermediate_size=32, max_position_embeddings=64, id2label={0: "negative", 1: "positive"},
            label2id={"negative": 0, "positive": 1}, hidden_dropout_prob=0.1,
        )
    )  # fmt: skip
    texts, labels = [], []
    for label, words in enumerate((blame, praise)):
        for i, word in enumerate(words):
            texts += [frame.format(word, words[(i + k + 1) % len(words)]) for k, frame in enumerate(frames)]
            labels += [label] * len(frames)
    batch, truth = tokenizer(texts, padding=True, return_tensors="pt"), torch.tensor(labels)
    optimizer = torch.optim.Adam(module.parameters(), lr=1e-2)
    module.train()
    for _ in range(steps):
        module(**batch, labels=truth).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    module.eval().save_pretrained(folder, safe_serialization=True)
    tokenizer.save_pretrained(folder)
    return folder
