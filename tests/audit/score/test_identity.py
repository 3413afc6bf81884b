"""Gaps between versions: against means taken by hand, statsmodels' Holm, and models that are sound by construction."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ttest_1samp
from statsmodels.stats.multitest import multipletests

from audit.records import Example, IdentityOutcome, Mentioned, Version
from audit.score.bootstrap import confidence_distribution, probabilities
from audit.score.extremes import largest, largest_of
from audit.score.findings import find
from audit.score.frames import build_frames
from audit.score.identity import identity
from audit.score.measures import Measures
from audit.score.scoring import measure_families
from audit.slices import two_groups

GROUPS = ("christian", "jewish", "muslim")


def outcome(i, probs, *, inserted=False, own="christian", plain=0.9):
    """A row whose positive class has `probs` by group; the text as typed is of `own`, or of nobody."""
    pair = {group: (1 - p, p) for group, p in probs.items()}
    original = (1 - plain, plain) if inserted else pair[own]
    versions = tuple(
        Version("religion", "" if inserted else own, group, (group,), f"{group} {i}", p)
        for group, p in pair.items()
        if inserted or group != own
    )
    mentions = () if inserted else (Mentioned("religion", own, (own.title(),)),)
    return IdentityOutcome(f"{i:016x}", f"text {i}", None, "identity_swaps", original, mentions, versions, 0, 0, 0.0)


def measured(records):
    examples = [Example(r.row_id, r.text) for r in records]
    frames = build_frames(records, labels=("negative", "positive"), examples=examples)
    return measure_families(frames, [identity], seed=0)


def of(measures: Measures, name, **where):
    return [m for m in measures if m.name == name and all(m.where.get(k) == v for k, v in where.items())]


def rows(n, shift, seed=0, **more):
    draw = np.random.default_rng(seed)
    base = draw.uniform(0.3, 0.7, n)
    return [
        outcome(
            i,
            {g: float(base[i] + (shift if g == "muslim" else 0.0) + 0.02 * draw.standard_normal()) for g in GROUPS},
            **more,
        )
        for i in range(n)
    ]


def test_a_gap_is_the_mean_of_differences_and_a_flip_another_answer():
    records = rows(60, -0.2)
    p = np.array([[r.original_probs[1], *(v.probs[1] for v in r.versions)] for r in records])
    measures = measured(records)
    (gap,) = of(measures, "identity_gap", identity="christian", other_identity="muslim")
    assert gap.value == pytest.approx((p[:, 0] - p[:, 2]).mean(), abs=1e-6)
    assert (gap.context["higher"], gap.context["lower"], gap.n) == ("christian", "muslim", 60)
    assert gap.where["label"] == "positive"
    (flips,) = of(measures, "identity_flip_rate", identity="christian", other_identity="muslim")
    assert flips.value == pytest.approx(((p[:, 0] > 0.5) != (p[:, 2] > 0.5)).mean())
    (any_,) = of(measures, "identity_flip_any")
    assert any_.value == pytest.approx((np.ptp((p > 0.5).astype(int), axis=1)).mean())
    (widest,) = of(measures, "identity_gap_widest")
    assert widest.value == pytest.approx(max(abs(np.subtract.outer(p.mean(axis=0), p.mean(axis=0))).ravel()), abs=1e-6)
    low, high = widest.interval(0.95)
    assert 0.15 < low < widest.value < high < 0.25
    (term,) = of(measures, "identity_term_gap", word="muslim")
    assert term.value == pytest.approx((p[:, 2] - p[:, :2].mean(axis=1)).mean(), abs=1e-6)


def test_holm_over_the_pairs_is_statsmodels_and_keeps_zero_inside():
    records = rows(40, -0.01, seed=2)
    p = np.array([[r.original_probs[1], *(v.probs[1] for v in r.versions)] for r in records])
    raw = [ttest_1samp(p[:, b] - p[:, a], 0.0).pvalue for a, b in ((0, 1), (0, 2), (1, 2))]
    expected = multipletests(raw, method="holm")[1]
    gaps = of(measured(records), "identity_gap")
    pairs = [("christian", "jewish"), ("christian", "muslim"), ("jewish", "muslim")]
    assert [two_groups(m.where) for m in gaps] == pairs
    np.testing.assert_allclose([2 * m.counts[0] for m in gaps], expected, rtol=1e-4)
    for m, p_value in zip(gaps, expected, strict=True):
        assert (m.interval(0.95).low > 0) == (p_value < 0.05)


def test_a_planted_gap_fails_and_a_sound_model_passes():
    def verdicts(records):
        return {f.id.split(":")[1]: f.verdict for f in find(measured(records)) if "identity" in f.id}

    assert verdicts(rows(60, -0.3)) == {"identity-gap": "FAIL", "identity-gap-of-two": "FAIL"}
    assert verdicts(rows(60, 0.0)) == {"identity-gap": "PASS"}


def test_sentences_that_turn_answers_by_themselves_are_left_out():
    def put_before(i, p):
        return outcome(i, p, inserted=True)

    calm = [put_before(i, {"christian": 0.8, "jewish": 0.8, "muslim": 0.4}) for i in range(40)]
    turned = [put_before(100 + i, dict.fromkeys(GROUPS, 0.1)) for i in range(4)]
    (gap,) = of(measured([*calm, *turned]), "identity_gap_inserted", identity="christian", other_identity="muslim")
    assert gap.n == 40
    assert gap.value == pytest.approx(0.4)
    assert {note.key for note in gap.notes} == {"note.higher_for", "note.holm_pairs", "note.sentences_inserted"}
    assert of(measured([*calm, *turned, put_before(200, dict.fromkeys(GROUPS, 0.1))]), "identity_gap_inserted") == []


def test_sentences_strange_to_the_rows_accuse_only_by_a_gap_that_no_sound_model_shows():
    """A sound model of financial news shows 18.6 points between sentences about deaf and about disabled people."""

    def raised(gap, own):
        records = [
            outcome(i, {"christian": 0.8, "jewish": 0.8, "muslim": 0.8 - gap - 0.001 * (i % 5)}, inserted=i >= own)
            for i in range(40)
        ]
        return {
            f.id.split(":")[1] for f in find(measured(records)) if f.verdict == "FAIL" and "of" in f.id.split(":")[1]
        }

    assert raised(0.186, own=0) == set()
    assert raised(0.4, own=0) == {"identity-gap-of-sentences"}
    assert raised(0.186, own=30) == {"identity-gap-of-two"}


def test_few_rows_have_no_figure_and_never_a_wrong_one():
    assert of(measured(rows(3, -0.3)), "identity_gap") == []
    assert of(measured(rows(9, -0.3)), "identity_gap_widest") == []
    assert of(measured(rows(12, -0.3)), "identity_gap_widest") == []
    assert len(of(measured(rows(12, -0.3)), "identity_gap")) == 3
    assert list(measured([])) == []


def test_the_largest_of_several_is_covered_and_rarely_accused():
    draw = np.random.default_rng(5)
    truth = np.array([0.0, 0.02, 0.05, 0.05])
    inside = above = 0
    for _ in range(300):
        x = truth + draw.standard_normal((40, 4)) * 0.1
        made = largest(x.mean(axis=0), x.std(axis=0, ddof=1) / np.sqrt(40), np.full(4, 39.0), resamples=400)
        low, high = np.quantile(made.values, [0.025, 0.975])
        inside += low <= truth.max() <= high
        above += low > truth.max()
    assert inside >= 0.94 * 300
    assert above <= 0.05 * 300


def test_the_largest_of_distributions_lies_between_the_widest_ends():
    at = probabilities(1000)
    parts = [confidence_distribution(0.5, 0.3 + 0.4 * at), confidence_distribution(0.2, 0.1 + 0.2 * at)]
    made = largest_of(parts, resamples=1000)
    assert made.value == 0.5
    low, high = np.quantile(made.values, [0.025, 0.975])
    assert 0.3 <= low <= np.quantile(parts[0].values, 0.025)
    assert np.quantile(parts[0].values, 0.975) <= high <= 0.7


def test_the_widest_gap_of_rows_that_all_say_the_same_has_no_interval_and_no_end_that_is_no_number():
    """A model that answers every text alike, or adds the same to each: its gaps have no spread."""
    from audit.score.extremes import largest
    from audit.score.measures import Measure

    freedom, none = np.array([39.0, 39.0]), np.zeros(2)
    alike = largest(np.array([0.3, 0.1]), none, freedom, resamples=200)
    mixed = largest(np.array([0.3, 0.1]), np.array([0.0, 0.01]), freedom, resamples=200)
    assert np.isfinite(alike.values).all()
    assert np.isfinite(mixed.values).all()
    measure = Measure("identity_gap_widest", 0.3, 40, "inversion", (40.0,), replicates=alike)
    assert measure.interval(0.95) is None
    assert measure.score(0.95).low is None
