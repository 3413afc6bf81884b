"""Quick versions of `tests/bench/bench_score_coverage.py --only words groups stated judged f1`: fixed seeds, few audits."""

from itertools import combinations_with_replacement, permutations, product

import numpy as np
import pytest
from scipy import stats
from simulated import attack
from simulated_audits import (
    PLANTED,
    confusion_population,
    fitted_weights,
    group_shares,
    group_sizes,
    judged_audit,
    macro_f1_of,
    sums_of,
    true_overuse,
    word_audit,
)
from sklearn import metrics

from audit.score.bootstrap import NEVER_WIDENED, confidence_distribution, probabilities
from audit.score.f1 import macro_f1
from audit.score.frames import build_frames
from audit.score.intervals import wilson
from audit.score.measurer import Measurer
from audit.score.overuse import Expectation, _tail
from audit.score.shortcuts import shortcuts
from audit.score.validity import valid_success_rate
from audit.score.widest import widest_gap
from audit.score.word_rows import word_rows, word_table

METHOD = "leave_one_out"


def accused(seed, rows, **about):
    frames = word_audit(np.random.default_rng(seed), rows, **about)
    lines = word_rows(frames, METHOD)
    return {one.word["word"] for one in shortcuts(frames, [(METHOD, word_table(lines, METHOD), lines)])[METHOD]}


def beyond_chance(hits, trials, rate):
    """Whether so many hits say, at 1 in 1,000, that the rate is exceeded."""
    return stats.binom.sf(hits - 1, trials, rate) < 0.001


# ---- words


@pytest.mark.parametrize(
    ("rows", "audits", "about"),
    [
        (200, 80, {}),
        (500, 50, {"words": 60}),
        (1800, 30, {}),
        (200, 50, {"classes": 5}),
        (200, 50, {"sharpness": 8.0}),
        (200, 50, {"probabilities": False}),
    ],
)
def test_a_sound_model_is_accused_in_at_most_5_of_100_audits(rows, audits, about):
    hits = sum(bool(accused(seed, rows, **about)) for seed in range(audits))
    assert not beyond_chance(hits, audits, 0.05)


def test_a_planted_word_is_found_and_no_other_takes_the_blame():
    made = [accused(seed, 500, words=40, planted=2.0, planted_in=0.15) for seed in range(25)]
    assert sum(PLANTED in one for one in made) >= 22
    assert sum(bool(one - {PLANTED}) for one in made) <= 3


def test_a_word_that_the_model_counts_for_less_than_it_is_worth_is_no_shortcut():
    rng = np.random.default_rng(0)
    weights = rng.normal(0.0, 0.8, (20, 2))
    for seed in range(10):
        assert accused(seed, 800, words=20, weights=weights, model=0.5 * weights) == set()


def test_a_model_that_learnt_from_few_rows_does_overuse_the_words_it_is_accused_of():
    """Held against the population's own probabilities, which no label is drawn from: an accusation is true of the model."""
    said = []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        weights = rng.normal(0.0, 0.6, (60, 2))
        weights -= weights.mean(axis=1, keepdims=True)  # as a model has them: only differences of classes count
        model = fitted_weights(rng, 500, weights)
        frames = word_audit(rng, 5000, words=60, weights=weights, model=model)
        lines = word_rows(frames, METHOD)
        for one in shortcuts(frames, [(METHOD, word_table(lines, METHOD), lines)])[METHOD]:
            word, label = int(one.word["word"][1:]), int(one.word["target"][1:])
            beyond = true_overuse(np.random.default_rng(1000 + seed), weights, model)[word, label]
            said.append((beyond, model[word, label] - weights[word, label] > 0.0))
            assert one.overuse.excess == pytest.approx(beyond, abs=0.07)
    assert len(said) >= 5
    assert all(beyond > 0.01 and heavier for beyond, heavier in said)


