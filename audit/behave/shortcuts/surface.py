"""The probe of the surface: what should not matter is changed alone, row by row, and the model is asked again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from audit.behave.asking import Answered, Unanswered, answered, with_pair
from audit.behave.shortcuts.features import Edit, edits_of
from audit.language.translating import tr_later
from audit.parameters import Declared, parameter
from audit.records import Example, SurfaceEdit, SurfaceOutcome
from audit.seeds import row_generator, row_seed
from audit.window import span_of

if TYPE_CHECKING:
    from models.classifier import Classifier, TextInput

ROWS_A_TIME = 16


@dataclass(kw_only=True)
class Surface(Declared):
    """Lengthens and cuts a text, moves it, and changes its end mark, commas, capitals, digits, signs and line breaks, each alone.

    A text is asked once however many of its changes it stands for, and each change is held against the text that differs
    from it in nothing else: an exclamation mark against the text without a mark at its end.

    >>> import audit
    >>> [record] = Surface().run(audit.load("sentiment"), [Example("1", "A quiet, clever film.")], seed=0)
    >>> [edit.text for edit in record.edits if edit.feature in ("digits", "case")]
    ['A QUIET, CLEVER FILM.', 'a quiet, clever film.', 'A quiet, clever film. (2266)']
    """

    sentences: int = parameter(4, tr_later("Neutral sentences a text is made longer with."), least=1, most=10)

    name: ClassVar[str] = "surface"
    paper: ClassVar[str] = "Geirhos et al. 2020"
    cost: ClassVar[str] = tr_later("about 15 passes through the model for each row")
    version: ClassVar[int] = 1

    def __post_init__(self) -> None:
        self.check()

    def unavailable(self, classifier: Classifier) -> str | None:
        """Nothing keeps it from running: any model answers texts."""
        del classifier
        return None

    def run(self, classifier: Classifier, examples: Sequence[Example], *, seed: int) -> Iterator[SurfaceOutcome]:
        """One outcome per example, in their order."""
        for row in answered(
            classifier, examples, lambda example: self._made(classifier, example, seed), rows_a_time=ROWS_A_TIME
        ):
            if isinstance(row, Unanswered):
                yield self._outcome(row, seed, (), (), row.error)
                continue
            edits, texts = row.made
            said = dict(zip(texts, row.probs, strict=True))
            made = tuple(
                SurfaceEdit(
                    edit.feature, edit.change, edit.step, edit.text, said[edit.text],
                    () if edit.against is None else said[edit.against],
                )
                for edit in edits
            )  # fmt: skip
            yield self._outcome(row, seed, said[row.example.text], made)

    def _made(
        self, classifier: Classifier, example: Example, seed: int
    ) -> tuple[tuple[list[Edit], list[str]], list[TextInput]]:
        """The changes of a row with its different texts, and these as the model takes them."""
        edits = self._edits(classifier, example, seed)
        texts = _texts(example, edits)
        return (edits, texts), with_pair(example, texts)

    def _edits(self, classifier: Classifier, example: Example, seed: int) -> list[Edit]:
        """Changes of what the model reads of a row; of a text it reads in part, within that part."""
        start, end = span_of(classifier, example.text, example.pair)
        if start >= end:
            return []
        generator = row_generator(seed, example.row_id, self.name)
        whole = (start, end) == (0, len(example.text))
        head, tail = example.text[:start], example.text[end:]
        found = edits_of(example.text[start:end], generator, sentences=self.sentences, whole=whole)
        return [
            Edit(
                edit.feature, edit.change, edit.step, f"{head}{edit.text}{tail}",
                None if edit.against is None else f"{head}{edit.against}{tail}",
            )
            for edit in found
            if whole or edit.change != "cutting"
        ]  # fmt: skip

    def _outcome(
        self,
        row: Answered[tuple[list[Edit], list[str]]] | Unanswered,
        seed: int,
        probs: tuple[float, ...],
        edits: tuple[SurfaceEdit, ...],
        error: str | None = None,
    ) -> SurfaceOutcome:
        example = row.example
        return SurfaceOutcome(
            example.row_id, example.text, example.label, self.name, probs, edits,
            row_seed(seed, example.row_id, self.name), row.seconds, pair=example.pair, error=error,
        )  # fmt: skip


def _texts(example: Example, edits: Sequence[Edit]) -> list[str]:
    """Every different text of a row, the text itself first."""
    others = (text for edit in edits for text in (edit.text, edit.against) if text is not None)
    return list(dict.fromkeys([example.text, *others]))
