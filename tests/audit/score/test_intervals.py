import numpy as np
import pytest
from scipy import stats
from statsmodels.stats import contingency_tables, multitest, proportion

from audit.errors import InputError
from audit.score.intervals import (
    EXACT_BELOW,
    benjamini_hochberg,
    clopper_pearson,
    holm,
    mcnemar,
    mover,
    newcombe,
    newcombe_paired,
    paired,
    share_interval,
    share_method,
    share_n,
    wilson,
    wilson_n,
)


@pytest.mark.parametrize("level", [0.8, 0.95, 0.999])
@pytest.mark.parametrize(("k", "n"), [(0, 1), (0, 100), (3, 7), (50, 100), (100, 100), (1, 5000), (12.5, 40.25)])
def test_wilson_is_statsmodels(k, n, level):
    assert wilson(k, n, level) == pytest.approx(proportion.proportion_confint(k, n, 1 - level, "wilson"), abs=1e-12)


def test_wilson_is_scipys_and_zero_failures_of_100_still_allow_3_7_percent():
    found = stats.binomtest(37, 120).proportion_ci(0.9, "wilson")
    assert wilson(37, 120, 0.9) == pytest.approx((found.low, found.high), abs=1e-12)
    assert wilson(0, 100) == pytest.approx((0.0, 0.037), abs=1e-4)


def test_wilson_without_trials_knows_nothing():
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("k", "n", "level"), [(5, 4, 0.95), (-1, 4, 0.95), (1, 4, 1.0), (1, 4, 95)])
def test_wilson_refuses_what_is_no_proportion_or_level(k, n, level):
    with pytest.raises(InputError, match="got"):
        wilson(k, n, level)


@pytest.mark.parametrize("n", [20, 100, 500])
def test_wilson_covers_what_exact_enumeration_says(n):
    bounds = np.array([wilson(k, n) for k in range(n + 1)])
    shares = np.linspace(0.05, 0.95, 181)
    inside = (bounds[:, :1] <= shares) & (shares <= bounds[:, 1:])  # (n + 1, shares)
    covered = (stats.binom.pmf(np.arange(n + 1)[:, None], n, shares) * inside).sum(axis=0)
    assert covered.mean() == pytest.approx(0.95, abs=0.008)
    assert covered.min() > 0.90


@pytest.mark.parametrize(
    ("share", "threshold", "level"), [(0.38, 0.30, 0.95), (0.5, 0.52, 0.99), (0.02, 0.05, 0.997), (0.0, 0.05, 0.95)]
)
def test_wilson_n_is_the_smallest_that_excludes_the_threshold(share, threshold, level):
    n = wilson_n(share, threshold, level)
    low, high = wilson(share * n, n, level)
    assert not low <= threshold <= high
    low, high = wilson(share * (n - 1), n - 1, level)
    assert low <= threshold <= high


def test_wilson_n_is_none_when_the_share_is_the_threshold():
    assert wilson_n(0.3, 0.3, 0.95) is None


@pytest.mark.parametrize("level", [0.8, 0.95, 0.9995])
@pytest.mark.parametrize(("k", "n"), [(0, 1), (1, 1), (0, 19), (3, 7), (19, 19), (4, 300)])
def test_clopper_pearson_is_statsmodels_and_scipys(k, n, level):
    found = clopper_pearson(k, n, level)
    assert found == pytest.approx(proportion.proportion_confint(k, n, 1 - level, "beta"), abs=1e-12)
    exact = stats.binomtest(k, n).proportion_ci(level, "exact")
    assert found == pytest.approx((exact.low, exact.high), abs=1e-9)


@pytest.mark.parametrize("n", range(1, EXACT_BELOW))
def test_few_trials_are_covered_at_least_as_often_as_stated_which_wilson_does_not_promise(n):
    shares = np.linspace(0.001, 0.999, 333)
    hits = stats.binom.pmf(np.arange(n + 1)[:, None], n, shares)

    def least(interval):
        bounds = np.array([interval(k, n) for k in range(n + 1)])
        return (hits * ((bounds[:, :1] <= shares) & (shares <= bounds[:, 1:]))).sum(axis=0).min()

    assert least(share_interval) >= 0.95
    assert least(wilson) < 0.90


