"""Phrases that stand nowhere in the table, of words that do nothing alone: what stands out is put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from audit.behave.triggers.asking import Asker
from audit.behave.triggers.carriers import openings, put
from audit.behave.triggers.inserting import insertion
from audit.behave.triggers.rows import Sample, holds
from audit.behave.triggers.standing_out import standing_out
from audit.behave.triggers.together import WORDS, together
from audit.seeds import row_generator


def hidden(
    asker: Asker,
    sample: Sample,
    vocabulary: Mapping[str, int],
    targets: Sequence[int],
    *,
    texts: int,
    longest: int,
    seed: int,
) -> tuple[dict[int, list[str]], int]:
    """Phrases to try by class, and how many pairs of words were put together for each.

    Args:
        asker: asks the model; sample: the rows; vocabulary: text -> token id.
        targets: classes; -1 for no label at all.
        texts: how many are asked about for each of two carriers; longest: words of the longest phrase.
        seed: the run's.
    """
    found: dict[int, list[str]] = {}
    pairs, left = 0, list(targets)
    for carrier, output in openings(asker, sample)[:2]:  # what the first one is of, the second is not
        these = [target for target in left if not holds(sample.task, output, target)]
        left = [target for target in left if target not in these]
        at = insertion(carrier[0], "", "middle")[0]
        words = standing_out(asker.classifier, vocabulary, put(carrier), at) if these else []
        if words:
            draws = row_generator(seed, ",".join(map(str, these)), "hidden")
            found |= together(asker, words, carrier, these, texts=texts, longest=longest, draws=draws)
            pairs = min(len(words), WORDS) ** 2
    return found, pairs
