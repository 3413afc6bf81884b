"""Which training rows taught the model an answer: those nearest in its eyes, and those that push its last layer for or against it.

The push is TracIn (Pruthi et al. 2020) of the last layer at one checkpoint, the model as it stands: a step of training on a row moves
the layer's weights by (p - y) h, p what the model says of the row, y its label, h what the layer is given; how much of that lowers the
loss of an answer is the product of both differences and both h. It needs no gradient: all of it is stored.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from audit.errors import InputError
from audit.language.translating import tr_later
from audit.score.bootstrap import Floats
from audit.score.frames import Frames
from audit.score.places.plane import of_length_one
from audit.score.shift.sides import vectors_of
from models.task import Task

MOST = 10
"""Rows of each list."""
_AT_ONCE = 8192


@dataclass(frozen=True, slots=True)
class Teacher:
    """A row of the reference table.

    Attributes:
        line: of its file. label, predicted: "" where there is none.
        cosine: how alike it is to the row asked about, -1 to 1.
        push: its part in the push of all labelled rows taken together, -1 to 1: above 0 it speaks for the answer; None without a label.
        misled: the row asked about is wrong, and this one has the label that the model gave it.
        same: it is the very same text.
        copies: rows of the table with this text and label.
    """

    line: int
    label: str
    predicted: str
    cosine: float
    push: float | None
    misled: bool
    same: bool
    copies: int


@dataclass(frozen=True, slots=True)
class Influence:
    """What the reference table has to do with the answer to one row.

    Attributes:
        answer, label: what the model says of the row, and its true label, "" without. wrong: whether these differ.
        nearest: rows nearest in the eyes of the model. speaks_for, against: those that push most, the strongest first.
        rows: of the reference table, each text with each label once.
        misled: of `nearest`, how many have the label that the model wrongly gave.
    """

    row_id: str
    answer: str
    label: str
    wrong: bool
    nearest: tuple[Teacher, ...]
    speaks_for: tuple[Teacher, ...]
    against: tuple[Teacher, ...]
    rows: int

    @property
    def misled(self) -> int:
        """How many of the nearest have the label that the model wrongly gave."""
        return sum(row.misled for row in self.nearest)

    @property
    def lines(self) -> list[int]:
        """The lines of all rows told of."""
        return sorted({row.line for row in (*self.nearest, *self.speaks_for, *self.against)})


def influence(frames: Frames, row_id: str, *, most: int = MOST) -> Influence:
    """What the reference table has to do with the answer to a row.

    Args:
        frames: with the predictions, embeddings and reference rows of a run.
        row_id: of an audited row; most: rows of each list.

    Raises:
        InputError: there is no reference table, no such row, or the model does not say where it puts them.
    """
    table = frames.of("references")
    if not len(table):
        raise InputError(
            tr_later(
                "This run has no reference table; audit again with --reference and the table the model was trained on to see which rows "
                "taught it its answers."
            )
        )
    known = frames.compared.vectors
    at, own = _row(frames, row_id)
    first, copies = _once(table)
    cosine, products = _products(known, first, own)
    pushes = _pushes(frames, table, at, first, products)
    row = frames.predictions.iloc[at]
    answer, label, wrong = str(row["predicted"]), str(row["label"]), int(row["correct"]) == 0
    key = frames.examples.loc[frames.examples["content_id"] == row["content_id"], "text_key"]
    same = table["text"].to_numpy()[first] == (f"{int(key.iloc[0]) & (2**64 - 1):016x}" if len(key) else "")
    labels = table["label"].astype(str).to_numpy(dtype=object)[first]
    misled = wrong & (labels != "") & frames.task.sames(labels, np.full(len(labels), answer, dtype=object))

    def told(place: int) -> Teacher:
        line = table.iloc[first[place]]
        push = float(pushes[place])
        return Teacher(
            int(line["line"]), str(line["label"]), str(line["predicted"]), float(cosine[place]), push if np.isfinite(push) else None,
            bool(misled[place]), bool(same[place]), int(copies[place]),
        )  # fmt: skip

    strong = np.argsort(-np.nan_to_num(pushes), kind="stable")
    return Influence(
        row_id,
        answer,
        label,
        wrong,
        nearest=tuple(map(told, np.argsort(-cosine, kind="stable")[:most])),
        speaks_for=tuple(told(i) for i in strong[:most] if pushes[i] > 0),
        against=tuple(told(i) for i in strong[::-1][:most] if pushes[i] < 0),
        rows=len(first),
    )


def residuals(task: Task, probs: NDArray[np.floating], answers: NDArray[np.object_]) -> Floats:
    """(rows, logits) what the model says less what each answer says: the loss's slope at the logits that the last layer gives.

    Args:
        task: of the model; probs: (rows, labels); answers: (rows,) the labels to be learnt.
    """
    found = np.asarray(probs, dtype=np.float64) - task.members(list(answers))
    # of two labels by one logit the layer gives the second's alone
    return found if task.exclusive or task.several else found[:, 1:]


def _row(frames: Frames, row_id: str) -> tuple[int, NDArray[np.float32]]:
    """The place of a row among the predictions, and what the last layer is given of it."""
    rows = frames.predictions
    found = np.flatnonzero(((rows["row_id"] == row_id) | (rows["content_id"] == row_id)).to_numpy(dtype=bool))
    if not len(found):
        shared = np.flatnonzero(
            (rows["content_id"] == row_id.partition("-")[0]).to_numpy(dtype=bool)
        )  # the same text again
        found = shared if "-" in row_id else found
    if not len(found):
        raise InputError(
            tr_later(
                f"This run has no row {row_id:.40}; its ids stand in the column row_id of `python -m audit report --csv`."
            )
        )
    at = int(found[0])
    if bool(rows["error"].iloc[at]):
        raise InputError(
            tr_later(f"The model gave no answer to the row {row_id:.40}, so that nothing can have taught it one.")
        )
    width = frames.compared.vectors.shape[1]
    vectors = vectors_of(frames, rows["content_id"].iloc[[at]])
    if not width or not vectors.shape[1]:
        raise InputError(
            tr_later(
                "This run did not keep where the model puts its rows; audit again with the standard suite, or with the probe last_layer. "
                "A model that shows nothing but its answers has no such place."
            )
        )
    if vectors.shape[1] != width or not np.isfinite(vectors).all():
        raise InputError(tr_later(f"The model gives the row {row_id:.40} no place among those of the reference table."))
    return at, vectors[0]


def _once(table: pd.DataFrame) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Each text with each label once: the place of the first, and how many there are."""
    names = table["text"].astype(str) + "\x1f" + table["label"].astype(str)
    codes, _ = pd.factorize(names)
    _, first, copies = np.unique(codes, return_index=True, return_counts=True)
    return first.astype(np.intp), copies.astype(np.int64)


