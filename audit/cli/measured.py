"""What `predict`, `attack` and `explain` say of the records they make: the scores an audit gives the same records.

Records are taken in one by one and leave numbers alone, so that a table of any size is measured in little memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from audit.records import from_dict, to_dict
from audit.score.frames import FrameBuilder

if TYPE_CHECKING:
    from audit.records import Example, Record
    from audit.score.frames import Frames
    from models.classifier import Classifier


class Measuring:
    """Takes in rows and records as they come; `frames` is all of them so far."""

    def __init__(self, classifier: Classifier) -> None:
        self._builder = FrameBuilder(classifier.task, probabilities=False)

    def add_rows(self, examples: Iterable[Example]) -> None:
        """Take in rows of the table, duplicates among them: a record counts for every row of its content."""
        for example in examples:
            self._builder.add_example(example)

    def add(self, record: Record) -> None:
        """Take in one record, with the digits that a run keeps of it."""
        self._builder.add(from_dict(type(record), to_dict(record)))

    def frames(self) -> Frames:
        """The columns of everything taken in."""
        return self._builder.frames()
