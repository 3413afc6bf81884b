"""A model's answer as people read it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from audit.language.translating import tr


class Answers(Protocol):
    """Of a `models.task.Task` what is needed here: language is a lower floor than models' numbers."""

    def parts(self, answer: str) -> Collection[str]:
        """The labels an answer holds."""


def answer_words(answer: str | None, task: Answers) -> str:
    """An answer, or what is right, as it is stored; a word where it holds no label, nothing where there is none.

    Args:
        answer: what the model says of a row, or the row's label; None for neither.
        task: what the model's answers are.
    """
    if answer is None:
        return ""
    return answer if task.parts(answer) else tr("none of the labels")
