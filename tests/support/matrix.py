"""What each architecture of the zoo can do in Assay, found by comparing it with plain transformers, one text at a time."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from audit.attack.character_recipes import DeepWordBug
from audit.explain.attention import Attention
from audit.explain.explaining import explain
from audit.explain.integrated_gradients import IntegratedGradients
from audit.records import Example
from models import load
from models.errors import ModelError

COLUMNS = ("predict", "batch = alone", "gradients", "attention", "attack", "pairs")
WORKS, REFUSED = "works", "refused"
TEXTS = [
    "The film was a quiet delight from start to finish.",
    "dull",
    "Great service, friendly staff and a fair price; nothing works as promised, and nobody answers the phone. " * 4,
    "An overlong, dull and rather silly sequel.",
    "waiting </s> for [SEP] my card <pad> payment <s> now",
    "I waited forty minutes for a cold, tasteless soup!",
]
PAIRS = [("The film was dull.", "I waited forty minutes"), ("great", "An overlong, silly sequel; nobody answers.")]
CLOSE = 2e-5


class Plain:
    """transformers alone: a model as it was loaded for every text, nothing padded."""

    def __init__(self, folder: Path, max_tokens: int, *, hide_pad: bool) -> None:
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.module = AutoModelForSequenceClassification.from_pretrained(folder).eval()
        self.taken = inspect.signature(self.module.forward).parameters
        self.max_tokens = max_tokens
        if hide_pad:  # a decoder would take a padding token that was typed for the end of the text
            self.module.config.pad_token_id = -1

    def ids(self, text: Any) -> dict[str, torch.Tensor]:
        """Inputs of one text or pair."""
        pair = (text,) if isinstance(text, str) else text
        return dict(self.tokenizer(*pair, return_tensors="pt", truncation=True, max_length=self.max_tokens))

    def logits(self, inputs: dict[str, torch.Tensor]) -> np.ndarray:
        """Logits (n_labels,) of one text's inputs."""
        module = copy.deepcopy(self.module)
        with torch.no_grad():
            return module(**{k: v for k, v in inputs.items() if k in self.taken}).logits[0].numpy()

    def probabilities(self, texts: Sequence[Any]) -> np.ndarray:
        """Probabilities (n, n_labels), each text alone."""
        scores = torch.from_numpy(np.stack([self.logits(self.ids(text)) for text in texts]))
        return scores.softmax(-1).numpy()


def cells(folder: Path) -> dict[str, str]:
    """What of `COLUMNS` holds for the model in a folder: `works`, `absent: why`, or what is wrong; or `refused: why`."""
    try:
        classifier = load(str(folder), threads=1)
    except ModelError as error:
        return dict.fromkeys(COLUMNS, f"{REFUSED}: {str(error).removeprefix(f'{folder}: ')}")
    plain = Plain(folder, classifier.max_tokens, hide_pad=classifier.findings.hide_pad)
    tries: tuple[Callable[..., str], ...] = (_predict, _batch, _gradients, _attention, _attack, _pairs)
    return {name: one(classifier, plain) for name, one in zip(COLUMNS, tries, strict=True)}


def _predict(classifier: Any, plain: Plain) -> str:
    alone = np.concatenate([classifier.predict_proba([text]) for text in TEXTS])
    return _compared(alone, plain.probabilities(TEXTS))


def _batch(classifier: Any, plain: Plain) -> str:
    right = plain.probabilities(TEXTS)
    backwards = classifier.predict_proba(TEXTS[::-1] * 2)
    return _compared(
        np.concatenate([classifier.predict_proba(TEXTS), backwards]), np.concatenate([right, *[right[::-1]] * 2])
    )


def _gradients(classifier: Any, plain: Plain) -> str:
    method = IntegratedGradients()
    absent = method.unavailable(classifier)
    if absent:
        return f"absent: {classifier.absent['gradients']}"
    texts = [TEXTS[0], TEXTS[5]]
    for number, record in explain(classifier, [method], _examples(texts), seed=0):
        if record.error is not None:
            return f"WRONG: {record.error}"
        inputs = plain.ids(texts[number])
        logits = plain.logits(inputs)
        label = int(logits.argmax())
        difference = abs(record.value - record.baseline_value)
        # what integrated gradients stop at (3% and 0.01), which is the larger one for small differences
        allowed = max(0.03 * difference + 0.01, 0.05 * (difference + 0.1))
        if abs(record.value - logits[label]) > 1e-3 or abs(record.delta) > allowed:
            return f"WRONG: value {record.value}, logit {logits[label]}, {record.delta} of {difference} missing"
        if plain.tokenizer.mask_token_id is not None:
            content = [i for i, token in enumerate(record.tokens) if not token.special]
            inputs["input_ids"][0, content] = plain.tokenizer.mask_token_id
            if abs(record.baseline_value - plain.logits(inputs)[label]) > 1e-3:
                return f"WRONG: baseline {record.baseline_value}, logit {plain.logits(inputs)[label]}"
    return WORKS


def _attention(classifier: Any, plain: Plain) -> str:
    del plain
    if Attention().unavailable(classifier):
        return f"absent: {classifier.absent['attention']}"
    for _, record in explain(classifier, [Attention()], _examples(TEXTS[:2]), seed=0):
        if record.error is not None or abs(sum(token.score for token in record.tokens) - 1) > 1e-3:
            return f"WRONG: {record.error or 'shares do not add up to 1'}"
    return WORKS


def _attack(classifier: Any, plain: Plain) -> str:
    recipe = DeepWordBug(max_queries=40)
    if recipe.unavailable(classifier):
        return f"absent: {recipe.unavailable(classifier)}"
    for outcome in recipe.run(classifier, _examples([TEXTS[0], TEXTS[3]]), seed=0):
        if outcome.error is not None:
            return f"WRONG: {outcome.error}"
        said = [outcome.text, *([outcome.perturbed_text] if outcome.perturbed_text else [])]
        given = [outcome.original_probs, *([outcome.perturbed_probs] if outcome.perturbed_text else [])]
        if np.abs(np.array(given) - plain.probabilities(said)).max() > CLOSE:
            return "WRONG: probabilities of an outcome"
    return WORKS


def _pairs(classifier: Any, plain: Plain) -> str:
    if not classifier.capabilities.pairs:
        return f"absent: {classifier.absent['pairs']}"
    return _compared(classifier.predict_proba(PAIRS), plain.probabilities(PAIRS))


def _compared(got: np.ndarray, right: np.ndarray) -> str:
    worst = float(np.abs(got - right).max())
    if np.ptp(right, axis=0).max() < 1e-4:
        return "WRONG: the model tells no texts apart, so this shows nothing"
    return WORKS if worst < CLOSE else f"WRONG: probabilities off by {worst:.1e}"


def _examples(texts: Sequence[str]) -> list[Example]:
    return [Example(f"{i:016x}", text) for i, text in enumerate(texts)]


def markdown(found: dict[str, dict[str, str]]) -> str:
    """The matrix as a table: names of architectures down, capabilities across, reasons as numbered notes beneath."""
    notes: list[str] = []
    lines = [f"| architecture | {' | '.join(COLUMNS)} |", f"| {' | '.join('---' for _ in range(len(COLUMNS) + 1))} |"]
    for name, row in found.items():
        shown = []
        for cell in row.values():
            what, _, why = cell.partition(": ")
            if why and why not in notes:
                notes.append(why)
            shown.append(f"{what} ({notes.index(why) + 1})" if why else what)
        lines.append(f"| {name} | {' | '.join(shown)} |")
    return "\n".join([*lines, "", *(f"{i}. {note}" for i, note in enumerate(notes, 1))])