def test_the_tail_is_that_of_the_exact_sum():
    """Against enumeration of all outcomes, near-certain texts and even ones: close, and hardly ever below."""
    for p in (np.full(12, 0.97), np.full(14, 0.6), np.linspace(0.5, 0.99, 13)):
        outcomes = (np.arange(2**p.size)[:, None] >> np.arange(p.size)) & 1
        chance = np.prod(np.where(outcomes == 1, p, 1.0 - p), axis=1)
        for misses in range(int(np.ceil((1.0 - p).sum())) + 1, 7):
            exact = chance[p.size - outcomes.sum(axis=1) >= misses].sum()
            shortfall = p.sum() - (p.size - misses)
            ours = _tail(shortfall - 0.5, np.ones(p.size), p)
            assert 0.8 * exact - 1e-4 <= ours <= 4.0 * exact + 1e-4  # cautious far out


def test_overuse_counts_what_is_expected_and_what_is():
    rng = np.random.default_rng(1)
    p = rng.uniform(0.05, 0.95, 400)
    truth = rng.random(400) < p
    inside = np.arange(400) < 60
    sound = Expectation.of_probabilities(truth, p).overuse(inside)
    assert (sound.texts, sound.hits) == (60, truth[:60].sum())
    assert sound.expected == pytest.approx(p[:60].sum())
    assert sound.p_value > 0.01
    shifted = np.where(inside, 1.0 / (1.0 + np.exp(-(np.log(p / (1 - p)) + 2.0))), p)
    leaning = Expectation.of_probabilities(truth, shifted).overuse(inside)
    assert leaning.p_value < 1e-3
    assert leaning.excess == pytest.approx((shifted[:60].sum() - truth[:60].sum()) / 60)


# ---- groups


@pytest.mark.parametrize(("groups", "sizes"), [(3, "30"), (5, "rising"), (40, "30")])
def test_groups_that_do_not_differ_are_said_to_differ_in_at_most_5_of_100_audits(groups, sizes):
    audits, apart = 60, 0
    rows = group_sizes(sizes, groups)
    for seed in range(audits):
        rng = np.random.default_rng(seed)
        shares = rng.binomial(rows, 0.8) / rows
        apart += widest_gap(shares, rows.astype(float), rng, resamples=200).interval(0.95).low > 0
    assert not beyond_chance(apart, audits, 0.05)


def test_the_interval_of_the_widest_of_three_gaps_covers_by_enumeration():
    """Every outcome of three groups of 12 rows, at its exact probability: no luck of draws in what is covered."""
    n, sides = 12, np.arange(13)
    low, high = np.zeros((2, n + 1, n + 1, n + 1))
    for hits in combinations_with_replacement(range(n + 1), 3):
        rng = np.random.default_rng(hits)
        ends = widest_gap(np.array(hits) / n, np.full(3, float(n)), rng, resamples=200).interval(0.95)
        for same in set(permutations(hits)):
            low[same], high[same] = max(ends.low, 0.0), ends.high
    for bottom, gap, middle in product((0.3, 0.45, 0.6, 0.75), (0.0, 0.1, 0.2, 0.35), (0.0, 0.5, 1.0)):
        if bottom + gap > 0.97:
            continue
        one, two, three = (stats.binom.pmf(sides, n, p) for p in (bottom, bottom + middle * gap, bottom + gap))
        chance = one[:, None, None] * two[:, None] * three
        covered = (chance * ((low <= gap + 1e-9) & (high >= gap - 1e-9))).sum()
        assert covered >= 0.93, (bottom, gap, middle)
        assert gap > 0.0 or (chance * (low > 0.0)).sum() <= 0.05


@pytest.mark.parametrize("pattern", ["one lower", "one higher", "two", "even", "halves"])
@pytest.mark.parametrize(("groups", "sizes"), [(4, "30"), (6, "falling"), (20, "50")])
def test_the_interval_of_the_widest_gap_holds_the_true_one(pattern, groups, sizes):
    audits, missed = 30, 0
    shares, rows = group_shares(pattern, groups, 0.8, 0.2), group_sizes(sizes, groups)
    for seed in range(audits):
        rng = np.random.default_rng(seed)
        low, high = widest_gap(rng.binomial(rows, shares) / rows, rows.astype(float), rng, resamples=200).interval(0.95)
        missed += not low <= np.ptp(shares) <= high
    assert not beyond_chance(missed, audits, 0.07)


