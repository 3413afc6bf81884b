"""The figures a reader meets first: one list for the pages, the paper and the lists of runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from audit.scored import Finding, Score, Verdict

CARD = (
    "accuracy", "accuracy_under_attack", "prediction_retained", "worst_case_accuracy", "worst_case_retained", "ece",
    "attack_success_rate_valid", "macro_f1", "hamming_loss", "comprehensiveness_normalised", "flip_rate",
)  # fmt: skip
"""What the score card shows, the first first, as far as the run has it."""
PERFORMANCE = (
    "accuracy", "macro_f1", "micro_f1", "hamming_loss", "ece", "brier", "temperature", "confidence_gap", "truncated_share",
    "duplicate_share",
)  # fmt: skip
"""What is shown of the model as it is, before anybody attacks it."""
TELLING = ("worst_case_accuracy", "accuracy_under_attack", "prediction_retained", "worst_case_retained", "accuracy")
"""What stands for a run on a list: the first that it has."""
UNDER_ATTACK = ("accuracy_under_attack", "prediction_retained")
"""What is left under one attack, of labelled rows and of others."""


def card(scores: Sequence[Score], most: int) -> list[Score]:
    """The score card: of every quantity the score that is surest to be bad, at most so many."""
    found = [score for name in CARD if (score := surest(scores, name)) is not None]
    return found[:most]


def performance_card(scores: Sequence[Score], most: int = 8) -> list[Score]:
    """The figures of the model as it is, at most so many."""
    return [score for name in PERFORMANCE if (score := surest(scores, name)) is not None][:most]


def telling(scores: Sequence[Score]) -> Score | None:
    """The one figure that stands for a run; None without scores."""
    return next((score for name in TELLING if (score := surest(scores, name)) is not None), None)


def worst_attack(scores: Sequence[Score]) -> Score | None:
    """What is left under the attack that is surest to break the model; None without attacks."""
    return next((score for name in UNDER_ATTACK if (score := surest(scores, name)) is not None), None)


def surest(scores: Iterable[Score], name: str) -> Score | None:
    """Of several probes' scores of one quantity the one that is surest to be bad: whose better end is worst.

    A high value from few rows is no reason to show it: 2 flips of 3 rows may be luck, 40 of 100 are not. None without any.
    """
    found = [s for s in scores if s.name == name and not s.slice and s.value is not None]
    return min(found, key=_goodness, default=None)


def verdict_of(findings: Iterable[Finding], score: Score) -> Verdict | None:
    """The worst verdict of the checks about a score; None where none is: patterns inform and judge nothing."""
    found = {finding.verdict for finding in findings if finding.decides and finding.score.key == score.key}
    return next((verdict for verdict in ("FAIL", "INCONCLUSIVE", "PASS") if verdict in found), None)


def _goodness(score: Score) -> tuple[float, float, str]:
    value = score.value or 0.0
    if score.direction == "lower_is_better":
        return -(value if score.low is None else score.low), -value, score.probe
    return value if score.high is None else score.high, value, score.probe
