"""What is trained: a base with a new head, in full or under LoRA matrices (Hu et al. 2021), and how texts reach it."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers.utils import logging as transformers_logging

from models.base import BASE_NAME, PUBLISHED
from models.batching import length_batches
from models.checkpoint import inspect_base
from models.classifier import TokenRow
from models.errors import TrainingError
from models.finding import given_base
from models.huggingface import HuggingFaceClassifier
from models.modules import load_base, outside_body
from models.names import first_line
from models.tokenizers import check_vocabulary, load_tokenizer
from models.trial_results import Findings
from models.trials import try_model
from models.typed_paths import typed_path

if TYPE_CHECKING:
    from models.training_settings import TrainingSettings

EVAL_TOKENS = 8192  # padded tokens of an evaluation batch


@dataclass(slots=True)
class Trainee:
    """A module that learns, with the classifier that turns texts into its inputs as it will when it is audited.

    `module` is peft's wrapper where LoRA is trained, else the classifier's own module. `equal`: whether padding would
    change an answer, so that only rows of one length may share a forward pass. `pad_token_id`: of the base's configuration.
    """

    module: Any
    classifier: HuggingFaceClassifier
    equal: bool
    pad_token_id: int | None

    def encode(self, texts: Sequence[str]) -> list[TokenRow]:
        """Token rows, cut to the training's limit and the model's own."""
        return self.classifier.encode_rows(texts)[0]

    def logits(self, rows: Sequence[TokenRow]) -> torch.Tensor:
        """Logits (n, n_labels) of some rows, in their order, with their gradient."""
        if not self.equal:
            out: torch.Tensor = self.classifier.module(**self.classifier.collate(rows)).logits
            return out
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        runs = [list(run) for _, run in groupby(order, key=lambda i: len(rows[i]))]
        made = [self.classifier.module(**self.classifier.collate([rows[i] for i in run])).logits for run in runs]
        back = torch.argsort(torch.tensor(order, device=made[0].device))
        return torch.cat(made)[back]

    def predict(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Logits (n, n_labels) of texts in evaluation mode, batched by length.

        Raises:
            TrainingError: there are no texts.
        """
        if not texts:
            raise TrainingError("There is nothing to predict.")
        was_training = self.module.training
        self.module.eval()
        rows = self.encode(texts)
        out = np.empty((len(rows), len(self.classifier.labels)), dtype=np.float32)
        with torch.inference_mode():
            for batch in length_batches([len(row) for row in rows], EVAL_TOKENS, equal=self.equal):
                out[batch] = self.logits([rows[i] for i in batch]).float().cpu().numpy()
        self.module.train(was_training)
        return out

    def save(self, out: Path) -> None:
        """Write the adapter alone, or module and tokenizer where the whole was trained. Never a pickle."""
        out.mkdir(parents=True, exist_ok=True)
        if hasattr(self.module, "peft_config"):
            # False: peft would ask the hub whether the vocabulary has changed
            self.module.save_pretrained(str(out), safe_serialization=True, save_embedding_layers=False)
            (out / "README.md").unlink(missing_ok=True)  # peft writes an empty template
            return
        config, ours = self.module.config, self.module.config.pad_token_id
        config.pad_token_id = self.pad_token_id  # the classifier sets one of its own for decoders
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # settings of generation move to a file of their own
                self.module.save_pretrained(str(out), safe_serialization=True)
        finally:
            config.pad_token_id = ours
        self.classifier.tokenizer.save_pretrained(str(out))


def build(settings: TrainingSettings, labels: Sequence[str], device: torch.device) -> Trainee:
    """Load a base under a head for these labels, ready to be trained.

    Args:
        settings: base, method and hyper-parameters.
        labels: names in the order of the head.
        device: where to train.

    Raises:
        ModelError: the base cannot be found or used.
        TrainingError: peft cannot put LoRA matrices into it, or it does not take plain texts.
    """
    folder = given_base(settings.base)
    inspect_base(folder)
    transformers_logging.set_verbosity_error()  # it warns that the new head is untrained: that is the point
    names = dict(enumerate(labels))
    changes: dict[str, Any] = {
        "id2label": names,
        "label2id": {label: i for i, label in names.items()},
        "problem_type": None,
    }
    if settings.dropout is not None:
        changes["classifier_dropout"] = settings.dropout
    plain, new = load_base(folder, len(labels), changes)
    tokenizer = load_tokenizer(folder)
    check_vocabulary(tokenizer, plain, str(folder))
    pad = plain.config.pad_token_id
    classifier = HuggingFaceClassifier(
        name=settings.base,
        module=plain,
        tokenizer=tokenizer,
        labels=tuple(labels),
        head="softmax",
        fingerprint="",
        findings=Findings(),
    )
    refused = try_model(classifier).refused
    if refused:
        raise TrainingError(f"{folder}: {refused}")
    module = _with_lora(plain, new, settings, folder) if settings.method == "lora" else plain
    classifier.move(str(device), "float32")
    classifier.max_tokens = min(classifier.max_tokens, settings.max_tokens)
    return Trainee(module, classifier, classifier.findings.batching != "padded", pad)


def whole_parts(module: Any, new: Iterable[str]) -> list[str]:
    """The parts to train in full and to save: the head, and every part that no file of the base gave.

    Args:
        module: a classifier.
        new: names of its weights that are new.

    Returns:
        The outermost parts that hold nothing else, by name.
    """
    weights = [name for name, _ in module.named_parameters()]
    whole = {name for name in weights if outside_body(module, name)} | set(new)
    found: dict[str, None] = {}
    for weight in sorted(whole):
        part = weight.rpartition(".")[0]
        while "." in part and all(w in whole for w in weights if w.startswith(part.rpartition(".")[0] + ".")):
            part = part.rpartition(".")[0]
        found[part] = None
    return list(found)


def _with_lora(plain: Any, new: Iterable[str], settings: TrainingSettings, folder: Path) -> Any:
    from peft import LoraConfig, TaskType, get_peft_model

    name, revision = _recorded(settings.base, folder)
    config = LoraConfig(
        task_type=TaskType.SEQ_CLS,
        r=settings.lora_rank,
        lora_alpha=settings.lora_alpha,
        lora_dropout=settings.lora_dropout,
        target_modules="all-linear",
        modules_to_save=whole_parts(plain, new),
        revision=revision,
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it says that it turns GPT-2's layers round, as it must
            module = get_peft_model(plain, config)
    except (ValueError, TypeError) as error:
        raise TrainingError(
            f"{folder}: peft cannot train LoRA matrices in this base ({first_line(error)}); use --method full."
        ) from None
    module.peft_config["default"].base_model_name_or_path = name
    return module


def _recorded(name: str, folder: Path) -> tuple[str, str | None]:
    """What an adapter keeps to find its base again: the bundled base's name, hub id and commit, or the whole path."""
    if name in PUBLISHED:
        return BASE_NAME, None
    if folder.parent.name == "snapshots" and not typed_path(name).exists():
        return name, folder.name
    return str(folder.resolve()), None
