"""What a comparison comes to, in sentences: said by the corrected tests alone, the same on pages, on paper and in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from audit.language.numbers import SHARES
from audit.language.printable import printable
from audit.report.blocks import Tone
from audit.report.compared import Compared
from audit.report.strings import Strings
from audit.results.several import Line, Several
from audit.score.definitions import define
from audit.score.wording import probe_names, title_said

if TYPE_CHECKING:
    from audit.score.pairing import Difference

TOLD = 3
"""Differences that the first sentences tell; the others are counted."""


def headline(found: Compared, say: Strings) -> tuple[str, ...]:
    """The sentences that a comparison begins with."""
    if found.several is not None:
        return _of_several(found, found.several, say)
    tests = _tests(found)
    if not tests:
        return (say("compare.nothing"),)
    settled = established(tests)
    if not settled:
        most = max(difference.n for difference in tests)
        needed = tests[0].needed
        return (say("compare.too_few", texts=most, needed=needed) if most < needed else say("compare.none"),)
    names = who(found, say)
    told = [clause(difference, names[1], say) for difference in settled[:TOLD]]
    more, rest = len(settled) - len(told), len(tests) - len(settled)
    told += [say.count("compare.more", more)] if more else []
    return (*told, *([say.count("compare.rest", rest)] if rest else []))


def outcome(found: Compared, say: Strings) -> tuple[str, Tone]:
    """A comparison in a few words, with the tone they are shown in."""
    if found.several is not None:
        best = sum(line.best is not None for line in found.several.lines)
        return (
            (say.count("compare.several_best_said", best), "open")
            if best
            else (say("compare.several_none_said"), "muted")
        )
    tests = _tests(found)
    if not tests:
        return say("compare.nothing_said"), "muted"
    better, worse = (sum(d.better is way for d in tests) for way in (True, False))
    other = len(established(tests)) - better - worse
    parts = [
        say.count(f"compare.{name}_said", n)
        for name, n in (("worse", worse), ("better", better), ("other", other))
        if n
    ]
    tone: Tone = "bad" if worse and not better else "good" if better and not worse else "open" if parts else "muted"
    return ", ".join(parts) or say("compare.none_said"), tone


def who(found: Compared, say: Strings) -> tuple[str, ...]:
    """What each run is called in a sentence: by its name, or by its place where two have the same."""
    names = [printable(run.name, 60) for run in found.runs]
    if len(set(names)) == len(names):
        return tuple(say("compare.who", name=name) for name in names)
    if len(names) == 2:
        return say("compare.first"), say("compare.second")
    return tuple(say("compare.run", n=place) for place in range(1, len(names) + 1))


def established(tests: Sequence[Difference]) -> list[Difference]:
    """The differences beyond chance, those to the worse first, then by how sure they are."""
    return sorted(
        (d for d in tests if d.established), key=lambda d: (d.better is not False, d.better is None, d.p_adjusted)
    )


def clause(difference: Difference, name: str, say: Strings) -> str:
    """One established difference as a sentence with its amount and the interval of that."""
    unit = define(difference.name).unit
    up = difference.difference > 0.0
    if difference.direction == "neutral":
        key = "higher" if up else "lower"
    elif difference.direction == "higher_is_better":
        key = "gains" if up else "loses"
    else:
        key = "rises" if up else "falls"
    amount = say.numbers.difference(abs(difference.difference), unit, sign=False)
    score = score_inside(difference, say)
    said = say(f"compare.{key}", who=name, amount=amount, score=score)
    said = said[:1].upper() + said[1:]
    if difference.low is None or difference.high is None:
        return say("compare.clause_bare", said=said)
    low, high = (difference.low, difference.high) if up else (-difference.high, -difference.low)
    interval = say.numbers.interval(low, high, "points" if unit in SHARES else unit)
    return say("compare.clause", said=said, level=say.numbers.level(difference.level), interval=interval)


def score_inside(score: Difference | Line, say: Strings) -> str:
    """A score within a sentence, with the probe it is about."""
    title = say.get(f"compare.inside.{score.name}", title_said(score.name))
    return say("compare.of_probe", score=title, probe=printable(probe_names(score), 80)) if score.probe else title


def score_title(score: Difference | Line) -> str:
    """A score as a head, with the probe it is about."""
    return " · ".join(part for part in (title_said(score.name), printable(probe_names(score), 80)) if part)


def aligned(difference: Difference) -> tuple[float, float | None, float | None]:
    """How much better the second run is, with its interval: a difference turned so that more is better."""
    d = difference
    if d.direction != "lower_is_better":
        return d.difference, d.low, d.high
    return -d.difference, None if d.high is None else -d.high, None if d.low is None else -d.low


def _of_several(found: Compared, several: Several, say: Strings) -> tuple[str, ...]:
    if not several.lines:
        return (say("compare.nothing"),)
    names, told = who(found, say), []
    for place, name in enumerate(names):
        won = [score_inside(line, say) for line in several.lines if line.best == place]
        if won:
            said = say("compare.several_best", who=name, scores=", ".join(won))
            told.append(said[:1].upper() + said[1:])
    return tuple(told) or (say("compare.several_none", tests=several.tests),)


def _tests(found: Compared) -> Sequence[Difference]:
    return found.pair.paired if found.pair is not None else ()
