"""Clusters: planted ones are found, names are the words planted, and tables that are alike are not told apart by them."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from scipy import stats
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from statsmodels.stats.multitest import multipletests

from audit.score.places import clusters
from audit.score.places.cluster_words import FEWEST, PRIOR, distinctive, log_odds
from audit.score.places.clustered import corrected
from audit.score.places.clusters import COUNTS, grouped
from audit.score.text_marks import TextMarks


def generator(seed=0):
    return np.random.default_rng(seed)


def planted(kinds=5, n=40, width=24, answer=0.0):
    """Rows of some kinds, and along one direction more an answer that has nothing to do with them."""
    draws = generator(7)
    kind = np.repeat(np.arange(kinds), n)
    middles = draws.normal(size=(kinds, width)) * 3
    rows = middles[kind] + draws.normal(size=(len(kind), width))
    said = np.where(draws.random(len(kind)) < 0.5, -1.0, 1.0)
    return np.column_stack([rows, said * answer]), kind, said


def test_planted_kinds_are_the_clusters_and_the_largest_comes_first():
    rows, kind, _ = planted()
    rows, kind = rows[:-20], kind[:-20]
    found = grouped(rows, generator())
    assert found.count == 5
    assert adjusted_rand_score(kind, found.number) > 0.99
    sizes = np.bincount(found.number)[1:]
    assert list(sizes) == sorted(sizes, reverse=True)
    assert set(found.number) == set(range(1, 6))


def test_a_direction_that_outweighs_all_others_is_left_out():
    rows, kind, said = planted(answer=60.0)
    found = grouped(rows, generator())
    assert adjusted_rand_score(said, found.number) < 0.1
    assert adjusted_rand_score(kind, found.number) > 0.9


def test_how_many_there_are_has_the_highest_silhouette_of_sklearns():
    rows, _, _ = planted(kinds=8, n=30)
    found = grouped(rows, generator())
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    scores = {k: silhouette_score(unit, KMeans(k, n_init=10, random_state=1).fit(unit).labels_) for k in COUNTS}
    assert found.count == max(scores, key=scores.__getitem__) == 8


def test_the_same_rows_have_the_same_clusters_and_rows_beyond_those_fitted_go_to_the_nearest(monkeypatch):
    rows, kind, _ = planted()
    first, again = (grouped(rows, generator(3)) for _ in range(2))
    assert np.array_equal(first.number, again.number)
    monkeypatch.setattr(clusters, "FITTED", 100)
    monkeypatch.setattr(clusters, "_AT_ONCE", 64)
    assert adjusted_rand_score(kind, grouped(rows, generator(3)).number) > 0.99


@pytest.mark.parametrize(
    "rows",
    [
        np.zeros((0, 0)), np.ones((3, 8)), np.ones((200, 8)), np.zeros((200, 4)), np.tile([[1.0, 0.0], [0.0, 1.0]], (100, 1)),
        np.ones((200, 1)), np.column_stack([np.ones(200), np.arange(200) * 1e-9]),
    ],
)  # fmt: skip
def test_too_few_rows_or_rows_that_are_alike_have_none(rows):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert grouped(rows, generator()) is None


def marks(texts):
    made = TextMarks()
    for text in texts:
        made.add(text)
    return made.marks(np.arange(len(texts)))


def test_log_odds_are_those_of_a_plain_loop():
    rows = np.array([[9.0, 1.0, 4.0], [2.0, 8.0, 5.0], [1.0, 1.0, 6.0]])
    total = rows.sum()
    for c in range(3):
        for w in range(3):
            prior = [PRIOR * rows[:, i].sum() / total for i in range(3)]
            own, other = rows[c], rows.sum(axis=0) - rows[c]
            sides = []
            for side in (own, other):
                n = sum(side) + sum(prior)
                sides.append(math.log((side[w] + prior[w]) / (n - side[w] - prior[w])))
            error = math.sqrt(1 / (own[w] + prior[w]) + 1 / (other[w] + prior[w]))
            assert log_odds(rows)[c, w] == pytest.approx((sides[0] - sides[1]) / error)


def test_a_name_is_the_words_planted_and_no_word_that_says_nothing():
    fees, cards = ["the refund of the fee was late"] * 40, ["the card was lost on the way"] * 40
    found = distinctive([(marks([*fees, *cards]), np.repeat([1, 2], 40))], 2)
    assert set(found[0]) <= {"refund", "fee", "late"}
    assert set(found[1]) <= {"card", "lost", "way"}
    assert found[0]
    assert found[1]
    rare = distinctive(
        [(marks([*["unheard refund"] * (FEWEST - 1), *cards]), np.array([1] * (FEWEST - 1) + [2] * 40))], 2
    )
    assert "unheard" not in rare[0]


def test_words_of_both_tables_count_each_by_its_own_vocabulary():
    one, other = marks(["invoice paid"] * 30 + ["film seen"] * 5), marks(["seen film"] * 40)
    found = distinctive([(one, np.array([1] * 30 + [2] * 5)), (other, np.full(40, 2))], 2)
    assert set(found[0]) == {"invoice", "paid"}
    assert set(found[1]) == {"film", "seen"}


def test_clusters_drawn_at_random_have_no_names():
    draws = generator(2)
    words = [f"word{i}" for i in range(60)]
    named = 0
    for _ in range(40):
        texts = [" ".join(draws.choice(words, size=8, replace=False)) for _ in range(200)]
        named += sum(bool(words) for words in distinctive([(marks(texts), draws.integers(1, 6, size=200))], 5))
    assert named <= stats.binom.ppf(0.999, 40 * 5, 0.05)


def test_the_test_of_shares_is_scipys_fisher_corrected_as_statsmodels_does():
    first, second = [(30.0, 100.0), (20.0, 100.0), (50.0, 100.0)], [(10.0, 90.0), (25.0, 90.0), (55.0, 90.0)]
    alone = [stats.fisher_exact([[a, n - a], [b, m - b]]).pvalue for (a, n), (b, m) in zip(first, second, strict=True)]
    assert corrected(first, second) == pytest.approx(multipletests(alone, method="fdr_bh")[1])


def test_two_halves_of_one_table_show_no_cluster_apart():
    """Clusters are made without knowing which table a row is of: of 200 ways to halve the rows at most 5% may show any."""
    draws = generator(4)
    rows = generator(9).normal(size=(400, 12)) @ generator(8).normal(size=(12, 32))
    found = grouped(rows, generator())
    told = 0
    for _ in range(200):
        audited = draws.permutation(len(rows)) < len(rows) // 2
        sides = [
            [(float((found.number[side] == k).sum()), float(side.sum())) for k in range(1, found.count + 1)]
            for side in (~audited, audited)
        ]
        told += (corrected(*sides) <= 0.05).any()
    assert told <= stats.binom.ppf(0.999, 200, 0.05)
