"""Batches sorted by length under a token budget: pure, so that every engine packs alike."""

from collections.abc import Iterator, Sequence


def length_batches(lengths: Sequence[int], budget: int, *, equal: bool = False) -> Iterator[list[int]]:
    """Yield lists of positions, longest first, whose padded size (count x longest) stays within `budget` tokens.

    Args:
        lengths: tokens of each row.
        budget: padded tokens a batch may hold; a single row longer than that still gets a batch of its own.
        equal: only rows of one length share a batch (models that must not see padding).
    """
    order = sorted(range(len(lengths)), key=lambda i: (-lengths[i], i))
    batch: list[int] = []
    for position in order:
        if batch:
            longest = lengths[batch[0]]
            full = (len(batch) + 1) * longest > budget
            if full or (equal and lengths[position] != longest):
                yield batch
                batch = []
        batch.append(position)
    if batch:
        yield batch