def test_a_gap_that_is_plain_is_found_and_its_size_is_right():
    rows = np.full(8, 400.0)
    shares = np.array([0.6, *[0.9] * 7])
    made = widest_gap(shares, rows, np.random.default_rng(0), resamples=1000)
    assert made.value == pytest.approx(0.3, abs=0.03)
    low, high = made.interval(0.95)
    assert 0.2 < low < made.value < high < 0.4
    assert made.interval(0.99).low < low


# ---- judged attacks


@pytest.mark.parametrize("judged", [20, 40, 80, 500])
def test_the_rate_of_judged_attacks_is_covered_however_many_people_judged(judged):
    frame = build_frames([attack(f"r{i}", "success") for i in range(200)], labels=("negative", "positive")).attacks
    audits, missed = 100, 0
    for seed in range(audits):
        rng = np.random.default_rng(seed)
        drawn, reviews = judged_audit(rng, frame, judged=judged, success=0.5, keeps=0.6, rule=0.8)
        low, high = valid_success_rate("textfooler", drawn, Measurer(seed, 400), reviews).interval(0.95)
        missed += not low <= 0.3 <= high
    assert not beyond_chance(missed, audits, 0.06)


# ---- F1


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        (np.array([[0.9604, 0.0196], [0.008, 0.012]]), 200),
        (np.array([[0.9751, 0.0049], [0.002, 0.018]]), 500),
        (confusion_population(np.random.default_rng(5), 20, recall=0.85), 300),
        (confusion_population(np.random.default_rng(5), 77, recall=0.9), 300),
    ],
)
def test_macro_f1_is_covered_with_a_rare_class_and_with_many(table, rows):
    audits, missed = 80, 0
    table = table / table.sum()
    f1_of = 2.0 * np.diag(table) / (table.sum(axis=0) + table.sum(axis=1))
    for seed in range(audits):
        counts = np.random.default_rng(seed).multinomial(rows, table.ravel()).reshape(table.shape)
        low, high = macro_f1(sums_of(counts), resamples=200).interval(0.95)
        missed += not low <= f1_of[counts.sum(axis=1) > 0].mean() <= high
    assert not beyond_chance(missed, audits, 0.07)


def test_macro_f1_of_many_rows_has_the_interval_of_resampled_rows():
    rng = np.random.default_rng(3)
    table = confusion_population(rng, 4, recall=0.8)
    counts = rng.multinomial(4000, table.ravel() / table.sum()).reshape(4, 4)
    made = macro_f1(sums_of(counts), resamples=1000)
    truth, guess = (np.repeat(np.nonzero(np.ones((4, 4)))[i], counts.ravel()) for i in (0, 1))
    assert (
        made.value
        == pytest.approx(metrics.f1_score(truth, guess, average="macro"))
        == pytest.approx(macro_f1_of(counts))
    )
    plain = [macro_f1_of(rng.multinomial(4000, counts.ravel() / 4000).reshape(4, 4)) for _ in range(2000)]
    assert made.interval(0.95) == pytest.approx(tuple(np.quantile(plain, [0.025, 0.975])), abs=0.002)


def test_macro_f1_of_one_class_is_its_f1_with_wilsons_ends():
    made = macro_f1(sums_of(np.array([[7, 3], [0, 0]])), resamples=4000)
    bounds = wilson(7, 10)
    assert made.value == pytest.approx(2 * 0.7 / 1.7)
    assert made.interval(0.95).low == pytest.approx(2 * bounds.low / (1 + bounds.low), abs=0.02)


def test_a_confidence_distribution_gives_its_ends_at_every_level():
    made = confidence_distribution(0.0, stats.norm.ppf(probabilities(2000)))
    assert made.units == NEVER_WIDENED
    for level in (0.8, 0.95, 0.99):
        assert made.interval(level).high == pytest.approx(stats.norm.ppf(0.5 + level / 2), abs=0.02)
