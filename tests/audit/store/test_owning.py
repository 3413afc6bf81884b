"""Names, tags, stars, notes and deletion for now, as the store keeps them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from audit.errors import UnknownName
from audit.run.discarding import GRACE, erase_discarded
from audit.store import NewRun
from audit.store.base import dump
from audit.store.lasting import Lasting


def add(store, run_id, **changes):
    values = {
        "id": run_id, "name": f"run {run_id}", "suite": "quick", "spec": {"seed": 0}, "spec_hash": "h", "model": "m",
        "table_name": "t.csv", "upload": None, "who": "me", "priority": 1,
    }  # fmt: skip
    return store.add_run(NewRun(**values | changes))


def listed(store, **wanted):
    return sorted(store.runs(**wanted)["id"])


@pytest.fixture
def three(store):
    for run_id in ("aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"):
        add(store, run_id)
    return "aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"


def test_a_run_has_nothing_of_its_own_at_first(store, three):
    run = store.run(three[0])
    assert (run.tags, run.starred, run.archived, run.baseline, run.policy_chosen, run.deleted_at) == (
        (), False, False, False, False, None,
    )  # fmt: skip
    assert store.notes(three[0]) == ()
    assert store.tags() == ()


def test_names_tags_and_stars_are_kept_and_listed(store, three):
    a, b, c = three
    store.rename_run(a, "the March release")
    store.tag_run(a, ("Release", "审计"))
    store.tag_run(b, ("draft", "Release"))
    store.star_run(b, True)
    store.archive_run(c, True)
    run = store.run(a)
    assert (run.name, run.tags) == ("the March release", ("Release", "审计"))
    assert store.tags() == ("draft", "Release", "审计")
    assert listed(store, starred=True) == [b]
    assert listed(store, archived=False) == [a, b]
    assert listed(store, archived=True) == [c]
    assert store.count_runs(archived=False, starred=False) == 1
    assert dict(zip(store.runs()["id"], store.runs()["tags"], strict=True))[a] == ("Release", "审计")


@pytest.mark.parametrize(
    "part", ["March", "march", "审计", "a-model", "tickets", "bbbb", "seasonal", "misread by", "asked legal"]
)
def test_a_search_looks_at_name_id_model_table_tags_and_notes(store, part):
    add(store, "aaaaaaaaaaaa", name="nothing of it")
    add(store, "bbbbbbbbbbbb", name="the March release", model="a-model", table_name="tickets.csv")
    store.tag_run("bbbbbbbbbbbb", ("审计",))
    store.save_note("bbbbbbbbbbbb", "run", "", "seasonal rows", who="ana")
    store.save_note("bbbbbbbbbbbb", "row", "r1", "misread by everybody", who="ana")
    store.save_note("bbbbbbbbbbbb", "finding", "accuracy:accuracy", "asked legal", who="ana")
    assert listed(store, search=part) == ["bbbbbbbbbbbb"]
    assert store.count_runs(search=part) == 1


def test_signs_of_a_pattern_are_searched_as_they_stand(store, three):
    store.tag_run(three[0], ("50%",))
    assert listed(store, search="50%") == [three[0]]
    assert listed(store, search="_") == []


def test_a_verdict_can_be_asked_for(store, three):
    store.update_run(three[0], verdict="FAIL")
    store.update_run(three[1], verdict="PASS")
    assert listed(store, verdict=("FAIL",)) == [three[0]]
    assert listed(store, verdict=("FAIL", "PASS")) == list(three[:2])


def test_a_note_replaces_the_one_before_and_an_empty_one_removes_it(store, three):
    a = three[0]
    store.save_note(a, "row", "r1", "first", who="ana")
    store.save_note(a, "row", "r1", "second", who="ben")
    store.save_note(a, "row", "r2", "other", who="ana")
    note = store.note(a, "row", "r1")
    assert (note.note, note.who) == ("second", "ben")
    frame = store.with_notes(a, pd.DataFrame({"row_id": ["r2", "r3", "r1"]}))
    assert list(frame["note"]) == ["other", "", "second"]
    store.save_note(a, "row", "r1", "", who="ana")
    assert [n.subject for n in store.notes(a)] == ["r2"]
    assert store.note(three[1], "row", "r2") is None


def test_a_model_has_one_baseline(store, three):
    a, b, _ = three
    add(store, "dddddddddddd", model="other")
    store.mark_baseline("dddddddddddd", True)
    store.mark_baseline(a, True)
    store.mark_baseline(b, True)
    assert (store.baseline("m"), store.baseline("other"), store.baseline("none")) == (b, "dddddddddddd", None)
    store.mark_baseline(b, False)
    assert store.baseline("m") is None


def test_a_deleted_run_is_nowhere_until_it_is_had_back(store, three):
    a, b, c = three
    store.mark_baseline(a, True)
    store.save_note(a, "run", "", "kept", who="ana")
    store.update_run(b, status="finished")
    store.hide_run(a)
    assert listed(store) == [b, c]
    assert store.count_runs() == 2
    assert not store.exists(a)
    assert store.baseline("m") is None
    for name in (a, a[:6]):
        with pytest.raises(UnknownName):
            store.run(name)
    assert store.run("latest").id != a
    assert [(run.id, run.name) for run in store.deleted_runs()] == [(a, f"run {a}")]
    assert a not in {run_id for run_id, _, _ in store.unstarted()}
    store.restore_run(a)
    assert listed(store) == [a, b, c]
    assert store.note(a).note == "kept"
    assert store.baseline("m") == a
    assert store.run(a).status == "cancelled"  # it was queued, and no worker would have gone on
    assert store.deleted_runs() == ()


def test_a_deleted_run_that_had_finished_comes_back_as_it_was(store, three):
    store.update_run(three[0], status="finished", verdict="PASS", finished_at="2026-01-01T00:00:00.000+00:00")
    before = store.run(three[0])
    store.hide_run(three[0])
    store.restore_run(three[0])
    assert store.run(three[0]) == before


def test_deleted_runs_are_no_work_for_a_worker(store, three):
    for run_id in three:
        store.hide_run(run_id)
    assert not store.any_active()
    assert store.unstarted() == []


def test_only_what_is_deleted_is_had_back(store, three):
    for run_id in (three[0], "ffffffffffff"):
        with pytest.raises(UnknownName, match="deleted run"):
            store.restore_run(run_id)


def test_deleted_runs_are_erased_when_their_time_is_over_and_never_before(store, three):
    a, b, _ = three
    store.save_note(a, "run", "", "secret", who="ana")
    store.hide_run(a)
    at = datetime.now(UTC)
    clock = [0.0]
    seen = Lasting(GRACE.total_seconds(), lambda: clock[0])
    assert erase_discarded(store, at, seen) == 0
    clock[0] = 895.0
    assert erase_discarded(store, at + GRACE - timedelta(seconds=5), seen) == 0
    assert [run.id for run in store.deleted_runs()] == [a]
    store.hide_run(b)
    store.update_run(b, deleted_at=(at + timedelta(minutes=5)).isoformat(timespec="milliseconds"))
    clock[0] = 905.0
    assert erase_discarded(store, at + GRACE + timedelta(seconds=5), seen) == 1
    assert [run.id for run in store.deleted_runs()] == [b]
    assert store.notes(a) == ()
    (event,) = store.events(run_id=a)
    assert (event.who, event.via, event.verb, event.outcome) == ("assay", "system", "erase_discarded", "done")
    assert erase_discarded(store, at + GRACE + timedelta(seconds=5), seen) == 0
    assert len(store.events(run_id=a)) == 1


def test_a_clock_that_leaps_ahead_erases_nothing_before_its_time(store, three):
    a = three[0]
    store.hide_run(a)
    clock = [0.0]
    seen = Lasting(GRACE.total_seconds(), lambda: clock[0])
    leapt = datetime.now(UTC) + timedelta(days=3)
    assert erase_discarded(store, leapt, seen) == 0
    store.restore_run(a)
    clock[0] = 890.0
    assert erase_discarded(store, leapt, seen) == 0  # not there: what was seen of it counts no more
    store.hide_run(a)
    clock[0] = 1_000.0
    assert erase_discarded(store, leapt, seen) == 0
    clock[0] = 2_000.0
    assert erase_discarded(store, leapt, seen) == 1


def test_what_is_a_week_old_is_erased_by_whoever_comes_by(store, three):
    store.hide_run(three[0])
    old = datetime.now(UTC) + timedelta(days=8)
    assert erase_discarded(store, old, Lasting(GRACE.total_seconds())) == 1


def test_policies_are_kept_by_name_with_every_version(store):
    first = store.save_policy("ours", {"name": "ours", "alpha": 0.05}, "d1", who="ana")
    same = store.save_policy("ours", {"name": "ours", "alpha": 0.05}, "d1", who="ben")
    second = store.save_policy("ours", {"name": "ours", "alpha": 0.01}, "d2", who="ben")
    back = store.save_policy("ours", {"name": "ours", "alpha": 0.05}, "d1", who="ana")
    store.save_policy("theirs", {"name": "theirs"}, "d3", who="ana")
    assert first == same
    assert [p.version for p in (first, second, back)] == [1, 2, 3]
    assert [(p.name, p.version, p.digest) for p in store.policies()] == [("ours", 3, "d1"), ("theirs", 1, "d3")]
    assert [p.policy["alpha"] for p in store.policy_versions("ours")] == [0.05, 0.01, 0.05]
    assert store.delete_policy("ours")
    assert not store.delete_policy("ours")
    assert [p.name for p in store.policies()] == ["theirs"]
    assert dump(store.policies()[0].policy) == '{"name":"theirs"}'
