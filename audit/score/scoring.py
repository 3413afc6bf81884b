"""The one entry: a run's records to its measures (once), and its measures to scores at any level (at once)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from audit.kinds import load, parts
from audit.score.bootstrap import RESAMPLES
from audit.score.frames import Frames
from audit.score.measurer import Measurer
from audit.score.measures import Measure, Measures, Skipped
from audit.score.validity import Reviews, valid_success_rate
from audit.scored import Score

Family = Callable[[Frames, Measurer], Iterator[Measure]]


def measure_run(
    frames: Frames,
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
    reviews: Reviews | None = None,
    skipped: Iterable[Skipped] = (),
) -> Measures:
    """Everything there is to measure in a run's records; the slow part, done once at its end and stored.

    Args:
        frames: the run's records as columns.
        seed: the run's seed; every quantity derives its own generator.
        resamples: bootstrap resamples per quantity.
        reviews: what people said of adversarial examples, (probe, row id) -> same, different or unsure.
        skipped: probes that were asked for and did not run.
    """
    families = (lambda frames, measurer: _families(frames, measurer, reviews),)
    return replace(measure_families(frames, families, seed=seed, resamples=resamples), skipped=tuple(skipped))


def measure_families(
    frames: Frames, families: Iterable[Family], *, seed: int = 0, resamples: int = RESAMPLES
) -> Measures:
    """What some families of scores measure, for whoever needs no more: each number is the one `measure_run` gives."""
    measurer = Measurer(seed, resamples)
    found = (measure for family in families for measure in family(frames, measurer))
    return Measures(tuple(_named(measure, frames.names) for measure in found), seed, resamples)


def score_run(source: Frames | Measures, *, level: float = 0.95, seed: int = 0) -> list[Score]:
    """The scores of a run at a confidence level, from its measures (under a second) or, measuring first, its records."""
    measures = source if isinstance(source, Measures) else measure_run(source, seed=seed)
    return measures.scores(level)


def with_reviews(measures: Measures, frames: Frames, reviews: Reviews) -> Measures:
    """The same measures after people have judged: only what reviews feed is measured again.

    Args:
        measures: the run's.
        frames: need hold no more than the run's attacks.
        reviews: all judgements so far, (probe, row id) -> same, different or unsure.
    """
    measurer = Measurer(measures.seed, measures.resamples)
    fresh = []
    for probe, rows in frames.attacks.groupby("probe", sort=True):
        tried = rows[~rows["error"] & (rows["status"] != "skipped") & (rows["goal"] == "untargeted")]
        if len(tried):
            fresh.append(_named(valid_success_rate(str(probe), tried, measurer, reviews), frames.names))
    return measures.replace(fresh)


def _named(measure: Measure, names: Mapping[str, str]) -> Measure:
    """The measure with the registered names of its probes."""
    if measure.probe not in names:
        return measure
    keys = (measure.probe, measure.other_probe) if measure.other_probe else (measure.probe,)
    return replace(measure, registered=tuple(names[key] for key in keys))


def _families(frames: Frames, measurer: Measurer, reviews: Reviews | None) -> Iterator[Measure]:
    for part in parts("families"):
        family = load(part.path)
        yield from family(frames, measurer, reviews) if part.reviewed else family(frames, measurer)
