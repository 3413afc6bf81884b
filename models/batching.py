"""Batches of similar lengths under a token budget: pure, so that every engine packs alike."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

CPU_BUDGET = 2_048  # padded tokens of a batch: more gains nothing on a CPU and leaves its cache
GPU_BUDGET = 65_536
GPU_PRICE = 2_048  # what a forward pass costs a GPU besides its tokens, in tokens: a guess, not measured
PRICE = 16
"""Padded tokens that one more forward pass costs on a CPU (measured: 10 with ONNX Runtime, 26 with torch)."""

FIRST, INVERSE = "assay/first", "assay/inverse"
"""Inputs that sharing adds: the flat places (u,) of the distinct tokens, and (batch, tokens) which one each is."""
_MOST_JOINED = 100  # different lengths in a batch: keeps the search short where a pass is dear


def length_batches(
    lengths: Sequence[int], budget: int, *, equal: bool = False, price: int = PRICE
) -> Iterator[list[int]]:
    """Yield lists of positions, longest first, whose padded size (count x longest) stays within `budget` tokens.

    Rows of different lengths share a batch where padding them costs less than another forward pass.

    Args:
        lengths: tokens of each row.
        budget: padded tokens a batch may hold; a single row longer than that still gets a batch of its own.
        equal: only rows of one length share a batch (models that must not see padding).
        price: what a forward pass costs besides its tokens, in tokens.
    """
    order = sorted(range(len(lengths)), key=lambda i: (-lengths[i], i))
    runs = [(length, sum(1 for _ in same)) for length, same in groupby(order, key=lambda i: lengths[i])]
    start = 0
    for longest, count in runs if equal else _merged(runs, budget, price):
        step = max(1, budget // max(1, longest))
        for first in range(start, start + count, step):
            yield order[first : min(first + step, start + count)]
        start += count


def _merged(runs: Sequence[tuple[int, int]], budget: int, price: int) -> list[tuple[int, int]]:
    """Join neighbouring runs of (length, count) so that tokens and prices of the batches are least in all."""
    best: list[tuple[int, int]] = [(0, 0)]  # of the first j runs: cost, and where the last batch starts
    counts = [0]
    for _, count in runs:
        counts.append(counts[-1] + count)
    for end in range(1, len(runs) + 1):
        # r joined runs pad at least r (r - 1) / 2 tokens and save r - 1 prices: more than 2 prices never pay
        candidates = []
        for start in range(max(0, end - min(2 * price + 1, _MOST_JOINED)), end):
            longest, count = runs[start][0], counts[end] - counts[start]
            passes = -(-count // max(1, budget // max(1, longest)))
            candidates.append((best[start][0] + longest * count + price * passes, start))
        best.append(min(candidates))
    cuts = [len(runs)]
    while cuts[-1]:
        cuts.append(best[cuts[-1]][1])
    cuts.reverse()
    return [(runs[a][0], counts[b] - counts[a]) for a, b in pairwise(cuts)]


def equal_tokens(batch: Mapping[str, NDArray[np.int64]]) -> dict[str, NDArray[np.int64]]:
    """Which tokens of a batch padded on the right are alike: of one id, type and place, padding or not.

    Args:
        batch: `input_ids`, `attention_mask` and perhaps `token_type_ids`, each (batch, tokens).

    Returns:
        `FIRST`, the flat places (u,) of the distinct tokens, and `INVERSE`, (batch, tokens), which of them each is.
    """
    ids = batch["input_ids"]
    key = ids * 2 + batch["attention_mask"]
    if "token_type_ids" in batch:
        types = batch["token_type_ids"]
        key = key * (types.max() + 1) + types
    key = key * ids.shape[1] + np.arange(ids.shape[1])
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    return {FIRST: first.astype(np.int64), INVERSE: inverse.reshape(ids.shape).astype(np.int64)}
