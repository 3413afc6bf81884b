import numpy as np
import pytest
from scipy import stats

from audit.score.sign_flips import ALL_UP_TO, sign_flip, texts_needed


def generator():
    return np.random.default_rng(0)


@pytest.mark.parametrize("n", [2, 5, ALL_UP_TO])
def test_few_texts_are_scipys_exact_permutation_test(n):
    found = np.random.default_rng(n).normal(0.4, 1.0, n)
    exact = stats.permutation_test(
        (found, np.zeros(n)), lambda a, b: (a - b).sum(), permutation_type="samples", n_resamples=np.inf
    )
    assert sign_flip(found, generator()) == pytest.approx(exact.pvalue)


@pytest.mark.parametrize(("lost", "gained"), [(0, 1), (2, 9), (20, 41), (30, 30)])
def test_outcomes_of_zero_and_one_give_mcnemars_exact_p(lost, gained):
    found = np.array([-1.0] * lost + [1.0] * gained + [0.0] * 50)
    assert sign_flip(found, generator()) == pytest.approx(stats.binomtest(lost, lost + gained).pvalue, abs=0.012)


def test_it_is_uniform_where_nothing_differs_however_skewed():
    rng = np.random.default_rng(1)
    found = [sign_flip(rng.lognormal(0, 1.5, 40) - rng.lognormal(0, 1.5, 40), rng, flips=399) for _ in range(400)]
    assert stats.kstest(found, "uniform").pvalue > 0.01


def test_thousands_of_texts_are_pooled_and_a_plain_difference_is_found():
    rng = np.random.default_rng(2)
    assert sign_flip(rng.normal(0.1, 1.0, 20_000), rng) == pytest.approx(1e-4)
    assert sign_flip(np.zeros(30), rng) == 1.0


@pytest.mark.parametrize("comparisons", [1, 3, 12])
def test_fewer_texts_than_needed_cannot_be_beyond_chance_and_so_many_can(comparisons):
    n = texts_needed(comparisons, 0.05)
    assert comparisons * sign_flip(np.ones(n), generator()) <= 0.05 < comparisons * 2.0 ** (2 - n)
