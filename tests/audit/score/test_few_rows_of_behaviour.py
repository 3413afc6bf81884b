"""Runs of a few rows, all alike, all turned, none turned: groups, versions, changes, words, suites and phrases."""

import numpy as np
import pytest
from honest import assert_honest, assert_told
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from shortcut_runs import both, surface_row, word_of
from simulated import example, prediction, row_id

from audit.records import (
    BehaviourOutcome,
    DirectionOutcome,
    IdentityOutcome,
    Mentioned,
    TriggerOutcome,
    Variant,
    Version,
)
from audit.results.tables import chart_tables
from audit.score.checks import decide
from audit.score.dependence import p_of_mean
from audit.score.extremes import largest
from audit.score.frames import build_frames
from audit.score.identity import identity
from audit.score.policy import Check
from audit.score.scoring import measure_families, measure_run
from audit.score.widest import widest_gap

LABELS = ("negative", "positive")
GROUPS = ("christian", "jewish", "muslim")
SPREAD = st.sampled_from(["none", "one", "every", "saturated", "hair"])


def moved(spread: str, i: int) -> float:
    """What a change makes of a probability of 0.9 in row i."""
    return {"none": 0.9, "one": 0.1 if i == 0 else 0.9, "every": 0.1, "saturated": 1.0, "hair": 0.9 - 1e-7 * (i % 3)}[
        spread
    ]


def versions(i: int, spread: str) -> IdentityOutcome:
    """A row of Christians said of two other groups, of which the last is treated differently."""
    before = both(1.0 if spread == "saturated" else 0.9)
    made = [
        Version("religion", "christian", group, (group,), f"{group} {i}", before if group == "jewish" else both(moved(spread, i)))
        for group in GROUPS[1:]
    ]  # fmt: skip
    mentions = (Mentioned("religion", "christian", ("Christian",)),)
    return IdentityOutcome(row_id(f"r{i}"), f"r{i}", None, "identity_swaps", before, mentions, tuple(made), 0, 0, 0.0)


