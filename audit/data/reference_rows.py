"""The probe that asks the model about the reference table, so that the audited rows can be held against it."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from audit.language.translating import tr, tr_later
from audit.parameters import Declared, parameter
from audit.predict import model_input
from audit.records import Example
from audit.records.embedding import packed
from audit.records.reference import ReferenceRows
from audit.score.frames import text_key
from audit.seeds import row_generator
from audit.table.alike import FEWEST as FEWEST_ROWS
from audit.words import words_in
from models.text_language import row_languages

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.classifier import Classifier

CHUNK = 256
"""Rows of a record."""
MOST_WORDS = 10_000
"""Words that are counted, the most frequent of both tables together."""
FEWEST = 5
"""Rows of both tables together in which a word must stand: what is rarer tells no tables apart, and may be somebody's name."""


@dataclass(kw_only=True)
class ReferenceTable(Declared):
    """Predictions and embeddings of the reference table's rows, and how many rows of either table have a word or a language.

    >>> import audit
    >>> audited = [Example(f"{i:016x}", text) for i, text in enumerate(("A dull film.", "Cold."))]
    >>> known = [Example(f"{i:016x}", "A warm, clever film.", line=i) for i in range(20)]
    >>> found = ReferenceTable().run(audit.load("sentiment"), audited, reference=known, seed=0)
    >>> [(record.subject, len(record.vectors), record.counts.get("film")) for record in found]
    [('rows 000000000', 20, None), ('languages', 0, None), ('words', 0, 20)]
    """

    rows: int = parameter(
        5000, tr_later("Rows of the reference table that are taken, drawn at random."), least=FEWEST_ROWS, most=200_000
    )

    name: ClassVar[str] = "reference_rows"
    scope: ClassVar[str] = "sample"
    reference: ClassVar[str] = "required"
    version: ClassVar[int] = 1
    cost: ClassVar[str] = tr_later("two passes for each row of the reference table")
    needs: ClassVar[tuple[str, ...]] = ()
    languages: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        self.check()

    def unavailable(self, classifier: Classifier) -> str | None:
        """Nothing: what a model does not show is left out."""
        del classifier
        return None

    def run(
        self, classifier: Classifier, examples: Sequence[Example], *, seed: int, reference: Sequence[Example] = ()
    ) -> Iterator[ReferenceRows]:
        """Records of rows, in the order of the file, then of languages and of words.

        Raises:
            ValueError: the reference table has fewer than 20 rows, or rows that the model cannot take.
        """
        if len(reference) < FEWEST_ROWS:
            raise ValueError(
                tr(
                    "the reference table has {rows} rows, and {least} are needed to say whether the audited ones are like them",
                    rows=len(reference),
                    least=FEWEST_ROWS,
                )
            )
        drawn = row_generator(seed, self.name, "rows").permutation(len(reference))[: self.rows]
        taken = [reference[i] for i in sorted(drawn)]
        about = {"name": self.name, "taken": len(taken), "total": len(reference), "seed": seed}
        for start in range(0, len(taken), CHUNK):
            yield ReferenceRows(part="rows", first=start, **_asked(classifier, taken[start : start + CHUNK]), **about)  # type: ignore[arg-type]
        texts, audited = [_whole(row) for row in taken], [_whole(row) for row in examples]
        yield ReferenceRows(part="languages", counts=_languages(texts), audited=_languages(audited), **about)  # type: ignore[arg-type]
        words = _word_counts(texts), _word_counts(audited)
        kept = [w for w, n in (words[0] + words[1]).most_common(MOST_WORDS) if n >= FEWEST]
        counts, of_audited = ({word: found[word] for word in sorted(kept) if found[word]} for found in words)
        yield ReferenceRows(part="words", counts=counts, audited=of_audited, **about)  # type: ignore[arg-type]


def _asked(classifier: Classifier, rows: Sequence[Example]) -> Mapping[str, object]:
    tokens, _ = classifier.encode_rows([model_input(classifier, row) for row in rows])
    probs: NDArray[np.float32] = classifier.probabilities(classifier.logits(tokens))
    vectors = [packed(vector) for vector in _vectors(classifier, tokens)]
    return {
        "lines": tuple(row.line or 0 for row in rows),
        "texts": tuple(f"{text_key(row.text, row.pair) & (2**64 - 1):016x}" for row in rows),
        "labels": tuple(row.label or "" for row in rows),
        "lengths": tuple(len(words_in(_whole(row))) for row in rows),
        "probs": base64.b64encode(probs.astype("<f4").tobytes()).decode(),
        "vectors": tuple(text for text, _ in vectors),
        "scales": tuple(scale for _, scale in vectors),
    }


def _vectors(classifier: Classifier, tokens: Sequence[object]) -> NDArray[np.float32]:
    try:
        found = classifier.features(tokens)  # type: ignore[arg-type]
    except NotImplementedError:
        return np.empty((0, 0), dtype=np.float32)
    return found if np.isfinite(found).all() else np.empty((0, 0), dtype=np.float32)


def _whole(row: Example) -> str:
    return row.text if row.pair is None else f"{row.text}\n{row.pair}"


def _languages(texts: Sequence[str]) -> dict[str, int]:
    return dict(sorted(Counter(row_languages(texts)).items()))


def _word_counts(texts: Iterable[str]) -> Counter[str]:
    """In how many texts each word stands."""
    return Counter(word for text in texts for word in {word.casefold() for word in words_in(text)})
