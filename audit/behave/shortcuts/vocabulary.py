"""The words of a table, those that the answers lean on, and putting one into a text or taking it out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audit.words import HAN, han_words

Floats = NDArray[np.float64]

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Lean:
    """A word in whose texts a class is more probable than in the others.

    Attributes:
        word: in small letters; label: place of the class.
        rows: positions of the texts that hold it, (n,).
        strength: standardised difference of the class's probability.
    """

    word: str
    label: int
    rows: NDArray[np.intp]
    strength: float


def spans(text: str) -> list[tuple[int, int, str]]:
    """[start, end) and small letters of every word: runs of letters with what joins them, of Chinese what jieba cuts.

    >>> [word for _, _, word in spans("It isn't well-made.")]
    ['it', "isn't", 'well-made']
    """
    found = [
        (match.start(), match.end(), match.group().casefold())
        for match in _WORD.finditer(text)
        if match.end() - match.start() <= _LONGEST and not HAN.search(match.group())
    ]
    if HAN.search(text):
        found += [(start, end, text[start:end]) for start, end in han_words(text)]
    return found


def texts_of_words(texts: Sequence[str], least: int) -> Mapping[str, NDArray[np.intp]]:
    """Positions of the texts that hold each word that at least so many do, in the order of the words."""
    found: dict[str, set[int]] = defaultdict(set)
    for place, text in enumerate(texts):
        for _, _, word in spans(text):
            found[word].add(place)
    return {word: np.array(sorted(places)) for word, places in sorted(found.items()) if len(places) >= least}


def leaning(holding: Mapping[str, NDArray[np.intp]], probs: Floats, most: int) -> list[Lean]:
    """The words whose texts are furthest beyond the others towards a class, at most so many in all.

    Words are taken in turn for each class, the strongest first, so that no class takes the places of another.

    Args:
        holding: positions of the texts of each word.
        probs: (n, labels) of all texts.
        most: words in all.
    """
    mean, spread = probs.mean(axis=0), probs.std(axis=0)
    by_label: dict[int, list[Lean]] = defaultdict(list)
    for word, rows in holding.items():
        if rows.size == len(probs):
            continue
        strength = (probs[rows].mean(axis=0) - mean) / np.maximum(spread, 1e-9) * np.sqrt(rows.size)
        for label in np.flatnonzero(strength > 1e-6):
            by_label[int(label)].append(Lean(word, int(label), rows, float(strength[label])))
    for some in by_label.values():
        some.sort(key=lambda lean: (-lean.strength, lean.word))
    chosen: list[Lean] = []
    for turn in range(max(map(len, by_label.values()), default=0)):
        some = [leans[turn] for leans in by_label.values() if turn < len(leans)]
        chosen += sorted(some, key=lambda lean: (-lean.strength, lean.word, lean.label))
        if len(chosen) >= most:
            break
    return chosen[:most]


def place_in(text: str, third: int) -> int:
    """Where a word is put in: at the start of a text, in its middle or at its end, before the marks that close it."""
    end = len(text.rstrip().rstrip(".!?…。！？").rstrip())
    if third == 0:
        return len(text) - len(text.lstrip())
    if third == 2 or end == 0:
        return end
    gaps = [found.start() for found in re.finditer(r"\s+", text[:end]) if found.start()]
    if gaps:
        return gaps[len(gaps) // 2]
    cuts = [start for start, _, _ in spans(text[:end]) if start]
    return cuts[len(cuts) // 2] if cuts else end


def put_in(text: str, word: str, start: int) -> str:
    """The text with a word at a place, set apart by blanks where its neighbours are letters that are.

    >>> put_in("a quiet delight .", "please", 7), put_in("房间安静", "请", 2)
    ('a quiet please delight .', '房间请安静')
    """
    head, tail = text[:start], text[start:]
    if HAN.search(word):
        return f"{head}{word}{tail}"
    left = " " if head and not head[-1].isspace() else ""
    right = " " if tail and (tail[0].isalnum() or tail[0] == "(") else ""
    return f"{head}{left}{word}{right}{tail}"


def without(text: str, word: str) -> str:
    """The text without a word, wherever it stands, and without the blank it leaves."""
    made, last = [], 0
    for start, end, found in spans(text):
        if found == word and start >= last:
            made.append(text[last:start])
            last = end + (text[end : end + 1] == " " and (start == 0 or text[start - 1] == " "))
    return "".join([*made, text[last:]])
