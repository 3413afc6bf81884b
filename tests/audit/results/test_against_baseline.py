"""Runs held against a baseline run: chosen, pinned, checked again, and told where it is gone."""

from __future__ import annotations

import pytest
from runs import make_run

from audit.results.judging import judge, judged_by, reviewed
from audit.results.recomputing import check_scores
from audit.score.policy import POLICIES, load_policy
from audit.store import Store

RELEASE = load_policy(POLICIES / "release.toml").to_dict()


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def runs(store, tmp_path):
    """Two runs of one table; the second has the first attack succeed wherever it may."""
    before = make_run(store, tmp_path, rows=40, name="before", fates={"deepwordbug": False})
    now = make_run(store, tmp_path, rows=40, name="now", fates={"deepwordbug": True})
    return before.id, now.id


def margins(findings):
    """The worst verdict of each check that has a margin."""
    order = ("PASS", "INCONCLUSIVE", "FAIL")
    held = sorted(
        (f for f in findings if f.score.definition == "worse_than_baseline"), key=lambda f: order.index(f.verdict)
    )
    return {f.id.split(":")[1]: f.verdict for f in held}


def test_a_run_is_held_against_the_one_that_is_marked(store, runs):
    before, now = runs
    assert margins(judge(store, now, RELEASE))["accuracy-not-worse"] == "INCONCLUSIVE"
    store.mark_baseline(before, True)
    found = judge(store, now, RELEASE)
    assert margins(found)["attacks-not-worse"] == "FAIL"
    run = store.run(now)
    assert (run.policy["baseline"], run.verdict) == (before, "FAIL")
    (fallen,) = [f for f in found if f.id.startswith("check:attacks-not-worse:") and f.verdict == "FAIL"]
    assert fallen.score.registered == ("deepwordbug",)
    assert f"than in the baseline run {before}" in fallen.title
    own = judge(store, before, RELEASE)
    assert margins(own)["accuracy-not-worse"] == "INCONCLUSIVE"
    assert any("the baseline itself" in f.note for f in own)


def test_what_it_says_can_be_checked_again_even_where_the_baseline_is_gone(store, runs):
    before, now = runs
    store.mark_baseline(before, True)
    judge(store, now, RELEASE)
    assert check_scores(store, now) == []
    store.mark_baseline(before, False)  # the run was held against it all the same
    assert check_scores(store, now) == []
    assert margins(reviewed(store, now))["attacks-not-worse"] == "FAIL"
    store.hide_run(before)
    noted: list[str] = []
    assert check_scores(store, now, noted=noted.append) == []
    assert any("which is not here" in said for said in noted)


def test_a_run_judged_without_a_baseline_stays_so_when_one_is_marked_later(store, runs):
    before, now = runs
    judge(store, now, RELEASE)
    store.mark_baseline(before, True)
    assert check_scores(store, now) == []


def test_looking_changes_nothing(store, runs):
    before, now = runs
    there = judged_by(store, now, {**RELEASE, "baseline": before})
    assert there.policy["baseline"] == before
    assert margins(there.findings)["attacks-not-worse"] == "FAIL"
    assert "baseline" not in store.run(now).policy
