"""How two tables differ: each statistic held against scipy, statsmodels, scikit-learn or a plain loop; alike tables are left alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.neighbors import NearestNeighbors
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

from audit import load
from audit.data.last_layer import LastLayer
from audit.data.reference_rows import ReferenceTable
from audit.language.saying import word
from audit.predict import Predict
from audit.records import Example
from audit.score.definitions import define
from audit.score.frames import build_frames, with_marks
from audit.score.measurer import Measurer
from audit.score.shift.distributions import contrast, counted, told_apart
from audit.score.shift.estimating import estimated_accuracy
from audit.score.shift.outside import farness, outside
from audit.score.shift.shift import read_alike, shift
from audit.score.shift.telling_apart import kernel_test
from audit.score.shift.telling_apart import told_apart as by_classifier
from audit.score.sparse import interval_of


def generator(seed=0):
    return np.random.default_rng(seed)


COUNTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 400), min_size=2)


@given(COUNTS, COUNTS)
@example({"a": 0, "b": 2}, {"a": 1, "b": 1})  # two rows: the resamples' own tails lie far beyond what a share can be
@settings(deadline=None, max_examples=200)
def test_a_contrast_is_scipys_chi_squared_and_half_the_sum_of_differences(first, second):
    found = contrast(first, second, generator())
    if not sum(first.values()) or not sum(second.values()):
        assert found is None
        return
    names = sorted({*first, *second})
    table = np.array([[side.get(name, 0) for name in names] for side in (first, second)], dtype=float)
    shares = table / table.sum(axis=1, keepdims=True)
    assert found.distance.value == pytest.approx(np.abs(shares[0] - shares[1]).sum() / 2)
    shown = interval_of(found.distance, define("label_shift").range, 0.95)
    assert -1e-9 <= shown.low <= found.distance.value <= shown.high <= 1 + 1e-9
    seen = table[:, table.sum(axis=0) > 0]
    if seen.shape[1] > 1:
        expected = stats.contingency.expected_freq(seen)
        if expected.min() >= 5:
            assert found.p == pytest.approx(stats.chi2_contingency(seen, correction=False).pvalue)
        assert 0.0 <= found.p <= 1.0


def test_of_rare_values_the_p_is_that_of_tables_drawn():
    found = contrast({"a": 3, "b": 9}, {"a": 8, "b": 2}, generator())
    exact = stats.fisher_exact([[3, 9], [8, 2]]).pvalue
    assert found.p == pytest.approx(exact, abs=0.02)


def test_tables_that_are_alike_are_seldom_called_apart():
    draws = generator(1)
    told = 0
    for _ in range(200):
        one, other = (dict(zip("abc", draws.multinomial(300, [0.5, 0.3, 0.2]).tolist(), strict=True)) for _ in range(2))
        told += contrast(one, other, draws).p <= 0.05
    assert told <= stats.binom.ppf(0.999, 200, 0.05)


def test_a_value_that_one_table_lacks_is_no_infinite_index():
    assert np.isfinite(contrast({"a": 50.0}, {"a": 30.0, "b": 20.0}, generator()).psi)


def test_counted_leaves_out_rows_without_a_value():
    assert counted(["a", "", "a", "b"], np.array([1.0, 5.0, 2.0, 1.0])) == {"a": 3.0, "b": 1.0}


def test_words_are_corrected_for_all_looked_at_as_statsmodels_does():
    draws = generator(2)
    words = (
        {f"w{i}": int(n) for i, n in enumerate(draws.integers(0, 60, 80))},
        {f"w{i}": int(n) for i, n in enumerate(draws.integers(0, 60, 80))},
    )
    rows = (300, 250)
    p = [
        proportions_ztest([words[1][w], words[0][w]], [rows[1], rows[0]])[1] if words[0][w] + words[1][w] else 1.0
        for w in sorted(words[0])
    ]
    kept, corrected, *_ = multipletests(p, alpha=0.05, method="fdr_bh")
    found = {word: value for word, _, value in told_apart(words, rows)}
    assert set(found) == {word for word, told in zip(sorted(words[0]), kept, strict=True) if told}
    assert all(found[w] == pytest.approx(c) for w, c in zip(sorted(words[0]), corrected, strict=True) if w in found)


def vectors(n, seed, move=0.0, width=12):
    return (generator(seed).normal(size=(n, width)) + np.r_[move, np.zeros(width - 1)]).astype(np.float32)


def test_a_classifier_tells_tables_apart_that_are_and_no_others():
    aucs = []
    for seed in range(20):
        found = by_classifier(vectors(150, seed), vectors(150, 100 + seed), generator(seed))
        aucs.append(stats.mannwhitneyu(found.audited, found.reference).statistic / 150**2)
    assert abs(np.mean(aucs) - 0.5) < 0.02
    apart = by_classifier(vectors(150, 1), vectors(150, 2, move=3.0), generator())
    assert stats.mannwhitneyu(apart.audited, apart.reference).statistic / 150**2 > 0.95
    assert list(apart.audited_at) == list(range(150))


def test_the_kernels_test_is_the_plain_loop_and_holds_its_level():
    one, other = vectors(30, 3), vectors(20, 4, move=0.5)
    value, p = kernel_test(one, other, generator())
    both = np.concatenate([one, other]).astype(float)
    distance = ((both[:, None] - both[None]) ** 2).sum(axis=2)
    kernel = np.exp(-distance / np.median(distance[np.triu_indices(50, 1)]))

    def mean(rows, columns):
        kept = [kernel[i, j] for i in rows for j in columns if i != j]
        return np.mean(kept)

    first, second = range(30), range(30, 50)
    assert value == pytest.approx(mean(first, first) + mean(second, second) - 2 * mean(first, second))
    told = sum(kernel_test(vectors(40, 2 * s), vectors(40, 2 * s + 1), generator(s))[1] <= 0.05 for s in range(100))
    assert told <= stats.binom.ppf(0.999, 100, 0.05)
    assert p < 0.2


def test_distance_is_that_to_the_tenth_nearest():
    bank, texts = (v / np.linalg.norm(v, axis=1, keepdims=True) for v in (vectors(100, 5), vectors(30, 6)))
    expected = NearestNeighbors(n_neighbors=10).fit(bank).kneighbors(texts)[0][:, -1]
    np.testing.assert_allclose(farness(bank, texts), expected, atol=1e-3)


def test_of_rows_like_those_of_the_reference_at_most_five_in_a_hundred_lie_outside():
    shares = [outside(vectors(200, s), vectors(200, 500 + s), generator(s)).beyond.mean() for s in range(60)]
    assert np.mean(shares) <= 0.05 + 3 * np.std(shares) / np.sqrt(60)
    assert np.mean(shares) > 0.02
    one, other = np.eye(12, dtype=np.float32)[:2] * 20
    assert outside(vectors(200, 1) + one, vectors(50, 2) + other, generator()).beyond.all()


def test_estimated_accuracy_is_exact_where_confidence_tells_right_from_wrong():
    draws = generator(7)
    known, audited = draws.beta(5, 2, 2000), draws.beta(3, 2, 2000)
    made, cut = estimated_accuracy(known, known > 0.6, audited, np.ones(2000), generator())
    assert (known < cut).sum() == (known <= 0.6).sum()
    assert made.value == pytest.approx((audited > 0.6).mean(), abs=0.01)
    interval = made.interval(0.95)
    assert interval.low < made.value < interval.high < interval.low + 0.1


def test_of_a_table_like_the_reference_it_is_the_accuracy_in_all_but_five_of_a_hundred():
    draws, held = generator(8), 0
    for seed in range(60):
        known, audited = draws.beta(5, 2, 400), draws.beta(5, 2, 400)
        right = draws.random(400) < known
        interval = estimated_accuracy(known, right, audited, np.ones(400), generator(seed))[0].interval(0.95)
        held += interval.low <= 5 / 7 <= interval.high
    assert held >= stats.binom.ppf(0.001, 60, 0.95)


GOOD = ("A warm, clever film with a heart.", "Superb acting and a lovely script.", "I enjoyed every minute of it.")
BAD = ("A dull, cold mess of a film.", "Terrible acting and a silly script.", "I regret every minute of it.")
OTHER = (
    "The invoice of March was paid twice.",
    "Please send the card to my new address.",
    "My account was closed by mistake.",
)


def table(groups, seed=0):
    rows = [(f"{text} {word}", label) for label, texts in groups.items() for text in texts for word in ("Really", "Indeed", "Well",
            "Still", "Again", "Today", "Yes", "No", "Maybe", "Here", "Now", "Then", "Surely", "Hardly", "Quite", "Often")]  # fmt: skip
    order = generator(seed).permutation(len(rows))
    return [Example(f"{seed:08x}{i:08x}", rows[i][0], label=rows[i][1], line=k + 2) for k, i in enumerate(order)]


def measured(audited, reference, rows=40):
    model = load("sentiment")
    records = [
        *Predict().run(model, audited, seed=0),
        *LastLayer().run(model, audited, seed=0),
        *ReferenceTable(rows=rows).run(model, audited, seed=0, reference=reference),
    ]
    frames = with_marks(build_frames(records, labels=model.labels, examples=audited), audited)
    return frames, {(m.name, m.where.get("word")): m for m in shift(frames, Measurer())}


def test_another_kind_of_texts_is_told_from_the_tables_end_to_end():
    known = table({"positive": GOOD, "negative": BAD}, 1)
    frames, found = measured(table({"positive": OTHER, "negative": BAD[:1]}, 2), known)
    assert frames.compared.taken == 40
    assert frames.compared.total == len(known)
    assert len(frames.of("references")) == 40
    assert found["word_shift", "acting"].value < -0.1
    assert ("word_shift", "the") not in found
    assert found["word_shift", "invoice"].value > 0.1
    labels = found["label_shift", None]
    assert labels.value > 0.1
    assert labels.context["p_value"] < 0.05


def test_nothing_is_estimated_from_a_reference_table_in_another_language():
    chinese = {
        "positive": ("房间很大，服务也不错", "早餐很好，位置方便"),
        "negative": ("房间很小，服务太差", "早餐难吃，位置很偏"),
    }
    english = table({"positive": GOOD, "negative": BAD}, 2)
    _, found = measured(
        english, [replace(row, text=row.text.replace("Really", "真的")) for row in table(chinese, 1)], 60
    )
    estimated = found["estimated_accuracy", None]
    assert estimated.value is None
    assert word(estimated.notes[0]).startswith("most audited rows are in languages that the reference table hardly has")
    assert found["language_shift", None].value > 0.5
    _, found = measured(english, table({"positive": GOOD, "negative": BAD}, 1), 60)
    assert found["estimated_accuracy", None].value is not None


@pytest.mark.parametrize(("reference", "audited", "alike"), [
    ({"en": 90, "zh": 10}, {"zh": 50}, True), ({"en": 91, "zh": 9}, {"zh": 50}, False), ({"en": 50}, {"en": 25, "zh": 25}, True),
    ({"en": 50}, {"en": 24, "zh": 26}, False), ({}, {"en": 5}, True), ({"en": 5}, {}, True),
])  # fmt: skip
def test_tables_are_read_alike_where_most_rows_are_in_languages_of_the_reference(reference, audited, alike):
    assert read_alike(reference, audited) == alike


def test_without_a_reference_table_nothing_is_said():
    frames = build_frames([], labels=("a", "b"))
    assert list(shift(frames, Measurer())) == []


def test_a_reference_of_a_few_rows_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="has 3 rows, and 20 are needed"):
        list(ReferenceTable().run(load("sentiment"), [], seed=0, reference=table({"positive": GOOD}, 1)[:3]))
