"""The model as TextAttack sees it, and its goals with honest budgets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from audit.attack._textattack import InputReduction, ModelWrapper, UntargetedClassification
from audit.attack.side_by_side import Ask

if TYPE_CHECKING:
    from audit.attack.reach import Reach
    from models.classifier import GradientClassifier, TextInput
    from models.task import Goal

ALL_AT_ONCE = 1 << 30
"""TextAttack cuts its questions into batches of 32; the classifier batches by tokens itself."""
CHARACTERS_AT_ONCE = 400_000
"""Characters of one question: the tokens of all its texts are in memory together."""


class OutOfBudget(Exception):
    """A search asked for more once its queries were used up."""


class ClassifierWrapper(ModelWrapper):
    """Answers TextAttack's questions with probabilities, through a row's `ask`, each distinct text once a row.

    TextAttack sees the part of the text that may be attacked; `frame` puts the rest of the row around it. Stock's
    wrapper pads every text to 512 tokens; the classifier pads to the longest of a batch.
    """

    frame: Reach | None = None

    def __init__(self, ask: Ask, classifier: GradientClassifier | Any) -> None:
        self._ask = ask
        self._seen: dict[str, Any] = {}
        self.classifier = classifier
        self.model = self  # TextAttack looks at the class of `.model`

    def __call__(self, texts: Sequence[str]) -> torch.Tensor:
        """Probabilities (n, n_labels), float32."""
        unseen = [text for text in dict.fromkeys(texts) if text not in self._seen]
        asked = [self.framed(text) for text in unseen]
        longest = max((len("".join(text)) for text in asked), default=0)
        most = max(1, CHARACTERS_AT_ONCE // max(1, longest))
        for start in range(0, len(unseen), most):
            answers = self._ask("classify", asked[start : start + most])
            self._seen.update(zip(unseen[start : start + most], answers, strict=True))
        return torch.from_numpy(np.stack([self._seen[text] for text in texts]))

    def framed(self, text: str) -> TextInput:
        """What the model is given for a candidate."""
        return text if self.frame is None else self.frame.framed(text)

    @property
    def offset(self) -> int:
        """Where a candidate begins in what the model is given."""
        return 0 if self.frame is None else len(self.frame.before)

    def forget(self) -> None:
        """Empty the cache: a row is over."""
        self._seen.clear()
        self.frame = None

    def get_grad(self, text: str) -> dict[str, Any]:
        """Gradient of the loss of the predicted label by the word embeddings, (t, h), dropout off.

        Defect: stock's runs in training mode, so dropout makes it differ on each call.
        """
        from audit.attack.gradients import loss_gradient

        row, gradient = loss_gradient(self.classifier, self.framed(text))
        return {"ids": list(row.ids), "gradient": gradient}

    def _tokenize(self, inputs: Sequence[str]) -> list[list[str]]:
        """Pieces as they stand in the text, one for each row of `get_grad`; specials and what is around match no word."""
        found = []
        for text in inputs:
            pieces = []
            for token in self.classifier.encode([self.framed(text)])[0].tokens:
                start, end = token.start - self.offset, token.end - self.offset
                ours = not token.special and token.segment == 0 and start >= 0
                pieces.append((text[start:end].strip() if ours else "") or "\0")
            found.append(pieces)
        return found


class _OfRow:
    """Asks the row's own goal, which `init_attack_example` takes in place of a true class, what an output is worth.

    Counts queries as TextAttack does; a search that asks on with none left is ended rather than crashing it.
    Defect: after the budget cut a question short, several searches index the missing results.
    """

    num_queries: int
    query_budget: float
    ground_truth_output: Goal

    def get_results(self, texts: Any, check_skip: bool = False) -> Any:
        if self.num_queries >= self.query_budget:
            raise OutOfBudget
        return super().get_results(texts, check_skip=check_skip)  # type: ignore[misc]

    def _process_model_outputs(self, inputs: Any, scores: torch.Tensor) -> torch.Tensor:
        """Defect: stock takes the softmax once more of probabilities whose sum is off by more than 1e-6."""
        del inputs
        return scores

    def _get_displayed_output(self, raw_output: torch.Tensor) -> torch.Tensor:
        return raw_output  # stock takes the largest; nobody reads it


class Changed(_OfRow, UntargetedClassification):
    """What the row's goal wants: another answer, or a certain change of it. Rows with nothing to attack are skipped."""

    def _should_skip(self, model_output: torch.Tensor, attacked_text: Any) -> bool:
        del attacked_text
        return self.ground_truth_output.skips(model_output)

    def _is_goal_complete(self, model_output: torch.Tensor, attacked_text: Any) -> bool:
        del attacked_text
        return self.ground_truth_output.reached(model_output)

    def _get_score(self, model_output: torch.Tensor, attacked_text: Any) -> float:
        del attacked_text
        return self.ground_truth_output.score(model_output)


class Reduced(_OfRow, InputReduction):
    """As few words as possible with the same answer; of equally few, those that hold it more firmly."""

    def _should_skip(self, model_output: torch.Tensor, attacked_text: Any) -> bool:
        del attacked_text
        return not self.ground_truth_output.held(model_output)

    def _get_score(self, model_output: torch.Tensor, attacked_text: Any) -> Any:
        if not self.ground_truth_output.held(model_output):
            return 0
        words = self.initial_attacked_text.num_words
        fewer = max((words - attacked_text.num_words) / words, 0)
        return min(fewer + self.ground_truth_output.firmness(model_output) / words, 1)


def budget_of(max_queries: int | None) -> float:
    """A query budget as TextAttack wants it."""
    return float("inf") if max_queries is None else max_queries
