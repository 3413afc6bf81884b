"""What must hold of every score of every run, however small: an interval with room in it or the reason for none, strict JSON."""

from __future__ import annotations

import math
from itertools import product

from audit.records import to_dict
from audit.score.checks import decide
from audit.score.definitions import define
from audit.score.findings import find
from audit.score.policy import Check
from audit.strict_json import dumps


def assert_honest(measures):
    for measure in measures:
        for level in (0.8, 0.95, 0.999):
            score = measure.score(level)
            told = f"{score.key} of {score.n}: {score.value} ({score.low} to {score.high}) {score.method}; {score.note}"
            for number in (score.value, score.low, score.high):
                assert number is None or math.isfinite(number), told
            assert (score.low is None) == (score.high is None), told
            if score.low is None:
                assert score.note, told
                continue
            assert score.low <= score.value + 1e-9 and score.value - 1e-9 <= score.high, told  # noqa: PT018
            least, most = define(score.definition).range
            assert least - 1e-9 <= score.low and score.high <= most + 1e-9, told  # noqa: PT018
            if measure.basis != "quantile":
                assert score.high - score.low > 1e-6 or "counted whole" in score.note, told
        if measure.value is None:
            continue
        for threshold, side in product((measure.value - 1e-3, measure.value + 1e-3), ("min", "max")):
            decision = decide(Check("c", measure.name, **{side: threshold}), measure, 0.95, 1)
            if decision.interval is None and not measure.counted:
                assert decision.verdict == "INCONCLUSIVE"
                assert decision.reason


def assert_told(measures):
    """Findings are whole sentences, and strict JSON holds everything."""
    for finding in find(measures):
        assert "()" not in finding.title + finding.note
        assert "interval is ;" not in finding.note
        assert "nan" not in (finding.title + finding.note).lower()
        dumps(to_dict(finding))
    dumps([to_dict(score) for score in measures.scores()])
    measures.to_bytes()
