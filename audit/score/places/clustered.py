"""Clusters of the rows of a run, those of its reference table among them: which row is in which, and whose shares differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from audit.said import Number, Said
from audit.score.bootstrap import Floats
from audit.score.frames import Frames
from audit.score.measurer import Measurer, difference
from audit.score.measures import EVIDENCE, Measure
from audit.score.places.cluster_words import distinctive
from audit.score.places.clusters import grouped
from audit.score.shift.shift import PLACED
from audit.score.shift.sides import Side, placed_side, places_of, reference_side
from audit.score.text_marks import Marks
from audit.seeds import row_generator
from audit.slices import Slice

CLUSTER = "cluster"


@dataclass(frozen=True)
class Clustered:
    """The clusters of a run.

    Attributes:
        audited, reference: both tables' texts.
        of_audited, of_reference: of each the number of its cluster, 1 the one with most texts; 0 for one without a place.
        distance: (audited,) to the centre of the cluster, not-a-number without a place.
        count: how many clusters there are.
    """

    audited: Side
    reference: Side
    of_audited: NDArray[np.int64]
    of_reference: NDArray[np.int64]
    distance: Floats
    count: int

    def typical(self, number: int, most: int = EVIDENCE) -> tuple[str, ...]:
        """Ids of the audited rows nearest to the centre of a cluster."""
        at = np.flatnonzero(self.of_audited == number)
        return tuple(self.audited.ids[i] for i in at[np.argsort(self.distance[at], kind="stable")][:most])


def clustered(frames: Frames, seed: int) -> Clustered | None:
    """The clusters of both tables taken together, or of the audited rows alone where the model places no others; None without any.

    Args:
        frames: with the predictions, embeddings and reference rows of a run; seed: the run's.
    """
    audited, known = placed_side(frames), reference_side(frames)
    own, others = np.flatnonzero(audited.placed), np.flatnonzero(known.placed)
    both = [audited.vectors[own]]
    if len(others) and known.vectors.shape[1] == audited.vectors.shape[1]:
        both.append(known.vectors[others])
    else:
        others = others[:0]
    if not audited.vectors.shape[1]:
        return None
    found = grouped(np.concatenate(both), row_generator(seed, "clusters", "centres"))
    if found is None:
        return None
    of_audited, of_known = (np.zeros(len(side), dtype=np.int64) for side in (audited, known))
    of_audited[own], of_known[others] = found.number[: len(own)], found.number[len(own) :]
    distance = np.full(len(audited), np.nan)
    distance[own] = found.distance[: len(own)]
    return Clustered(audited, known, of_audited, of_known, distance, found.count)


def cluster_words(frames: Frames, found: Clustered) -> list[tuple[str, ...]]:
    """The words that name each cluster, of the texts of both tables as far as they were read; none where none is."""
    sides: list[tuple[Marks, NDArray[np.int64]]] = []
    if frames.marks is not None:
        rows = frames.predictions[~frames.predictions["error"]]
        number = np.zeros(len(frames.marks), dtype=np.int64)
        number[places_of(rows["content_id"], frames.examples["content_id"])] = found.of_audited
        sides.append((frames.marks, number))
    if frames.compared.marks is not None and len(found.reference):
        number = np.zeros(len(frames.compared.marks), dtype=np.int64)
        number[~frames.of("references")["text"].duplicated().to_numpy(dtype=bool)] = found.of_reference
        sides.append((frames.compared.marks, number))
    return distinctive(sides, found.count) if sides else [()] * found.count


def clusters_apart(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    """`cluster_shift` of each cluster: its share of the audited rows less that of the reference rows.

    A test of two shares (Fisher's) for each, corrected for all of them; nothing where a table has no places.

    Sources: Newcombe 1998, Fisher 1935, Benjamini & Hochberg 1995.
    """
    if not len(frames.of("references")):
        return
    found = clustered(frames, measurer.seed)
    if found is None or min((found.of_reference > 0).sum(), (found.of_audited > 0).sum()) < PLACED:
        return
    first, second = _counts(found.of_reference, found.reference, found), _counts(found.of_audited, found.audited, found)
    p = corrected(first, second)
    for number in range(1, found.count + 1):
        one, other = (side[number - 1] for side in (first, second))
        shares = {"reference": one[0] / one[1], "audited": other[0] / other[1]}
        yield difference(
            "cluster_shift", one, other, where=Slice(cluster=str(number)), evidence=found.typical(number),
            notes=(
                Said("note.cluster_shares", {name: Number(share) for name, share in shares.items()}),
                Said("note.cluster_apart", {"p": Number(float(p[number - 1]), "p_value"), "looked": found.count}),
            ),
            context={**shares, "p_value": float(p[number - 1])},
        )  # fmt: skip


def corrected(first: list[tuple[float, float]], second: list[tuple[float, float]]) -> Floats:
    """(clusters,) that a cluster has the same share in both tables, corrected for all of them; each (rows in it, rows)."""
    p = []
    for one, other in zip(first, second, strict=True):
        table = np.array([[round(side[0]), round(side[1]) - round(side[0])] for side in (one, other)])
        p.append(float(stats.fisher_exact(table).pvalue))
    return np.asarray(stats.false_discovery_control(p, method="bh"))


def _counts(number: NDArray[np.int64], side: Side, found: Clustered) -> list[tuple[float, float]]:
    """Of each cluster its rows and all of the table, where texts stand several times as many as are worth independent ones."""
    placed = number > 0
    weight = side.weight[placed]
    rows = float(weight.sum())
    independent = rows**2 / float((weight**2).sum())
    inside = np.bincount(number[placed], weights=weight, minlength=found.count + 1)[1:]
    return [(float(own) / rows * independent, independent) for own in inside]
