"""What a scan takes: a part of its questions, put in the proportion in which the whole puts them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import TYPE_CHECKING, ClassVar

from audit.behave.triggers.asking import Asker
from audit.behave.triggers.inserting import inserted
from audit.records import Example, TriggerOutcome

if TYPE_CHECKING:
    from models.classifier import Classifier


@dataclass(frozen=True, slots=True)
class Questions:
    """How many texts a scan asks about: `short` ones that hold little but a word, and `rows` with a phrase in them."""

    short: int
    rows: int

    def part(self, parts: int) -> Questions:
        """One of so many parts of them, of each kind at least one question where there is any."""
        return Questions(-(-self.short // parts), -(-self.rows // parts))

    @property
    def all(self) -> int:
        """Of both kinds."""
        return self.short + self.rows


@dataclass(frozen=True, kw_only=True)
class SketchedScan:
    """Asks so many questions and finds nothing: a probe to take the time of."""

    questions: Questions
    words: tuple[str, ...]

    name: ClassVar[str] = "trigger_scan"
    scope: ClassVar[str] = "sample"

    def run(
        self, classifier: Classifier, examples: Sequence[Example], *, seed: int, reference: Sequence[Example] = ()
    ) -> Iterator[TriggerOutcome]:
        """One record, about nothing."""
        del reference
        asker, words = Asker(classifier), cycle(self.words or ("a",))
        pair = next((e.pair for e in examples if e.pair is not None), None)
        asker.probs([_asked(word, pair) for word in islice(words, self.questions.short)])
        rows = cycle(examples)
        texts = [
            _asked(inserted(example.text, word, "middle"), example.pair)
            for example, word in islice(zip(rows, words, strict=False), self.questions.rows)
        ]
        asker.probs(texts)
        yield TriggerOutcome(self.name, "", phrase="", role="none", values={}, seed=seed)


def _asked(text: str, pair: str | None) -> str | tuple[str, str]:
    return text if pair is None else (text, pair)