def _products(vectors: NDArray[np.floating], at: NDArray[np.intp], own: NDArray[np.float32]) -> tuple[Floats, Floats]:
    """Cosine and inner product with each row of the reference table; not-a-number for one without a place."""
    cosine, products = np.empty(len(at)), np.empty(len(at))
    for start in range(0, len(at), _AT_ONCE):
        some = vectors[at[start : start + _AT_ONCE]].astype(np.float32)
        products[start : start + len(some)] = some @ own
        cosine[start : start + len(some)] = of_length_one(some) @ of_length_one(own[None])[0]
    return np.nan_to_num(cosine, nan=-1.0), products


def _pushes(frames: Frames, table: pd.DataFrame, at: int, first: NDArray[np.intp], products: Floats) -> Floats:
    """(rows,) each row's part in the push of all; not-a-number for those without a label."""
    row = frames.predictions.iloc[[at]]
    own = residuals(frames.task, frames.probs[[at]], row["predicted"].astype(str).to_numpy(dtype=object))[0]
    labels = table["label"].astype(str).to_numpy(dtype=object)[first]
    labelled = np.flatnonzero((labels != "") & np.isfinite(products))
    found = np.full(len(first), np.nan)
    if len(labelled):
        theirs = residuals(frames.task, frames.compared.probs[first[labelled]], labels[labelled])
        found[labelled] = (theirs @ own) * products[labelled]
    total = float(np.nansum(np.abs(found)))
    return found / total if total > 0 else found
