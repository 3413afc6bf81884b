"""What a run leaves behind so that any score can be had at any confidence level without its records.

A `Measure` is a value with the basis of its interval: counts for Wilson or Newcombe, replicates for the bootstrap.
`Measures` is all of a run's, stored compactly as bytes (a few hundred kilobytes for a run of 10,000 rows).
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal
from zipfile import BadZipFile

import numpy as np

from audit.errors import ReportError
from audit.language.saying import word
from audit.old_forms import read_measure, read_pair, read_slice
from audit.said import Said, clauses, told
from audit.score.bootstrap import Replicates
from audit.score.definitions import define
from audit.score.intervals import EXACT_BELOW, Interval, mover, newcombe, newcombe_paired, share_interval, share_method
from audit.score.sparse import as_share, interval_of, of_share, quantile_interval, quantile_texts, stands_in, too_few
from audit.scored import Score
from audit.slices import ALL_ROWS, Slice, about_probes, score_key
from audit.strict_json import dumps

Basis = Literal[
    "wilson", "newcombe", "paired", "bootstrap", "quantile", "gap", "jaccard", "mover", "inversion", "simulation", "none"
]  # fmt: skip

FORMAT = 5
COUNTED = "counted"
"""What stands for the name of an interval where every row was counted."""
EVIDENCE = 10
"""At most this many row ids stand as evidence for one score."""
POINT_ROWS = 200
"""At most this many row ids stand behind one point of a chart."""


def loss_of(score: str) -> str:
    """The name of the measure that says how much worse a score is than in a baseline run; no score of a run has it."""
    return f"{score}.worse"


@dataclass(frozen=True, slots=True)
class Measure:
    """A quantity and the basis of its interval.

    Attributes:
        name: the quantity, a key of the definitions unless `definition` says another.
        value: None where it cannot be had; `notes` say why.
        n: rows it is about.
        basis: how its interval comes about.
        counts: for wilson (successes, trials) and, if there are any, trials that may or may not be successes: the
            interval then reaches from none of them to all of them; below 20 trials it is Clopper-Pearson's. For newcombe
            (successes, trials) of the second, then of the first. For paired, of one outcome in two runs on the same rows, how
            often it was good in both, lost, gained, good in neither: the value is the share lost less that gained. For jaccard
            (successes, trials) of a share s of which the value is 2s / (1 + s). For gap the mean, standard error and number of
            texts of a quantity between 0 and 1, then (successes, trials) of the share taken from it. Fractional where duplicates
            make the effective number of trials smaller than the number of rows. For quantile its q. For mover and inversion how many
            texts it rests on. For bootstrap, if given, the p-value of zero: the interval reaches down to 0 unless it
            is below (1 - level) / 2.
        replicates: for bootstrap, quantile and simulation. For mover and inversion a confidence
            distribution.
        probe: key of the recipe, method or perturbation it is about; `other_probe` of the second, where there are two;
            `registered` their registered names (empty: the keys are).
        counted: whether it was counted in every row that it is about, so that it is known and no estimate.
        where: which part of the rows (`{"label": "positive"}`), empty for all.
        notes: what a reader must know besides.
        evidence: row ids that show it best, at most 10.
        context: names and numbers for the wording of findings (`word`, `label` ...), JSON-ready; `decisions` is `correct`
            or `any`, `judge` is `rule` or `people`.
    """

    name: str
    value: float | None
    n: int
    basis: Basis = "none"
    counts: tuple[float, ...] = ()
    replicates: Replicates | None = None
    probe: str = ""
    where: Slice = ALL_ROWS
    notes: tuple[Said, ...] = ()
    evidence: tuple[str, ...] = ()
    context: Mapping[str, Any] = field(default_factory=dict)
    definition: str = ""
    other_probe: str = ""
    registered: tuple[str, ...] = ()
    counted: bool = False

    @property
    def key(self) -> str:
        """Unique within a run, as `Score.key`."""
        return score_key(self.name, self.probe, self.where, self.other_probe)

    @property
    def about(self) -> str:
        """The probe, or both, as `Score.about`."""
        return about_probes(self.probe, self.other_probe)

    @property
    def note(self) -> str:
        """What a reader must know besides, in the language spoken."""
        return word(clauses(self.told))

    @property
    def told(self) -> tuple[Said, ...]:
        """What a reader must know besides: of what was counted that it was, and nothing of intervals."""
        if not self.counted:
            return self.notes
        kept = (note for note in self.notes if note.key != "note.duplicates")
        if "tests" in self.context:  # of a suite
            return (Said("note.counted_tests", {"tests": self.n}), *kept)
        if "classes" in self.context:  # of a scan
            return (Said("note.counted_classes", {"classes": self.n}), *kept)
        return (Said("note.counted", {"rows": self.n}), *kept)

    @property
    def method(self) -> str:
        """The name of the interval, for example `wilson` or `bootstrap-percentile(2000)`; `counted` where there is none to have."""
        if self.counted:
            return COUNTED
        if self.basis in ("wilson", "jaccard", "paired"):
            return share_method(self.counts[1]) if self.basis != "paired" else "newcombe-paired"
        if self.basis in ("newcombe", "gap"):
            exact = min(self.counts[1], self.counts[3]) if self.basis == "newcombe" else self.counts[4]
            name = "newcombe" if self.basis == "newcombe" else "mover"
            return name if exact >= EXACT_BELOW else f"{name}(clopper-pearson)"
        if self.replicates is None or self.basis == "mover":
            return self.basis
        if self.basis in ("simulation", "inversion"):
            return f"{self.basis}({self.replicates.values.size})"
        return share_method(self.replicates.units) if self._stood_in else self.replicates.method

    @property
    def texts(self) -> float:
        """How many independent texts it rests on: n where each row is a text of its own, fewer with duplicates."""
        if self.basis == "newcombe":
            return min(self.n, self.counts[1] + self.counts[3])
        if self.basis in ("wilson", "jaccard"):
            return min(self.n, self.counts[1])
        if self.basis == "gap":
            return min(self.n, self.counts[2])
        if self.basis in ("mover", "inversion") and self.counts:  # runs scored earlier do not say
            return min(self.n, self.counts[0])
        return self.n if self.replicates is None else min(self.n, self.replicates.units)

    @property
    def _stood_in(self) -> bool:
        return self.basis == "bootstrap" and self.replicates is not None and stands_in(self.replicates, self._ends)

    @property
    def _ends(self) -> tuple[float, float]:
        return define(self.definition or self.name).range

    def interval(self, level: float) -> Interval | None:
        """The interval at a level; None where there is none, or the texts are too few or too alike for one."""
        if self.value is None or self.counted:
            return None
        if self.basis == "wilson":
            hits, trials, unknown = (*self.counts, 0.0)[:3]
            return Interval(share_interval(hits, trials, level).low, share_interval(hits + unknown, trials, level).high)
        if self.basis == "jaccard":
            low, high = share_interval(self.counts[0], self.counts[1], level)
            return Interval(2.0 * low / (1.0 + low), 2.0 * high / (1.0 + high))
        if self.basis in ("newcombe", "paired"):
            return _of_two(self.basis, self.counts, level)
        if self.basis == "gap":
            mean, error, texts, hits, trials = self.counts
            return mover(mean, error, texts, hits, trials, level)
        return self._resampled(level)

    def why_open(self, level: float) -> tuple[Said, ...]:
        """Why there is no interval at this level."""
        replicates = self.replicates
        if self.value is None or replicates is None:
            return self.notes or (Said("note.no_interval"),)
        if self.basis == "quantile":
            needed = quantile_texts(self.counts[0], level)
            return (Said("note.quantile_texts", {"texts": replicates.units, "needed": needed}),)
        if self.basis in ("mover", "inversion"):
            return (Said("note.all_alike", {"texts": round(self.texts)}),)
        return (Said("note.no_range") if self.basis == "simulation" else too_few(replicates),)

    def _resampled(self, level: float) -> Interval | None:
        replicates = self.replicates
        alone = self.basis in ("mover", "inversion", "simulation")  # nothing stands in for these where all is alike
        if replicates is None or replicates.values.size == 0 or (alone and replicates.alike):
            return None
        if self.basis == "simulation":
            tail = (1.0 - level) / 2.0
            low, high = (float(end) for end in np.quantile(replicates.values, [tail, 1.0 - tail]))
            return Interval(low, high)
        if self.basis == "quantile":
            return quantile_interval(replicates, self.counts[0], self._ends, level)
        if self.basis in ("mover", "inversion"):
            low, high = replicates.interval(level)  # a tail that was extrapolated may lie beyond the ends
            least = max(self._ends[0], 0.0) if self.basis == "inversion" else self._ends[0]  # gaps tried begin at 0
            if self.basis == "mover" and self.texts < EXACT_BELOW:  # of so few no more is sure than of a share of them
                share = as_share(replicates.value, self.texts, self._ends, level)
                low, high = min(low, share.low), max(high, share.high)
            return Interval(max(low, least), min(high, self._ends[1]))
        found = interval_of(replicates, self._ends, level)
        if found is not None and self.counts and self.counts[0] >= (1.0 - level) / 2.0:
            return Interval(min(found.low, 0.0), found.high)
        return found

    def score(self, level: float = 0.95) -> Score:
        """The record that pages and reports show."""
        found = define(self.definition or self.name)
        interval = self.interval(level)
        notes = self.told
        if self.value is not None and interval is None and not self.counted:
            notes = told(*notes, *self.why_open(level))
        elif self.value is not None and self._stood_in and not self.counted:
            notes = told(*notes, Said("note.few_texts", {"interval": of_share(self.texts)}))
        return Score(
            name=self.name,
            value=self.value,
            low=interval.low if interval else None,
            high=interval.high if interval else None,
            level=level,
            n=self.n,
            method=self.method,
            direction=found.direction,
            definition=found.key,
            probe=self.probe,
            where=self.where,
            unit=found.unit,
            notes=notes,
            other_probe=self.other_probe,
            registered=self.registered,
        )


def _of_two(basis: Basis, counts: tuple[float, ...], level: float) -> Interval:
    """The interval of a difference of two shares, of other rows or of the same; of the same one the loss."""
    one, two, three, four = counts
    if basis == "newcombe":
        return newcombe((three, four), (one, two), level, of_share=share_interval)
    low, high = newcombe_paired(one, two, three, four, level, of_share=share_interval)
    return Interval(-high, -low)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A probe that was asked for and did not run: its key within the run, its kind and registered name, and why."""

    probe: str
    kind: str
    name: str
    reason: str


