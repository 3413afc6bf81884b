"""A model's answer as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.language.translating import tr

if TYPE_CHECKING:
    from models.task import Task


def answer_words(answer: str | None, task: Task) -> str:
    """An answer, or what is right, as it is stored; a word where it holds no label, nothing where there is none.

    Args:
        answer: what the model says of a row, or the row's label; None for neither.
        task: what the model's answers are.
    """
    if answer is None:
        return ""
    return answer if task.parts(answer) else tr("none of the labels")
