"""Some rows of a run, read as a whole run is: whoever shows, counts or draws a run's results does so of these rows alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

import pandas as pd

from audit.kinds import KINDS, load, parts
from audit.records import Example, Record, from_dict, to_dict
from audit.results.label_verdicts import LabelVerdict
from audit.results.reading import Results
from audit.results.tables import group_of
from audit.scored import Finding, Score
from audit.store import RecordFilter, Review

if TYPE_CHECKING:
    from audit.score.frames import Frames


@dataclass(frozen=True, slots=True)
class OfRows:
    """What it takes to tell of some rows what is told of a run.

    Attributes:
        kinds: of the records that are read.
        scores: families of scores, as `audit.kinds` names them.
        facts: fields of a report.
    """

    kinds: tuple[str, ...]
    scores: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()

    def __or__(self, other: OfRows) -> OfRows:
        """What both take."""
        pairs = ((self.kinds, other.kinds), (self.scores, other.scores), (self.facts, other.facts))
        return OfRows(*(tuple(dict.fromkeys((*one, *two))) for one, two in pairs))


class Part(Results):
    """The results of some rows. A run's verdict and findings are of all of its rows: here there are none.

    Args:
        whole: results of the run.
        ids: of the rows.
        frames: the records of these rows, of the kinds that are looked at (`audit.score.part.part_of`).
        scores: what was measured of them, see `scores_of`.
    """

    def __init__(self, whole: Results, ids: Collection[str], frames: Frames, scores: Iterable[Score] = ()) -> None:
        super().__init__(whole.store, whole.run)
        self._whole, self._ids = whole, frozenset(ids)
        self._frames, self._scores = frames, tuple(scores)

    @cached_property
    def frames(self) -> Frames:
        """The records of these rows."""
        return self._frames

    @cached_property
    def frames_of_texts(self) -> Frames:
        """The same; what texts tell was narrowed with them."""
        return self._frames

    def of_probes(self, keys: Iterable[str]) -> Frames:
        """The records of these rows; of all probes, for each knows its own."""
        del keys
        return self._frames

    @cached_property
    def scores(self) -> tuple[Score, ...]:
        """What was measured of these rows."""
        return self._scores

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """None: a policy judges a run, not whichever rows somebody looks at."""
        return ()

    @cached_property
    def rows(self) -> pd.DataFrame:
        """These rows as `Store.rows` has them."""
        every = self._whole.rows
        return every[every["row_id"].isin(self._ids)].reset_index(drop=True)

    @cached_property
    def examples(self) -> Mapping[str, Example]:
        """These rows by row id."""
        return {row_id: example for row_id, example in self._whole.examples.items() if row_id in self._ids}

    @cached_property
    def reviews(self) -> Mapping[tuple[str, str], Review]:
        """What people judged of attacks on these rows."""
        return {key: review for key, review in self._whole.reviews.items() if key[1] in self._ids}

    @cached_property
    def label_verdicts(self) -> Mapping[str, LabelVerdict]:
        """What people judged of the labels of these rows."""
        return {row_id: said for row_id, said in self._whole.label_verdicts.items() if row_id in self._ids}

    def table(self, name: str) -> pd.DataFrame:
        """The table of a chart, made of these rows; of one whose lines stand for rows (`Group.by_row`), their lines of it."""
        if not group_of(name).by_row:
            return super().table(name)
        found = self._whole.table(name)
        return found[found["row_id"].isin({*self._ids, ""})].reset_index(drop=True) if "row_id" in found else found

    def stream(self, probe: str) -> Iterator[Record]:
        """The records that a probe left of these rows."""
        ids = tuple(sorted(self._ids))
        for _, record in self.store.iter_records(self.run.id, probe, where=RecordFilter(probe=probe, row_ids=ids)):
            yield record

    @cached_property
    def _present(self) -> frozenset[str]:
        """Keys of the probes that left a record of any of these rows."""
        tables = (self._frames.of(kind.frame) for kind in KINDS.values() if kind.frame != "examples")
        found = {str(key) for table in tables if "probe" in table for key in table["probe"].unique()}
        predicted = {p.probe for p in self.probes if p.kind == "prediction"} if len(self._frames.predictions) else set()
        return frozenset(found | predicted)

    @cached_property
    def _tables_hold(self) -> bool:
        """The tables kept are those of all rows."""
        return False


def scores_of(
    frames: Frames, families: Iterable[str], *, level: float, seed: int, reviews: Mapping[tuple[str, str], str]
) -> tuple[Score, ...]:
    """What some families of scores (`module:function`) come to, each as a run's own is measured.

    Args:
        frames: records of a run, or of some of its rows.
        families: as `audit.kinds` names them.
        level, seed: of the run; reviews: what people judged, (probe, row id) -> same, different or unsure.
    """
    from audit.score.scoring import measure_families

    asked = {part.path: part.reviewed for part in parts("families")}
    wanted = [partial(load(path), reviews=reviews) if asked[path] else load(path) for path in families]
    found = measure_families(frames, wanted, seed=seed).scores(level)
    return tuple(from_dict(Score, to_dict(score)) for score in found)  # with the digits of those that are stored
