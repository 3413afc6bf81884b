"""The words of a method's explanations, one line a word and text, and what they come to on average."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtr

from audit.score.bootstrap import Floats
from audit.score.frames import Frames
from audit.score.intervals import benjamini_hochberg
from audit.score.measures import EVIDENCE

MIN_TEXTS = 5
"""A word is looked at from so many distinct texts on."""
FALSE_DISCOVERIES = 0.05
"""Share of the words that are told apart from 0 which need not be."""

_COLUMNS = ["probe", "target", "word", "mean", "error", "relative", "texts", "rows", "positive", "p_value", "q_value"]


@dataclass(frozen=True)
class WordRows:
    """One line per word and explained text of one method, lines of one word together.

    Attributes:
        words: the distinct words, sorted.
        code: position of the line's word in `words`, ascending, (n,).
        owner: position of the text in `attributions`, (n,).
        target: the explained class of the text, (n,).
        score: mean of the word's scores at its places in the text, (n,).
        relative: that over the mean absolute score of the text's words, (n,).
        weight: rows of the table that share the text, (n,).
    """

    words: NDArray[np.object_]
    code: NDArray[np.intp]
    owner: NDArray[np.intp]
    target: NDArray[np.object_]
    score: Floats
    relative: Floats
    weight: Floats

    def of(self, word: str) -> slice:
        """The lines of one word."""
        number = int(np.searchsorted(self.words, word))
        if number == len(self.words) or self.words[number] != word:
            return slice(0, 0)
        low, high = np.searchsorted(self.code, [number, number + 1])
        return slice(int(low), int(high))

    def strongest(self, chosen: NDArray[np.intp], frames: Frames, *, most: int = EVIDENCE) -> tuple[str, ...]:
        """Row ids of the chosen lines with the largest scores first, at most `most`."""
        order = chosen[np.argsort(-self.score[chosen], kind="stable")][:most]
        return tuple(frames.attributions["row_id"].to_numpy()[self.owner[order]])


def word_rows(frames: Frames, probe: str) -> WordRows:
    """Collapse the words of one method's explanations to one line per word and text."""
    table = frames.attributions
    chosen = ((table["probe"] == probe) & ~table["error"]).to_numpy(dtype=bool)
    words = frames.words[chosen[frames.words["owner"].to_numpy()]]
    codes, names = pd.factorize(words["word"].to_numpy(dtype=object), sort=True)
    owner, score = words["owner"].to_numpy(dtype=np.int64), words["score"].to_numpy(dtype=np.float64)
    size = len(table)
    scale = np.bincount(owner, np.abs(score), size) / np.maximum(np.bincount(owner, minlength=size), 1)
    keys, inverse, places = np.unique(codes * size + owner, return_inverse=True, return_counts=True)
    mean = np.bincount(inverse, score, keys.size) / places
    owners = (keys % max(size, 1)).astype(np.intp)
    return WordRows(
        words=np.asarray(names, dtype=object),
        code=(keys // max(size, 1)).astype(np.intp),
        owner=owners,
        target=table["target"].to_numpy(dtype=object)[owners],
        score=mean,
        relative=mean / np.maximum(scale[owners], 1e-12),
        weight=table["weight"].to_numpy(dtype=np.float64)[owners],
    )


def word_table(lines: WordRows, probe: str, *, min_texts: int = MIN_TEXTS) -> pd.DataFrame:
    """Every word with at least `min_texts` texts of one target: its mean push and whether that differs from 0.

    Returns:
        Columns probe, target, word, mean (push towards the target), error (standard error over texts), relative (push
        over that of an average word of its text), texts (distinct), rows (of the table), positive (texts where it
        pushes towards the target), p_value (t test of mean = 0), q_value (Benjamini-Hochberg over all words and
        targets). Strongest first: by |mean| less two standard errors.
    """
    targets, names = pd.factorize(lines.target, sort=True)
    several = max(len(names), 1)
    keys, inverse, texts = np.unique(lines.code * several + targets, return_inverse=True, return_counts=True)

    def total(values: Floats) -> Floats:
        return np.asarray(np.bincount(inverse, values, keys.size), dtype=np.float64)

    weight = total(lines.weight)
    mean = total(lines.weight * lines.score) / np.maximum(weight, 1e-12)
    spread = total((lines.weight * (lines.score - mean[inverse])) ** 2)
    freedom = np.maximum(texts - 1.0, 1.0)
    error = np.sqrt(spread * texts / freedom) / np.maximum(weight, 1e-12)
    table = pd.DataFrame(
        {
            "probe": probe,
            "target": np.asarray(names, dtype=object)[keys % several],
            "word": lines.words[keys // several],
            "mean": mean,
            "error": error,
            "relative": total(lines.weight * lines.relative) / np.maximum(weight, 1e-12),
            "texts": texts,
            "rows": weight.astype(np.int64),
            "positive": total((lines.score > 0).astype(np.float64)).astype(np.int64),
            "p_value": 2.0 * stdtr(freedom, -np.abs(mean) / np.maximum(error, 1e-9)),
        }
    )
    table = table[table["texts"] >= min_texts].reset_index(drop=True)
    table["q_value"] = benjamini_hochberg(table["p_value"])
    table["_rank"] = -(table["mean"].abs() - 2.0 * table["error"])
    return table.sort_values(["_rank", "target", "word"], kind="stable")[_COLUMNS].reset_index(drop=True)
