"""Makes measures: each quantity draws from a generator of its own, so no number depends on which others are computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from audit.said import Said, told
from audit.score.bootstrap import RESAMPLES, Floats, Replicates, of_mean, of_quantile, of_sums, ratio
from audit.score.measures import EVIDENCE, Basis, Measure
from audit.score.sparse import of_share
from audit.seeds import row_generator
from audit.slices import Slice, about_probes

FEW = 10
"""Fewer texts than this with (or without) a hit: the bootstrap is too narrow, the interval of a share of texts stands in."""


class About(TypedDict, total=False):
    """What a measure is about, besides its name and numbers; see `Measure`."""

    probe: str
    other_probe: str
    where: Slice
    notes: tuple[Said, ...]
    evidence: Iterable[str]
    context: Mapping[str, Any]
    definition: str


@dataclass(frozen=True, slots=True)
class Measurer:
    """Turns arrays over texts into measures.

    Values and weights are (n,) over distinct texts; a weight is how many rows of the table share the text.
    """

    seed: int = 0
    resamples: int = RESAMPLES

    def generator(self, name: str, about: About) -> np.random.Generator:
        """The generator of one quantity."""
        probes = about_probes(about.get("probe", ""), about.get("other_probe", ""))
        return row_generator(self.seed, f"{name}@{probes}[{about.get('where', '')}]", "bootstrap")

    def proportion(self, name: str, hits: ArrayLike, weights: ArrayLike, **about: Unpack[About]) -> Measure:
        """A share of rows, one trial a text: on the effective number of texts where some are duplicated."""
        hit, weight = _floats(hits), _floats(weights)
        rows = float(weight.sum())
        if rows == 0:
            return absent(name, Said("note.no_rows"), **about)
        share = float((hit * weight).sum() / rows)
        effective = rows**2 / float((weight**2).sum())
        if effective < rows - 1e-9:
            about["notes"] = told(*about.get("notes", ()), Said("note.duplicates", {"texts": round(effective)}))
        counts = (min(share * effective, effective), effective)
        return _measure(name, share, rows, about, basis="wilson", counts=counts)

    def count(self, name: str, hits: float, trials: float, **about: Unpack[About]) -> Measure:
        """A share of rows, each a trial of its own."""
        if trials == 0:
            return absent(name, Said("note.no_rows"), **about)
        return _measure(name, hits / trials, trials, about, basis="wilson", counts=(hits, trials))

    def rate(
        self, name: str, hits: ArrayLike, trials: ArrayLike, weights: ArrayLike, **about: Unpack[About]
    ) -> Measure:
        """Hits per trial with several trials a text: cluster bootstrap over texts.

        The interval of a share of texts stands in where fewer than 10 texts have a hit or fewer than 10 have a miss; a
        mean over a text's trials varies less than one trial, so that interval errs on the wide side.
        """
        hit, trial, weight = _floats(hits), _floats(trials), _floats(weights)
        some = trial > 0
        hit, trial, weight = hit[some], trial[some], weight[some]
        if trial.size == 0:
            return absent(name, Said("note.no_rows"), **about)
        if (trial == 1).all():
            return self.proportion(name, hit, weight, **about)
        share = float((hit * weight).sum() / (trial * weight).sum())
        rows = float(weight.sum())
        if min(int((hit > 0).sum()), int((hit < trial).sum())) < FEW:
            mass = weight * trial
            effective = float(mass.sum()) ** 2 / float((mass**2).sum())
            about["notes"] = told(*about.get("notes", ()), Said("note.few_hits", {"interval": of_share(effective)}))
            return _measure(name, share, rows, about, basis="wilson", counts=(share * effective, effective))
        sums = np.column_stack([hit * weight, trial * weight])
        return self.sums(name, sums, ratio, rows=rows, **about)

    def mean(
        self, name: str, values: ArrayLike, weights: ArrayLike, *, bca: bool = False, **about: Unpack[About]
    ) -> Measure:
        """A mean over rows: bootstrap over texts. Values that are not finite are left out."""
        value, weight = _floats(values), _floats(weights)
        kept = np.isfinite(value)
        if not kept.any():
            return absent(name, Said("note.no_value"), **about)
        made = of_mean(value[kept], weight[kept], self.generator(name, about), resamples=self.resamples, bca=bca)
        return _measure(name, made.value, weight[kept].sum(), about, basis="bootstrap", replicates=made)

    def quantile(self, name: str, values: ArrayLike, weights: ArrayLike, q: float, **about: Unpack[About]) -> Measure:
        """A quantile over rows: bootstrap over texts, where they are enough to bound it. Values that are not finite are left out."""
        value, weight = _floats(values), _floats(weights)
        kept = np.isfinite(value)
        if not kept.any():
            return absent(name, Said("note.no_value"), **about)
        made = of_quantile(value[kept], weight[kept], q, self.generator(name, about), resamples=self.resamples)
        return _measure(name, made.value, weight[kept].sum(), about, basis="quantile", counts=(q,), replicates=made)

    def sums(
        self,
        name: str,
        contributions: Floats,
        statistic: Callable[[Floats], Floats],
        *,
        rows: float,
        sizes: NDArray[np.integer] | None = None,
        bca: bool = False,
        **about: Unpack[About],
    ) -> Measure:
        """A statistic of sums over texts, see `bootstrap.of_sums`; `rows` is the n to print."""
        generator = self.generator(name, about)
        made = of_sums(contributions, statistic, generator, sizes=sizes, resamples=self.resamples, bca=bca)
        return self.replicated(name, made, rows=rows, **about)

    def replicated(
        self,
        name: str,
        made: Replicates,
        *,
        rows: float,
        basis: Basis = "bootstrap",
        texts: float | None = None,
        **about: Unpack[About],
    ) -> Measure:
        """A measure of replicates, or of a confidence distribution (mover, inversion) over so many texts, made elsewhere."""
        if not np.isfinite(made.value):
            return absent(name, Said("note.undefined"), **about)
        counts = () if texts is None else (texts,)
        return _measure(name, made.value, rows, about, basis=basis, counts=counts, replicates=made)


def difference(name: str, first: tuple[float, float], second: tuple[float, float], **about: Unpack[About]) -> Measure:
    """Second minus first share of two sets of rows without common texts, each (successes, trials): Newcombe."""
    if first[1] == 0 or second[1] == 0:
        return absent(name, Said("note.no_pairs"), **about)
    value = second[0] / second[1] - first[0] / first[1]
    counts = (*second, *first)
    return _measure(name, value, first[1] + second[1], about, basis="newcombe", counts=counts)


def absent(name: str, why: Said, **about: Unpack[About]) -> Measure:
    """A measure without a value, and the reason."""
    about["notes"] = told(*about.get("notes", ()), why)
    return _measure(name, None, 0, about)


def _measure(name: str, value: float | None, rows: float, about: About, **basis: Any) -> Measure:
    kept: dict[str, Any] = dict(about)
    kept["evidence"] = tuple(str(row_id) for row_id in about.get("evidence", ()))[:EVIDENCE]
    return Measure(name=name, value=value, n=round(rows), **basis, **kept)


def _floats(values: ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64).ravel()