@dataclass(frozen=True)
class Measures:
    """Every measure of a run, in order of presentation, with the seed and number of resamples they were made with.

    Iterating yields the measures; `skipped` are the probes that were asked for and did not run.
    """

    measures: tuple[Measure, ...]
    seed: int = 0
    resamples: int = 2000
    skipped: tuple[Skipped, ...] = ()

    def __iter__(self) -> Iterator[Measure]:
        return iter(self.measures)

    def __len__(self) -> int:
        return len(self.measures)

    def find(self, key: str) -> Measure | None:
        """The measure with this key, or None."""
        return next((measure for measure in self.measures if measure.key == key), None)

    def scores(self, level: float = 0.95) -> list[Score]:
        """Every score at a confidence level."""
        return [measure.score(level) for measure in self.measures]

    def as_estimates(self) -> Measures:
        """The same with intervals for what was counted, as runs scored before had them."""
        kept = tuple(replace(measure, counted=False) if measure.counted else measure for measure in self.measures)
        return replace(self, measures=kept)

    def replace(self, fresh: Iterable[Measure]) -> Measures:
        """The same with some measures exchanged by key (after a review, say); unknown keys are added at the end."""
        changed = {measure.key: measure for measure in fresh}
        kept = [changed.pop(measure.key, measure) for measure in self.measures]
        return Measures((*kept, *changed.values()), self.seed, self.resamples, self.skipped)

    def to_bytes(self) -> bytes:
        """A compressed form without pickles; equal measures give equal bytes."""
        arrays = [m.replicates.values for m in self.measures if m.replicates is not None]
        pooled = np.concatenate(arrays).astype(np.float32) if arrays else np.empty(0, np.float32)
        head = {
            "format": FORMAT,
            "seed": self.seed,
            "resamples": self.resamples,
            "skipped": [asdict(probe) for probe in self.skipped],
            "measures": [_as_data(measure) for measure in self.measures],
        }
        text = dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
        buffer = io.BytesIO()
        np.savez_compressed(buffer, head=np.frombuffer(text, np.uint8), replicates=pooled)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Measures:
        """Read back what `to_bytes` wrote.

        Raises:
            ReportError: not such bytes, or written by a newer Assay.
        """
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as archive:
                head = json.loads(archive["head"].tobytes())
                pooled = archive["replicates"].astype(np.float64)
        except (ValueError, KeyError, OSError, EOFError, BadZipFile) as error:
            raise ReportError(f"The stored replicates cannot be read ({error}); score the run again.") from error
        if head.get("format") not in range(1, FORMAT + 1):
            raise ReportError(
                f"The stored replicates have format {head.get('format')}, this Assay reads {FORMAT}; "
                "update Assay or score the run again."
            )
        start, found = 0, []
        for entry in head["measures"]:
            size = entry["replicates"]["size"] if entry["replicates"] else 0
            found.append(_from_data(entry, pooled[start : start + size]))
            start += size
        return cls(tuple(found), head["seed"], head["resamples"], _skipped(head["skipped"]))


