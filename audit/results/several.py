"""Three runs or more side by side: every pair of them tested on the texts all have, corrected for all the tests together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

from audit.errors import InputError, SpecError
from audit.results.reading import Results
from audit.scored import Direction
from audit.store import Store

if TYPE_CHECKING:
    from audit.score.frames import Frames
    from audit.score.pairing import Difference

MOST = 6
"""Runs compared at a time: fifteen pairs of them."""


@dataclass(frozen=True, slots=True)
class Line:
    """One score in every run, on the texts that all of them have.

    Attributes:
        values: of each run, in their order; None where a run has not measured it.
        against_first: whether each run is better (True) or worse (False) than the first; None where that is not established.
        best: place of the run that is established better than every other one; None where none is.
        n: texts, the fewest of the pairs' tests.
        probe, other_probe, registered: see `audit.score.pairing.Difference`.
    """

    name: str
    probe: str
    registered: tuple[str, ...]
    direction: Direction
    values: tuple[float | None, ...]
    against_first: tuple[bool | None, ...]
    best: int | None
    n: int
    other_probe: str = ""

    @property
    def key(self) -> str:
        """As `Score.key`."""
        return f"{self.name}@{self.probe}" if self.probe else self.name


@dataclass(frozen=True, slots=True)
class Several:
    """Runs side by side.

    Attributes:
        runs: full ids in the order asked for; the first is what the others are held against.
        level: of the tests; the highest of the runs'.
        texts: that all of them have.
        tests: how many tests the correction counts.
        needed: texts from which on a difference can be established among so many.
        lines: a score each.
    """

    runs: tuple[str, ...]
    level: float
    texts: int
    tests: int
    needed: int
    lines: tuple[Line, ...]

    def to_json(self) -> dict[str, Any]:
        """As JSON data; a line has its key."""
        return asdict(self) | {"lines": [asdict(line) | {"key": line.key} for line in self.lines]}


def check_several(ids: Sequence[str]) -> None:
    """Refuse what cannot be put side by side; two that are one and the same are no trouble.

    Raises:
        InputError: fewer than two runs, too many, or of several one twice.
    """
    if len(ids) < 2:
        raise InputError("To compare, name two runs or more.")
    if len(ids) > MOST:
        raise InputError(f"At most {MOST} runs are compared at a time, not {len(ids)}; leave some out.")
    if len(set(ids)) < len(ids) > 2:
        raise InputError("A run cannot be compared with itself; name different runs.")


def compare_several(store: Store, ids: Sequence[str]) -> Several:
    """Compare runs pair by pair on the texts that all of them have; the records of each are read once.

    Args:
        store: where they are; ids: full ids, two to `MOST`.

    Raises:
        InputError: fewer than two runs, too many, or of several one twice.
    """
    from audit.score.common import shared

    check_several(ids)
    results = [Results(store, store.run(run_id)) for run_id in ids]
    level, seed = max(one.level for one in results), results[0].run.seed
    frames = shared([one.frames for one in results])
    tested = _corrected(_pairs(frames, level, seed), level)
    every = [difference for found in tested.values() for difference in found.values()]
    keys = dict.fromkeys(difference.key for difference in every)
    return Several(
        runs=tuple(one.run.id for one in results),
        level=level,
        texts=frames[0].examples["content_id"].nunique(),
        tests=len(every),
        needed=every[0].needed if every else 0,
        lines=tuple(_line(key, tested, len(results)) for key in keys),
    )


Tested = Mapping[tuple[int, int], Mapping[str, "Difference"]]
"""The tests of each pair of places, by key."""


def _pairs(frames: Sequence[Frames], level: float, seed: int) -> Tested:
    from audit.score.pairing import compare_runs

    found: dict[tuple[int, int], Mapping[str, Difference]] = {}
    for pair in combinations(range(len(frames)), 2):
        try:
            made = compare_runs(frames[pair[0]], frames[pair[1]], level=level, seed=seed)
        except SpecError:  # nothing to pair
            made = []
        found[pair] = {difference.key: difference for difference in made}
    return found


def _corrected(tested: Tested, level: float) -> Tested:
    """The tests with their p-values adjusted for all pairs together, instead of for those of their own pair."""
    from audit.score.intervals import holm
    from audit.score.sign_flips import texts_needed

    places = [(pair, key) for pair, found in tested.items() for key in found]
    if not places:
        return tested
    adjusted = dict(zip(places, holm([tested[pair][key].p_value for pair, key in places]), strict=True))
    needed = texts_needed(len(places), 1.0 - level)
    return {
        pair: {key: replace(d, p_adjusted=float(adjusted[pair, key]), needed=needed) for key, d in found.items()}
        for pair, found in tested.items()
    }


def _line(key: str, tested: Tested, runs: int) -> Line:
    own = {pair: found[key] for pair, found in tested.items() if key in found}
    about = next(iter(own.values()))
    better = [[_better(own, i, j) for j in range(runs)] for i in range(runs)]
    winners = [i for i in range(runs) if all(better[i][j] is True for j in range(runs) if j != i)]
    return Line(
        name=about.name,
        probe=about.probe,
        registered=about.registered,
        direction=about.direction,
        values=tuple(_value(own, i) for i in range(runs)),
        against_first=tuple(better[i][0] if i else None for i in range(runs)),
        best=winners[0] if winners else None,
        n=min(difference.n for difference in own.values()),
    )


def _better(own: Mapping[tuple[int, int], Difference], one: int, other: int) -> bool | None:
    """Whether run `one` is established better than `other`, or worse."""
    if (other, one) in own:
        return own[other, one].better
    found = own[one, other].better if (one, other) in own else None
    return None if found is None else not found


def _value(own: Mapping[tuple[int, int], Difference], place: int) -> float | None:
    for (i, j), difference in own.items():
        if place in (i, j):
            return difference.first if place == i else difference.second
    return None
