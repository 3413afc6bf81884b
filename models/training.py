"""Fine-tuning a text classifier, with LoRA (Hu et al. 2021) or in full: a plain loop that repeats under a seed."""

from __future__ import annotations

import math
import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import torch
from torch.optim.swa_utils import get_ema_multi_avg_fn
from transformers import get_linear_schedule_with_warmup

from models.errors import TrainingError
from models.task import most_probable
from models.trainee import Trainee, build
from models.training_data import LabelledTexts
from models.training_settings import TrainingSettings

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a training run is: optimizer step, total steps, running loss, latest evaluation accuracy."""

    step: int
    steps: int
    loss: float
    accuracy: float | None


@dataclass(slots=True)
class Trained:
    """The best model of a run and how it got there."""

    trainee: Trainee
    best_accuracy: float
    best_step: int
    stopped: Literal["finished", "early", "interrupted"]
    seconds: float
    history: list[dict[str, float]] = field(default_factory=list)


def train(
    data: LabelledTexts,
    evaluation: LabelledTexts,
    labels: Sequence[str],
    settings: TrainingSettings,
    report: Callable[[Progress], None] = lambda progress: None,
    log_folder: Path | None = None,
) -> Trained:
    """Fine-tune and return the model with the best accuracy on `evaluation`.

    Args:
        data: rows to learn from.
        evaluation: rows for choosing the best step and for early stopping; never learned from.
        labels: names in the order of the head.
        settings: hyper-parameters; `evaluations` counts evaluations per epoch, `patience` those without a gain;
            `average` is the decay per step of a running average of the weights (Polyak & Juditsky 1992), which is then
            what is evaluated and kept.
        report: called after every optimizer step.
        log_folder: a folder for TensorBoard logs.

    Returns:
        The best state; Ctrl-C ends the run early and keeps it.

    Raises:
        TrainingError: the device is absent, TensorBoard is wanted and not installed, or the loss is no longer finite.
    """
    started = time.monotonic()
    log = _log(log_folder)
    device = _prepare(settings)
    trainee = build(settings, labels, device)
    module, rows = trainee.module, trainee.encode(data.texts)
    optimizer = torch.optim.AdamW(
        [p for p in module.parameters() if p.requires_grad],
        lr=settings.learning_rate,
        weight_decay=settings.weight_decay,
    )
    per_epoch = math.ceil(math.ceil(len(data) / settings.batch_size) / settings.accumulate)
    steps = per_epoch * settings.epochs
    schedule = get_linear_schedule_with_warmup(optimizer, int(settings.warmup * steps), steps)
    loss_function = torch.nn.CrossEntropyLoss(
        weight=_class_weights(data, len(labels)).to(device) if settings.class_weights else None,
        label_smoothing=settings.label_smoothing,
    )
    autocast = torch.autocast(device.type, dtype=torch.bfloat16) if settings.bf16 else nullcontext()
    keeper = _Keeper(trainee, evaluation, settings, log)
    every = max(1, per_epoch // settings.evaluations)
    step, running, stopped = 0, 0.0, "finished"
    generator = np.random.default_rng(settings.seed)
    try:
        for _ in range(settings.epochs):
            module.train()
            for group in _groups([len(row) for row in rows], settings, generator):
                loss_sum = 0.0
                for batch in group:
                    targets = torch.tensor([data.targets[i] for i in batch], device=device)
                    with autocast:
                        logits = trainee.logits([rows[i] for i in batch])  # (b, n_labels)
                    loss = loss_function(logits.float(), targets) / len(group)
                    loss.backward()  # type: ignore[no-untyped-call]
                    loss_sum += float(loss.detach())
                if not math.isfinite(loss_sum):
                    raise TrainingError(f"The loss is no longer a number at step {step}; lower --learning-rate.")
                torch.nn.utils.clip_grad_norm_(module.parameters(), 1.0)
                optimizer.step()
                schedule.step()
                optimizer.zero_grad(set_to_none=True)
                step += 1
                keeper.follow(step)
                running = loss_sum if step == 1 else 0.98 * running + 0.02 * loss_sum
                if step % every == 0 or step == steps:
                    keeper.evaluate(step, running)
                report(Progress(step, steps, running, keeper.latest))
            if keeper.without_gain >= settings.patience:
                stopped = "early"
                break
    except KeyboardInterrupt:
        stopped = "interrupted"
    if keeper.best is None:
        keeper.evaluate(step, running)
    keeper.restore()
    module.eval()
    return Trained(
        trainee=trainee,
        best_accuracy=keeper.best_accuracy,
        best_step=keeper.best_step,
        stopped=stopped,  # type: ignore[arg-type]
        seconds=time.monotonic() - started,
        history=keeper.history,
    )


def _log(folder: Path | None) -> SummaryWriter | None:
    if folder is None:
        return None
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise TrainingError(
            "Logs for TensorBoard need a package that is not installed; leave out --tensorboard, or: pip install tensorboard."
        ) from error
    return SummaryWriter(str(folder))  # type: ignore[no-untyped-call]


class _Keeper:
    """Evaluates, remembers the best weights that learn, and counts evaluations without a gain."""

    def __init__(
        self, trainee: Trainee, data: LabelledTexts, settings: TrainingSettings, log: SummaryWriter | None
    ) -> None:
        self.trainee, self.data, self.settings = trainee, data, settings
        self.best: list[torch.Tensor] | None = None
        self.best_accuracy, self.best_loss, self.best_step, self.without_gain = -1.0, math.inf, 0, 0
        self.latest: float | None = None
        self.history: list[dict[str, float]] = []
        self.learning = {name: p for name, p in trainee.module.named_parameters() if p.requires_grad}
        self.average: list[torch.Tensor] | None = None
        self.log = log

    def follow(self, step: int) -> None:
        """Move the running average towards the weights after this step."""
        if self.settings.average is None:
            return
        weights = [p.detach() for p in self.learning.values()]
        if self.average is None:
            self.average = [p.clone() for p in weights]
        else:
            decay = min(self.settings.average, step / (step + 10))  # early steps would weigh for too long
            blend = get_ema_multi_avg_fn(decay)  # type: ignore[no-untyped-call]
            blend(self.average, weights, step)

    @contextmanager
    def _averaged(self) -> Iterator[None]:
        """The module with its averaged weights, if there are any; the weights that learn come back afterwards."""
        if self.average is None:
            yield
            return
        learnt = [p.detach().clone() for p in self.learning.values()]
        self._set(self.average)
        try:
            yield
        finally:
            self._set(learnt)

    def _set(self, weights: Sequence[torch.Tensor]) -> None:
        with torch.no_grad():
            for parameter, value in zip(self.learning.values(), weights, strict=True):
                parameter.copy_(value)

    def evaluate(self, step: int, training_loss: float) -> None:
        with self._averaged():
            self._evaluate(step, training_loss)

    def _evaluate(self, step: int, training_loss: float) -> None:
        logits = self.trainee.predict(self.data.texts)
        targets = np.asarray(self.data.targets)
        accuracy = float((most_probable(logits) == targets).mean())
        shifted = logits - logits.max(axis=1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        loss = float(-log_p[np.arange(len(targets)), targets].mean())
        self.latest = accuracy
        self.history.append({"step": step, "training_loss": training_loss, "accuracy": accuracy, "loss": loss})
        if self.log is not None:
            self.log.add_scalar("loss/training", training_loss, step)  # type: ignore[no-untyped-call]
            self.log.add_scalar("loss/evaluation", loss, step)  # type: ignore[no-untyped-call]
            self.log.add_scalar("accuracy/evaluation", accuracy, step)  # type: ignore[no-untyped-call]
        if (accuracy, -loss) > (self.best_accuracy, -self.best_loss):
            self.best_accuracy, self.best_loss, self.best_step, self.without_gain = accuracy, loss, step, 0
            self.best = [p.detach().clone() for p in self.learning.values()]
        else:
            self.without_gain += 1

    def restore(self) -> None:
        if self.best is not None:
            self._set(self.best)
        if self.log is not None:
            self.log.close()  # type: ignore[no-untyped-call]


def _prepare(settings: TrainingSettings) -> torch.device:
    random.seed(settings.seed)
    np.random.seed(settings.seed)
    torch.manual_seed(settings.seed)
    if settings.threads or os.environ.get("OMP_NUM_THREADS"):
        torch.set_num_threads(settings.threads or int(os.environ["OMP_NUM_THREADS"]))
    name = settings.device or ("cuda" if torch.cuda.is_available() else "cpu")
    try:
        torch.zeros(1, device=name)
    except (RuntimeError, AssertionError) as error:
        raise TrainingError(
            f"The device '{name}' cannot be used here ({error}); choose another with --device."
        ) from None
    return torch.device(name)


def _groups(
    lengths: Sequence[int], settings: TrainingSettings, generator: np.random.Generator
) -> Iterator[list[list[int]]]:
    """Shuffled batches of like length, gathered into optimizer steps of `accumulate` batches."""
    size = settings.batch_size
    order = generator.permutation(len(lengths))
    pools = [order[i : i + 50 * size] for i in range(0, len(order), 50 * size)]
    batches: list[list[int]] = []
    for pool in pools:
        by_length = sorted((int(i) for i in pool), key=lambda i: lengths[i])
        batches.extend(by_length[i : i + size] for i in range(0, len(by_length), size))
    shuffled = [batches[i] for i in generator.permutation(len(batches))]
    for i in range(0, len(shuffled), settings.accumulate):
        yield shuffled[i : i + settings.accumulate]


def _class_weights(data: LabelledTexts, n_labels: int) -> torch.Tensor:
    counts = np.bincount(data.targets, minlength=n_labels).astype(float)
    return torch.tensor(len(data) / (n_labels * np.maximum(counts, 1)), dtype=torch.float32)
