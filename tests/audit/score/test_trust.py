"""When an answer may be trusted: promises are kept over many tables, sets hold the truth, and small tables promise nothing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from audit.records import Example, Prediction
from audit.score.abstaining import DOUBT, STARTS, abstaining, fewest, promise
from audit.score.conformal import conformal, least_likely
from audit.score.findings import find
from audit.score.frames import build_frames
from audit.score.measures import Measures
from audit.score.policy import policy_from_dict
from audit.score.scoring import measure_families

LABELS = ("a", "b", "c")


def drawn(n, seed, slope=1.0):
    """Confidences and whether each answer is wrong: less often the surer it is, for `slope` 1 as often as is stated."""
    draw = np.random.default_rng(seed)
    confidence = 0.34 + 0.66 * draw.beta(4, 1.2, n)
    return confidence, draw.random(n) < slope * (1.0 - confidence)


@pytest.mark.parametrize("wanted", [0.02, 0.05, 0.10])
@pytest.mark.parametrize("slope", [1.0, 2.0])
def test_a_promised_error_is_kept_in_nineteen_of_twenty_tables(wanted, slope):
    sure, wrong = drawn(400_000, 99, slope)
    broken = given = 0
    for seed in range(200):
        found = promise(*drawn(800, seed, slope), wanted)
        if found is not None:
            given += 1
            broken += wrong[sure >= found.threshold].mean() > wanted
    assert broken <= binom.ppf(0.999, 200, DOUBT)
    if (wanted, slope) == (0.10, 1.0):
        assert given > 150


def test_the_more_error_is_wanted_the_more_is_answered_and_the_count_is_of_what_is_answered():
    confidence, wrong = drawn(3000, 1)
    found = [promise(confidence, wrong, wanted) for wanted in (0.08, 0.10, 0.15)]
    assert [one.answered for one in found] == sorted(one.answered for one in found)
    for one in found:
        assert one.answered == (confidence >= one.threshold).sum()
        assert one.errors == wrong[confidence >= one.threshold].sum()


def test_what_cannot_be_promised_is_not():
    confidence, wrong = drawn(500, 2)
    assert promise(confidence, np.ones(500, bool), 0.10) is None
    assert promise(confidence[:20], wrong[:20], 0.05) is None
    least = fewest(0.05)
    assert (1 - 0.05) ** least <= DOUBT / STARTS < (1 - 0.05) ** (least - 1)
    assert promise(np.linspace(0.5, 0.9, least), np.zeros(least, bool), 0.05).answered == least
    assert promise(np.linspace(0.5, 0.9, least - 1), np.zeros(least - 1, bool), 0.05) is None


def test_equal_confidences_are_answered_together_or_not_at_all():
    confidence = np.repeat([0.9, 0.6], 200)
    wrong = np.zeros(400, bool)
    wrong[200:260] = True
    assert promise(confidence, wrong, 0.05).answered == 200


def frames(n, seed, sharp=3.0, labelled=True):
    draw = np.random.default_rng(seed)
    examples, answers = [], []
    for _ in range(n):
        truth = int(draw.integers(3))
        logits = draw.standard_normal(3) + sharp * (np.arange(3) == truth)
        probs = np.exp(logits) / np.exp(logits).sum()
        row = f"{draw.integers(2**62):016x}"
        examples.append(Example(row, f"text {row}", label=LABELS[truth] if labelled else None))
        answers.append(Prediction(row, LABELS[int(probs.argmax())], tuple(map(float, probs)), 3, 3, probe="predict"))
    return build_frames(answers, labels=LABELS, examples=examples)


def measured(made):
    return {m.key: m for m in measure_families(made, [abstaining, conformal], seed=0)}


def test_sets_hold_the_truth_as_often_as_asked_over_many_tables():
    held = [measured(frames(240, seed, 1.0))["set_coverage"].value for seed in range(40)]
    assert np.mean(held) == pytest.approx(0.90, abs=0.02)


def test_the_least_probability_is_the_quantile_of_the_paper():
    probabilities = np.arange(1, 100) / 100  # 99 texts: the 10th smallest
    assert least_likely(probabilities, 0.90) == 0.10
    assert least_likely(probabilities[:8], 0.90) == 0.0  # too few to promise anything: every label


def test_a_sharp_model_has_small_sets_and_answers_more():
    sharp, dull = measured(frames(900, 1, 4.0)), measured(frames(900, 1, 0.5))
    assert sharp["set_size"].value < dull["set_size"].value
    answered = "answered_share[error_at_most=0.05]"
    assert sharp[answered].value > 0.8
    assert dull[answered].value == 0.0
    assert dull[answered].notes[0].key == "note.no_promise"
    assert {key for key in sharp if key.startswith("set_coverage[")} == {
        f"set_coverage[label={label}]" for label in LABELS
    }


def test_too_small_a_table_says_how_many_rows_it_takes_and_one_without_labels_nothing():
    small = measured(frames(20, 3))
    assert list(small) == ["answered_share[error_at_most=0.1]"]
    assert small["answered_share[error_at_most=0.1]"].value is None
    assert small["answered_share[error_at_most=0.1]"].notes[0].values == {"needed": fewest(0.10), "rows": 20}
    assert measured(frames(300, 3, labelled=False)) == {}


def test_a_check_on_trust_is_told_in_whole_sentences():
    checks = [
        {"id": "answers", "score": "answered_share", "slice": "error_at_most=0.05", "min": 0.99, "severity": "low"},
        {"id": "sets", "score": "set_coverage", "min": 0.2, "severity": "low"},
        {"id": "sets-of-a", "score": "set_coverage", "slice": "label=a", "min": 0.2, "severity": "low"},
    ]
    policy = policy_from_dict({"name": "trust", "version": 1, "alpha": 0.05, "check": checks})
    measures = Measures(tuple(measure_families(frames(900, 1, 0.5), [abstaining, conformal], seed=0)))
    titles = {finding.score.key: finding.title for finding in find(measures, policy)}
    assert titles["answered_share[error_at_most=0.05]"].startswith("If at most 5.0% of the answers may be wrong, 0.0%")
    assert titles["set_coverage"].startswith("In rows of the whole table, ")
    assert titles["set_coverage[label=a]"].startswith("In rows labelled 'a', ")