def test_shares_are_exact_below_twenty_trials_and_wilsons_from_there_on():
    assert share_interval(3, 19) == clopper_pearson(3, 19)
    assert share_interval(3, 20) == wilson(3, 20)
    assert [share_method(19.9), share_method(20)] == ["clopper-pearson", "wilson"]
    assert share_interval(2.5, 7.25) == clopper_pearson(2.5, 7.25)  # an effective number of texts


@pytest.mark.parametrize(("share", "threshold", "level"), [(1.0, 0.1, 0.95), (1.0, 0.1, 0.999), (0.0, 0.6, 0.95)])
def test_the_n_that_settles_a_share_is_the_exact_ones_where_that_is_few(share, threshold, level):
    n = share_n(share, threshold, level)
    low, high = share_interval(share * n, n, level)
    assert not low <= threshold <= high
    low, high = share_interval(share * (n - 1), n - 1, level)
    assert low <= threshold <= high
    assert share_n(0.3, 0.3, level) is None
    assert share_n(0.35, 0.3, level) >= EXACT_BELOW


def test_a_mean_less_a_share_is_covered_whether_or_not_the_two_go_together():
    rng = np.random.default_rng(0)
    for together in (0.0, 1.0):
        inside = 0
        for _ in range(400):
            sure = rng.beta(20, 2, 60)
            right = rng.random(60) < (together * sure + (1 - together) * 0.9)
            truth = 20 / 22 - (together * 20 / 22 + (1 - together) * 0.9)
            low, high = mover(sure.mean(), sure.std(ddof=1) / np.sqrt(60), 60, int(right.sum()), 60)
            inside += low <= truth <= high
        assert inside / 400 >= 0.93
    low, high = mover(1.0, 0.0, 1, 1, 1)
    assert -1.0 <= low <= 0.0 < high <= 1.0


@pytest.mark.parametrize(
    ("first", "second"), [((7, 34), (1, 34)), ((0, 10), (10, 10)), ((56, 70), (48, 80)), ((0, 50), (0, 40))]
)
def test_newcombe_is_statsmodels(first, second):
    expected = proportion.confint_proportions_2indep(*second, *first, method="newcomb", compare="diff")
    assert newcombe(first, second) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("cells", "published"),
    [  # Newcombe 1998, Improved confidence intervals ... paired data, table II, method 10; ours is second - first
        ((20, 12, 2, 16), (-0.3292, -0.0562)),
        ((36, 12, 2, 0), (-0.3404, -0.0569)),
        ((54, 0, 0, 0), (-0.0664, 0.0664)),
        ((0, 30, 0, 0), (-1.0, -0.8395)),
    ],
)
def test_newcombe_paired_gives_the_published_intervals(cells, published):
    assert newcombe_paired(*cells) == pytest.approx(published, abs=6e-5)


@pytest.mark.parametrize(("lost", "gained"), [(0, 0), (3, 9), (12, 2), (40, 41)])
def test_mcnemar_is_statsmodels(lost, gained):
    table = [[50, lost], [gained, 20]]
    assert mcnemar(lost, gained) == pytest.approx(float(contingency_tables.mcnemar(table, exact=True).pvalue))


def test_paired_counts_what_changed_and_wants_the_same_rows():
    first, second = [1, 1, 1, 0, 0, 1], [1, 0, 1, 1, 0, 1]
    test = paired(first, second)
    assert (test.gained, test.lost, test.n, test.difference, test.p_value) == (1, 1, 6, 0.0, 1.0)
    assert test.low < 0 < test.high
    with pytest.raises(InputError, match="same rows"):
        paired([1, 0], [1])


@pytest.mark.parametrize(("ours", "theirs"), [(holm, "holm"), (benjamini_hochberg, "fdr_bh")])
def test_corrections_are_statsmodels(ours, theirs):
    p = np.random.default_rng(0).random(40) ** 3
    p[5] = p[7]
    assert ours(p) == pytest.approx(multitest.multipletests(p, method=theirs)[1], abs=1e-12)
    assert ours([]).size == 0
    assert benjamini_hochberg(p) == pytest.approx(stats.false_discovery_control(p), abs=1e-12)
