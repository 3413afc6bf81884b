from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from audit.score import bootstrap
from audit.score.bootstrap import of_mean, of_quantile, of_sums, ratio


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("bca", [False, True])
def test_intervals_of_a_skewed_mean_are_scipys(bca):
    x = rng(1).exponential(size=400)
    made = of_mean(x, np.ones(400), rng(2), resamples=20_000, bca=bca)
    method = "BCa" if bca else "percentile"
    expected = stats.bootstrap((x,), np.mean, method=method, n_resamples=20_000, rng=3).confidence_interval
    width = expected.high - expected.low
    assert made.value == pytest.approx(x.mean())
    assert made.interval() == pytest.approx(tuple(expected), abs=0.03 * width)
    assert made.method == ("bootstrap-bca(20000)" if bca else "bootstrap-percentile(20000)")


def test_the_same_seed_gives_the_same_replicates_and_another_seed_others():
    x = rng(1).normal(size=50)
    first, again, other = (of_mean(x, np.ones(50), rng(seed)) for seed in (5, 5, 6))
    assert np.array_equal(first.values, again.values)
    assert not np.array_equal(first.values, other.values)


@pytest.mark.parametrize("n", [5, 200])
def test_intervals_of_normal_means_are_students(n):
    """The expansion for few texts (Hesterberg 2015) makes the percentile interval about as wide as Student's."""
    widths, exact = [], []
    for seed in range(40):
        x = rng(seed).normal(size=n)
        low, high = of_mean(x, np.ones(n), rng(seed + 1000)).interval()
        widths.append(high - low)
        exact.append(2 * stats.t.ppf(0.975, n - 1) * x.std(ddof=1) / np.sqrt(n))
    assert np.mean(widths) == pytest.approx(np.mean(exact), rel=0.08)


def test_tails_beyond_the_replicates_go_on_as_a_normal_would():
    x = rng(3).normal(size=2_000)
    made = of_mean(x, np.ones(2_000), rng(4))
    error = x.std(ddof=1) / np.sqrt(2_000)
    for level in (0.99, 0.999, 0.9999):
        low, high = made.interval(level)
        assert high - low == pytest.approx(2 * stats.norm.ppf(0.5 + level / 2) * error, rel=0.12)


def test_intervals_widen_with_the_level_and_hold_the_value():
    x = rng(5).lognormal(sigma=1.5, size=60)
    for bca in (False, True):
        made = of_mean(x, np.ones(60), rng(6), bca=bca)
        bounds = [made.interval(level) for level in (0.5, 0.8, 0.95, 0.99, 0.999)]
        assert all(a.low >= b.low and a.high <= b.high for a, b in pairwise(bounds))
        assert all(low <= made.value <= high for low, high in bounds)


def test_means_are_covered_as_promised():
    """METHODS: 93-97% at n >= 200; a quick version of tests/bench/bench_score_coverage.py."""
    covered = 0
    for seed in range(400):
        x = rng(seed).exponential(size=200)
        low, high = of_mean(x, np.ones(200), rng(seed + 10_000), resamples=600, bca=True).interval()
        covered += low <= 1.0 <= high
    assert 0.925 <= covered / 400 <= 0.975


def test_variants_of_one_text_are_drawn_together():
    """Ten identical variants a text say no more than one: the interval is that of the texts."""
    hits = (rng(7).random(150) < 0.3).astype(float)
    together = of_sums(np.column_stack([10 * hits, np.full(150, 10.0)]), ratio, rng(8))
    apart = of_mean(np.repeat(hits, 10), np.ones(1500), rng(8))
    alone = of_mean(hits, np.ones(150), rng(9))
    spread = [made.values.std() for made in (together, apart, alone)]
    assert spread[0] == pytest.approx(spread[2], rel=0.08)
    assert spread[1] == pytest.approx(spread[2] / np.sqrt(10), rel=0.08)


def test_identical_texts_are_resampled_as_if_one_by_one(monkeypatch):
    values = rng(10).integers(0, 3, size=300).astype(float)
    quick = of_mean(values, np.ones(300), rng(11), resamples=4000)
    monkeypatch.setattr(bootstrap, "_collapse", lambda c: (c, np.ones(len(c), dtype=np.int64)))
    slow = of_mean(values, np.ones(300), rng(12), resamples=4000)
    assert quick.values.std() == pytest.approx(slow.values.std(), rel=0.05)
    assert quick.interval() == pytest.approx(slow.interval(), abs=0.01)
    assert (quick.units, quick.value) == (slow.units, slow.value)


def test_many_texts_are_pooled_without_changing_the_spread():
    x = rng(13).exponential(size=30_000)
    made = of_mean(x, np.ones(30_000), rng(14))
    assert made.values.std() == pytest.approx(x.std() / np.sqrt(30_000), rel=0.06)
    assert made.units == 30_000


@pytest.mark.parametrize("q", [0.1, 0.5, 0.9])
def test_quantiles_are_numpys_and_their_intervals_scipys(q):
    x = rng(15).integers(1, 9, size=240).astype(float)
    made = of_quantile(x, np.ones(240), q, rng(16))
    assert made.value == np.quantile(x, q, method="inverted_cdf")

    def statistic(sample, axis):
        return np.quantile(sample, q, axis=axis, method="inverted_cdf")

    expected = stats.bootstrap((x,), statistic, method="percentile", n_resamples=4000, rng=17).confidence_interval
    assert made.interval() == pytest.approx(tuple(expected), abs=1.0)


def test_a_weight_counts_as_so_many_rows():
    values, weights = np.array([1.0, 5.0, 9.0]), np.array([1.0, 2.0, 1.0])
    assert of_mean(values, weights, rng()).value == 5.0
    assert of_quantile(values, np.array([5.0, 1.0, 1.0]), 0.5, rng()).value == 1.0


def test_nothing_and_one_text_have_no_interval():
    assert np.isnan(of_mean(np.empty(0), np.empty(0), rng()).value)
    one = of_mean(np.array([3.0]), np.ones(1), rng())
    assert one.value == 3.0
    assert np.isnan(one.interval()).all()


def test_undefined_replicates_are_left_out():
    sums = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
    made = of_sums(sums, ratio, rng(), resamples=1000)
    assert made.value == 3.0
    assert 0 < made.values.size < 1000
