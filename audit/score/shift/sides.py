"""Two samples of texts side by side: the audited rows, and those of the reference table."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from audit.score.bootstrap import Floats
from audit.score.frames import Frames


@dataclass(frozen=True)
class Side:
    """One of the samples, each text once.

    Attributes:
        ids: of the rows. labels, predicted: "" where there is none.
        right: 1 where the answer is the label, 0 where not, -1 without a label.
        confidence, lengths: not-a-number and -1 where not known. weight: rows of the table that share the text.
        vectors: (texts, width) where they lie in the eyes of the model, not-a-number where not known.
    """

    ids: tuple[str, ...]
    labels: NDArray[np.object_]
    predicted: NDArray[np.object_]
    right: NDArray[np.int8]
    confidence: Floats
    lengths: Floats
    weight: Floats
    vectors: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def placed(self) -> NDArray[np.bool_]:
        """(texts,) which have a place in the eyes of the model."""
        width = self.vectors.shape[1]
        finite = np.isfinite(self.vectors).all(axis=1) if width else np.zeros(len(self), dtype=bool)
        return np.asarray(finite, dtype=np.bool_)


def audited_side(frames: Frames) -> Side:
    """The audited rows that the model answered."""
    rows = frames.predictions[~frames.predictions["error"]].reset_index(drop=True)
    lengths = np.full(len(rows), -1.0)
    if frames.marks is not None:
        lengths = frames.marks.lengths[places_of(rows["content_id"], frames.examples["content_id"])].astype(np.float64)
    return Side(
        ids=tuple(map(str, rows["row_id"])),
        labels=_objects(rows["label"]),
        predicted=_objects(rows["predicted"]),
        right=rows["correct"].to_numpy(dtype=np.int8),
        confidence=rows["confidence"].to_numpy(dtype=np.float64),
        lengths=lengths,
        weight=rows["weight"].to_numpy(dtype=np.float64),
        vectors=_vectors(frames, rows["content_id"]),
    )


def placed_side(frames: Frames) -> Side:
    """The audited rows, placed whether there is a reference table to compare with or not."""
    rows = frames.predictions[~frames.predictions["error"]]
    return replace(audited_side(frames), vectors=vectors_of(frames, rows["content_id"]))


def reference_side(frames: Frames) -> Side:
    """The rows of the reference table, equal texts together."""
    rows = frames.of("references")
    width = frames.vectors.shape[1] if frames.vectors.shape[1] == frames.compared.vectors.shape[1] else 0
    first = ~rows["text"].duplicated().to_numpy(dtype=bool)
    weight = rows.groupby("text")["text"].transform("size").to_numpy(dtype=np.float64)
    vectors = frames.compared.vectors[:, :width].astype(np.float32)
    truth = rows["label"]
    right = np.where(truth == "", -1, frames.task.rights(rows["predicted"], truth).astype(int)).astype(np.int8)
    return Side(
        ids=tuple(map(str, rows["subject"][first])),
        labels=_objects(rows["label"])[first],
        predicted=_objects(rows["predicted"])[first],
        right=right[first],
        confidence=rows["confidence"].to_numpy(dtype=np.float64)[first],
        lengths=rows["words"].to_numpy(dtype=np.float64)[first],
        weight=weight[first],
        vectors=vectors[first],
    )


def _vectors(frames: Frames, content: pd.Series) -> NDArray[np.float32]:
    """(rows, width) of the first probe that placed them; no columns where nothing places both tables."""
    if frames.vectors.shape[1] != frames.compared.vectors.shape[1]:
        return np.empty((len(content), 0), dtype=np.float32)
    return vectors_of(frames, content)


def vectors_of(frames: Frames, content: pd.Series) -> NDArray[np.float32]:
    """(rows, width) where rows lie, by the first probe that placed them; not-a-number for a row it did not, no columns without one.

    Args:
        frames: of the run; content: ids of the rows' contents.
    """
    embeddings = frames.of("embeddings")
    if not len(embeddings):
        return np.empty((len(content), 0), dtype=np.float32)
    first = embeddings[embeddings["probe"] == embeddings["probe"].iloc[0]]
    at = places_of(content, first["content_id"])
    found = frames.vectors[first.index.to_numpy()][np.maximum(at, 0)].astype(np.float32)
    found[at < 0] = np.nan
    return np.asarray(found, dtype=np.float32)


def places_of(wanted: pd.Series, known: pd.Series) -> NDArray[np.intp]:
    """Where each id stands among those known; -1 for none."""
    place = pd.Series(np.arange(len(known)), known.to_numpy())
    found = wanted.map(place[~place.index.duplicated()]).fillna(-1)
    return np.asarray(found, dtype=np.intp)


def _objects(values: pd.Series) -> NDArray[np.object_]:
    return values.astype(str).to_numpy(dtype=object)