def _as_data(measure: Measure) -> dict[str, Any]:
    replicates = measure.replicates
    data = {name: getattr(measure, name) for name in Measure.__slots__ if name != "replicates"}
    data["context"], data["where"] = dict(measure.context), dict(measure.where)
    data["notes"] = [note.to_data() for note in measure.notes]
    data["replicates"] = replicates and {
        "value": replicates.value,
        "units": replicates.units,
        "acceleration": replicates.acceleration,
        "size": int(replicates.values.size),
    }
    return data


def _from_data(entry: Mapping[str, Any], values: np.ndarray) -> Measure:
    kept = read_measure(entry)
    about = kept.pop("replicates")
    replicates = about and Replicates(about["value"], values, about["units"], about["acceleration"])
    for name in ("counts", "evidence", "registered"):
        kept[name] = tuple(kept.get(name, ()))
    kept["notes"] = tuple(Said.read(note) for note in kept["notes"])
    kept["where"] = Slice(kept["where"]) if "where" in kept else _old_slice(kept)
    if "other_probe" not in kept:
        kept["probe"], kept["other_probe"] = read_pair(kept["name"], kept["probe"])
    return Measure(**kept, replicates=replicates)


def _skipped(found: Any) -> tuple[Skipped, ...]:
    """Skipped probes; before format 3 they were `kind:name` -> reason."""
    if isinstance(found, dict):
        parts = ((name.rpartition(":"), reason) for name, reason in found.items())
        return tuple(Skipped(name, kind, name, reason) for (kind, _, name), reason in parts)
    return tuple(Skipped(**probe) for probe in found)


def _old_slice(entry: dict[str, Any]) -> Slice:
    """The slice of format 1, where it was text; the context says the names that stand in it."""
    context = entry["context"]
    labels = [str(context[name]) for name in ("label", "other") if name in context]
    groups = [str(context["group"])] if "group" in context else []
    return read_slice(entry["name"], entry.pop("slice"), labels, groups)