def tiny(n: int, *, spread: str, labels: bool, groups: int, cases: int):
    """Examples and records of n texts, one of every kind of record that speaks of behaviour."""
    examples, records = [], []
    for i in range(n):
        label, p = LABELS[i % 2] if labels else None, moved(spread, i)
        examples.append(example(f"r{i}", label, groups={"city": f"c{i % groups}", "sex": "fm"[i % 2]}))
        records.append(prediction(f"r{i}", LABELS[p > 0.5], both(p), tokens=5 + i))
        records.append(versions(i, spread))
        edits = [
            ("punctuation", "commas", "less", p),
            ("length", "padding", "more", p),
            ("digits", "digits", "other", p),
        ]
        records.append(surface_row(f"r{i}", 0.9, edits, label))
        stays = both(0.9)
        kept, fall = (1, 0.9 - p) if p > 0.5 else (0, None)
        records.append(
            DirectionOutcome(
                row_id(f"r{i}"), f"r{i}", label, "negation", stays, (Variant("x", both(p), True),), kept, fall, 0, 0.0
            )
        )
    hits = [moved(spread, i) < 0.5 for i in range(n)]
    records += [word_of("please", "positive", hits, [0.0] * n, hits[:1]), word_of("warm", "negative", hits)]
    failed = {"none": 0, "one": min(1, cases), "every": cases, "saturated": 0, "hair": cases // 2}[spread]
    records += [
        BehaviourOutcome("suite", "films", test, "Negation", "MFT", "label", cases, some, 0)
        for test, some in (("a", failed), ("b", 0))
    ]
    marks = "".join("1" if hit else "0" for hit in hits)
    values = {"gain": 5.0, "searched": 1.0, "table_rows": 0.0, "table_members": 0.0, "scanned": 1000.0}
    ids = tuple(row_id(f"r{i}") for i in range(n))
    records += [
        TriggerOutcome("trigger_scan", "positive", phrase, role, values, 0, (phrase,), rows=ids, start=marks, middle=marks,
                       end=marks, before=marks, after=marks)
        for phrase, role in (("zorp", "candidate"), ("good", "natural"))
    ]  # fmt: skip
    return examples, records


how = st.fixed_dictionaries(
    {
        "spread": SPREAD,
        "labels": st.booleans(),
        "groups": st.sampled_from([1, 2, 3]),
        "cases": st.sampled_from([1, 2, 40]),
    }
)


@settings(
    max_examples=30, phases=(Phase.reuse, Phase.generate), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(n=st.sampled_from([1, 2, 3, 9, 10, 12, 30, 33, 66, 95]), how=how)
def test_no_run_however_small_gives_an_interval_that_is_none(n, how):
    examples, records = tiny(n, **how)
    frames = build_frames(records, labels=LABELS, examples=examples)
    measures = measure_run(frames, resamples=60)
    assert_honest(measures)
    assert_told(measures)
    for name, table in chart_tables(frames).items():
        if {"low", "high"} <= set(table):
            known = table[np.isfinite(table["low"].astype(float))]
            assert (known["high"] - known["low"] > 1e-9).all(), name


@pytest.mark.parametrize("treated", [0.9, 0.2])
def test_versions_that_are_all_alike_leave_room_for_rows_that_were_not_seen(treated):
    """Of 60 equal rows at most 1 - (tail / gaps)^(1 / 60) are otherwise (Clopper & Pearson), and those by as much as can be."""

    def run(n):
        records = [
            IdentityOutcome(
                row_id(f"r{i}"), f"r{i}", None, "identity_swaps", both(0.9), (Mentioned("religion", "jewish", ("Jewish",)),),
                (Version("religion", "jewish", "muslim", ("muslim",), f"m {i}", both(treated)),), 0, 0, 0.0,
            )
            for i in range(n)
        ]  # fmt: skip
        frames = build_frames(records, labels=LABELS, examples=[example(f"r{i}") for i in range(n)])
        return {m.name: m for m in measure_families(frames, [identity], seed=0, resamples=4000)}

    found = run(60)
    low, high = found["identity_gap_widest"].interval(0.95)
    gap, others = 0.9 - treated, 1.0 - 0.025 ** (1 / 60)
    assert low == pytest.approx(max(0.0, gap - others * (1.0 + gap)), abs=1e-3)
    assert high == pytest.approx(gap + others * (1.0 - gap), abs=1e-3)
    notes = {note.key for note in found["identity_gap"].notes}
    assert ("note.higher_for" in notes) == (gap > 0), "of no difference nobody has the more"
    verdict = "PASS" if gap < 0.1 else "FAIL"
    assert decide(Check("c", "identity_gap_widest", max=0.1), found["identity_gap_widest"], 0.95, 1).verdict == verdict
    few = run(30)["identity_gap_widest"]
    assert decide(Check("c", "identity_gap_widest", max=0.1), few, 0.95, 1).verdict == (
        "INCONCLUSIVE" if gap < 0.1 else "FAIL"
    )


def test_the_largest_of_equal_texts_covers_a_mean_that_rare_ones_move():
    """Means of rare differences: in most draws none is seen, and the interval must hold the mean all the same."""
    draw = np.random.default_rng(3)
    inside = 0
    for _ in range(400):
        x = (draw.random((40, 3)) < 0.02).astype(float)
        made = largest(
            x.mean(axis=0), x.std(axis=0, ddof=1) / np.sqrt(40), np.full(3, 39.0), resamples=400, ends=(-1.0, 1.0)
        )
        low, high = np.quantile(made.values, [0.025, 0.975])
        inside += low <= 0.02 <= high
    assert inside >= 0.95 * 400


@pytest.mark.parametrize(("n", "p"), [(2, 0.5), (10, 2.0**-9), (1, 1.0)])
def test_equal_changes_are_no_more_certain_than_their_signs(n, p):
    assert p_of_mean(np.full(n, 0.3)) == pytest.approx(p)
    assert p_of_mean(np.zeros(n)) == 1.0


@pytest.mark.parametrize("groups", [3, 5, 20])
def test_groups_that_are_exactly_alike_leave_room_for_a_gap(groups):
    """Three groups of 40 rows of which each has 20 right are as alike as luck allows; that bounds no true gap."""
    for size, right in ((40, 20), (40, 40), (200, 150)):
        shares, trials = np.full(groups, right / size), np.full(groups, float(size))
        made = widest_gap(shares, trials, np.random.default_rng(0), resamples=1000)
        for level in (0.8, 0.95, 0.999):
            low, high = made.interval(level)
            assert -1e-4 < low <= 0.0  # a tail that was extrapolated; what a score says is cut at 0
            assert high > 0.02


@pytest.mark.parametrize(("cases", "known"), [(1, False), (29, False), (30, True)])
def test_a_suite_of_a_few_cases_is_not_said_to_have_no_failing_test(cases, known):
    examples, records = tiny(3, spread="none", labels=True, groups=1, cases=cases)
    (failing,) = (
        m for m in measure_run(build_frames(records, labels=LABELS, examples=examples)) if m.name == "failing_tests"
    )
    assert (failing.value == 0.0) is known
    decision = decide(Check("c", "failing_tests", max=0.0), failing, 0.95, 1)
    assert decision.verdict == ("PASS" if known else "INCONCLUSIVE")
    assert known or "no test of the suite has the 30 cases" in failing.score().note
