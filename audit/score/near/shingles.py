"""MinHash of texts (Broder 1997), vectorised: which texts share so many of their letters in a row that they may be nearly the same.

A text is the set of its runs of four characters; two texts agree in one of 20 bands with probability 1 - (1 - J^5)^20, where
J is the share of runs they have in common: 97% at J = 0.7, 0.02% at J = 0.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

RUN = 4
BANDS, ROWS = 20, 5
LONGEST = 600
"""Characters of a text that are looked at here; what is found is compared whole."""
CHUNK = 1_000
"""Texts at a time, so that memory does not grow with a table."""
WINDOW = 8
"""Texts with an equal band are each compared with so many that follow: of a thousand nearly alike not every two are."""
_END = "\x03" * RUN
_UINT = NDArray[np.uint64]


def plain(text: str, pair: str | None = None) -> str:
    """A text as it is compared: small letters, single spaces, its pair behind it.

    >>> plain("Hello\\n  World")
    'hello world'
    """
    return " ".join((text if pair is None else f"{text} \x1f {pair}").casefold().split())


def bands(texts: Iterable[str]) -> _UINT:
    """(texts, bands) the hash of each band of each text, as `plain` makes them."""
    made = [_bands(chunk) for chunk in _chunks(texts)]
    return np.concatenate(made) if made else np.empty((0, BANDS), np.uint64)


def within(hashes: _UINT) -> NDArray[np.int64]:
    """(pairs, 2) places of texts that agree in a band, the first before the second, each pair once and in order."""
    found = []
    for band in hashes.T:
        order = np.argsort(band, kind="stable")
        ranked = band[order]
        for step in range(1, WINDOW + 1):
            alike = np.flatnonzero(ranked[step:] == ranked[:-step])
            if not alike.size:
                break
            found.append(np.column_stack([order[alike], order[alike + step]]))
    return _once(found)


def across(hashes: _UINT, others: _UINT) -> NDArray[np.int64]:
    """(pairs, 2) places of texts, and of others, that agree in a band; of many others alike the first few."""
    found = []
    for band, other in zip(hashes.T, others.T, strict=True):
        order = np.argsort(other, kind="stable")
        ranked = other[order]
        begin, end = (np.searchsorted(ranked, band, side=side) for side in ("left", "right"))
        for step in range(WINDOW):
            some = np.flatnonzero(begin + step < end)
            if not some.size:
                break
            found.append(np.column_stack([some, order[begin[some] + step]]))
    return _once(found)


def _once(found: list[NDArray[np.intp]]) -> NDArray[np.int64]:
    return (
        np.unique(np.concatenate([np.empty((0, 2), np.int64), *found]), axis=0) if found else np.empty((0, 2), np.int64)
    )


def _chunks(texts: Iterable[str]) -> Iterator[Sequence[str]]:
    left = iter(texts)
    while chunk := list(islice(left, CHUNK)):
        yield chunk


def _bands(texts: Sequence[str]) -> _UINT:
    cut = [text[:LONGEST] + _END for text in texts]
    lengths = np.fromiter(map(len, cut), dtype=np.int64, count=len(cut))
    codes = np.frombuffer("".join(cut).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    runs = np.zeros(len(codes) - RUN + 1, dtype=np.uint64)
    for i in range(RUN):
        runs = runs * np.uint64(0x100000001B3) + codes[i : len(codes) - RUN + 1 + i]
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    own = np.ones(len(runs), dtype=bool)
    for i in range(RUN - 1):  # runs that reach into the next text
        edge = starts[1:] - 1 - i
        own[edge[edge < len(own)]] = False
    kept = np.concatenate([[0], np.cumsum(own)[:-1]])[starts] if len(runs) else starts
    hashed = _mixed(runs[own])
    made = np.zeros((len(texts), BANDS), dtype=np.uint64)
    draw = np.random.default_rng(0)
    factors = draw.integers(1, 2**63, size=(BANDS, ROWS), dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    for b in range(BANDS):
        for r in range(ROWS):
            least = np.minimum.reduceat(hashed * factors[b, r] >> np.uint64(32), kept)
            made[:, b] = _mixed(made[:, b] * np.uint64(0x9E3779B97F4A7C15) + least)
    return made


def _mixed(values: _UINT) -> _UINT:
    """Every bit of the input in every bit of the output (SplitMix64)."""
    x = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))
