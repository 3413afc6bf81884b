"""What decides a training run beside the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from models.base import BASE_NAME


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """Everything that decides a training run beside the data; the same settings, data and machine repeat it."""

    method: Literal["lora", "full"] = "lora"
    base: str = BASE_NAME
    epochs: int = 5
    batch_size: int = 32
    accumulate: int = 1
    learning_rate: float = 1e-3
    warmup: float = 0.06
    weight_decay: float = 0.01
    dropout: float | None = None
    label_smoothing: float = 0.0
    class_weights: bool = False
    lora_rank: int = 16
    lora_alpha: int = 32
    lora_dropout: float = 0.05
    max_tokens: int = 128
    average: float | None = None
    evaluations: int = 1
    patience: int = 3
    seed: int = 0
    bf16: bool = False
    device: str | None = None
    threads: int | None = None
