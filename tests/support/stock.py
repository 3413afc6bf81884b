"""Stock TextAttack 0.3.11 as its users run it, given the same local resources, to compare our engine with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import numpy as np

from audit.attack.randomness import GENERATOR

RECIPES = {
    "pwws": "PWWSRen2019",
    "deepwordbug": "DeepWordBugGao2018",
    "input_reduction": "InputReductionFeng2018",
    "textfooler": "TextFoolerJin2019",
}


@contextmanager
def same_resources() -> Iterator[None]:
    """Give TextAttack our vectors and encoder where it would download its own; nothing else is changed."""
    from textattack.constraints.semantics.sentence_encoders import UniversalSentenceEncoder
    from textattack.shared import WordEmbedding, attacked_text
    from textattack.shared.utils import words_from_text

    from audit.resources.encoder import load_encoder
    from audit.resources.vectors import load_vectors

    table = load_vectors()
    stock = WordEmbedding(table.vectors, table.place, dict(enumerate(table.words)), table.neighbours)
    encoder = load_encoder(exported=False)
    with (
        patch.object(WordEmbedding, "counterfitted_GLOVE_embedding", staticmethod(lambda: stock)),
        # the plain model's passes: that ONNX Runtime makes them, and equal texts are encoded once, is ours
        patch.object(UniversalSentenceEncoder, "encode", lambda self, texts: encoder._encode(texts)),
        patch("nltk.download", lambda *a, **k: True),
        patch.object(attacked_text, "words_from_text", words_from_text),  # ours keeps the words of short texts
    ):
        yield


def wrapper(module: Any, tokenizer: Any, *, longest: bool = False) -> Any:
    """TextAttack's own wrapper; `longest` mends nothing but its padding to the tokenizer's maximum."""
    from textattack.models.wrappers import HuggingFaceModelWrapper

    if not longest:
        return HuggingFaceModelWrapper(module, tokenizer)

    class Longest(HuggingFaceModelWrapper):  # type: ignore[misc]
        def __call__(self, texts: Any) -> Any:
            import torch

            inputs = self.tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
            with torch.no_grad():
                return self.model(**inputs).logits

    return Longest(module, tokenizer)


def attack(recipe: str, model_wrapper: Any, rows: list[tuple[str, int, int]]) -> list[tuple[str, str, int]]:
    """(status, perturbed text, queries) of each (text, label, seed), by stock TextAttack."""
    import textattack.attack_recipes as recipes

    with same_resources():
        made = getattr(recipes, RECIPES[recipe]).build(model_wrapper)
        found = []
        for text, label, seed in rows:
            GENERATOR.seed(seed)
            np.random.seed(seed)
            result = made.attack(text, label)
            kind = type(result).__name__.removesuffix("AttackResult").lower()
            found.append((kind, result.perturbed_result.attacked_text.text, int(result.num_queries)))
    return found


def compared(outcomes: list[Any]) -> list[tuple[str, str, int]]:
    """Our outcomes in the same form; a reduction has stock's one status for all rows."""
    found = []
    for outcome in outcomes:
        status = {"success": "successful"}.get(outcome.status, outcome.status)
        if outcome.goal == "input_reduction" and status != "skipped":
            status = "maximized"
        text = outcome.text if outcome.perturbed_text is None else outcome.perturbed_text
        found.append((status, text, outcome.queries))
    return found
