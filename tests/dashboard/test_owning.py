"""Runs are named, tagged, starred, noted, archived, deleted several at once and had back; and found again by all of it."""

from __future__ import annotations

from datetime import datetime

import pytest
from commands import typed
from pages import check, seen
from runs import make_run

from audit.results.trend import trend
from dashboard.views.models_trend import trend_lines


def press(test, key):
    test.button(key=key).click().run()
    check(test)
    return test


@pytest.fixture
def two(store, tmp_path):
    return tuple(
        make_run(store, tmp_path, rows=24, seed=seed, name=name) for seed, name in enumerate(("alpha", "beta"))
    )


def names(test):
    """Runs on a list; the side bar names the last one besides, in no bold letters."""
    return [name for name in ("alpha", "beta", "gamma") if f"**{name}**" in seen(test)]


def test_name_tags_note_and_baseline_are_kept(app, store, two):
    run = two[0]
    test = press(app("runs", run=run.id), f"own-{run.id}")
    test.text_input(key=f"own-name-{run.id}").input("gamma *release*")
    test.multiselect(key=f"own-tags-{run.id}").set_value(["bank", "Q3"])
    test.text_area(key=f"own-note-{run.id}").input("asked <b>legal</b>")
    test.toggle(key=f"own-baseline-{run.id}").set_value(True)
    press(test, f"own-yes-{run.id}")
    kept = store.run(run.id)
    assert (kept.name, kept.tags, kept.baseline) == ("gamma *release*", ("bank", "Q3"), True)
    assert store.note(run.id).note == "asked <b>legal</b>"
    for page in ("runs", "report"):
        shown = seen(app(page, run=run.id))
        for said in ("gamma *release*", "asked <b>legal</b>"):
            assert said in shown
    events = [event.verb for event in store.events(run_id=run.id)]
    assert sorted(events) == ["mark_baseline", "rename_run", "tag_run", "write_note"]


def test_what_was_not_changed_is_no_event(app, store, two):
    test = press(app("runs", run=two[0].id), f"own-{two[0].id}")
    press(test, f"own-yes-{two[0].id}")
    assert store.events(run_id=two[0].id) == ()


def test_a_name_that_is_none_is_refused_in_a_sentence(app, store, two):
    test = press(app("runs", run=two[0].id), f"own-{two[0].id}")
    test.text_input(key=f"own-name-{two[0].id}").input(" ")
    press(test, f"own-yes-{two[0].id}")
    assert "1 to 200 printable characters" in seen(test)
    assert store.run(two[0].id).name == "alpha"


def test_a_star_is_put_on_and_listed(app, store, two):
    press(app("runs"), f"star-{two[1].id}")
    assert store.run(two[1].id).starred
    assert names(app("runs", show="starred")) == ["beta"]
    press(app("runs", run=two[1].id), f"star-{two[1].id}")
    assert not store.run(two[1].id).starred


@pytest.mark.parametrize("part", ["beta", "q3", "committee", "read again"])
def test_the_search_finds_what_was_written(app, store, two, part):
    store.tag_run(two[1].id, ("Q3",))
    store.save_note(two[1].id, "run", "", "for the committee", who="ana")
    store.save_note(two[1].id, "row", str(store.rows(two[1].id)["row_id"].iloc[0]), "read again", who="ana")
    test = app("runs")
    test.text_input(key="q").input(part).run()
    check(test)
    assert names(test) == ["beta"]
    assert part not in str(dict(test.query_params))  # what is typed may be private: the address has a key to it


def test_filters_are_in_the_address(app, store, two):
    store.update_run(two[0].id, verdict="FAIL")
    store.update_run(two[1].id, verdict="PASS")
    assert names(app("runs", verdict="PASS")) == ["beta"]
    assert names(app("runs", verdict="FAIL,PASS")) == ["alpha", "beta"]
    assert "No run fits this search" in seen(app("runs", verdict="INCONCLUSIVE"))
    assert names(app("runs", show="nonsense")) == ["alpha", "beta"]


def test_an_archived_run_is_on_its_own_list_alone(app, store, two):
    press(app("runs", run=two[0].id), f"archive-{two[0].id}")
    assert store.run(two[0].id).archived
    assert names(app("runs")) == ["beta"]
    assert names(app("overview")) == ["beta"]
    assert names(app("runs", show="archived")) == ["alpha"]
    assert "Archived" in seen(app("report", run=two[0].id))
    press(app("runs", run=two[0].id), f"archive-{two[0].id}")
    assert names(app("runs")) == ["alpha", "beta"]


def chosen(app, *run_ids, **query):
    test = app("runs", **query)
    test.toggle(key="several").set_value(True).run()
    for run_id in run_ids:
        test.checkbox(key=f"choose-{run_id}").check()
    test.run()
    check(test)
    return test


def test_several_are_archived_and_taken_back(app, store, two):
    ids = [run.id for run in two]
    test = press(chosen(app, *ids), "archive-several")
    assert [store.run(run_id).archived for run_id in ids] == [True, True]
    assert names(test) == []
    test = app("runs", show="archived")
    test.toggle(key="several").set_value(True).run()
    press(press(test, "choose-all"), "archive-several")
    assert [store.run(run_id).archived for run_id in ids] == [False, False]


def test_several_are_deleted_after_a_question_and_had_back(app, store, two):
    ids = [run.id for run in two]
    test = press(chosen(app, *ids), "do-delete-several")
    assert "2 runs" in seen(test)
    assert "15 minutes" in seen(test)
    assert all(store.exists(run_id) for run_id in ids)
    press(test, "delete-several-yes")
    assert not any(store.exists(run_id) for run_id in ids)
    test = app("runs")  # another window, or the same after a reload
    assert "2 runs were deleted" in seen(test)
    test = press(test, f"undo-{ids[0]}")
    assert store.exists(ids[0])
    press(app("runs"), f"undo-{ids[1]}")
    assert all(store.run(run_id).status == "finished" for run_id in ids)
    assert "deleted" not in seen(app("runs"))


def test_all_are_had_back_at_once(app, store, two):
    for run in two:
        store.hide_run(run.id)
    press(app("runs"), "undo-all")
    assert all(store.exists(run.id) for run in two)


def test_nothing_chosen_nothing_done(app, store, two):
    test = chosen(app)
    assert test.button(key="archive-several").disabled
    assert test.button(key="do-delete-several").disabled


def test_what_was_deleted_long_ago_is_erased_by_whoever_looks(app, store, two):
    store.hide_run(two[0].id)
    store.update_run(two[0].id, deleted_at="2026-01-01T00:00:00.000+00:00")
    assert "deleted" not in seen(app("runs"))
    assert store.deleted_runs() == ()
    assert store.events(run_id=two[0].id)[0].verb == "erase_discarded"


def test_a_note_stands_by_its_row_and_its_finding(app, store, two):
    run = two[0]
    row = str(store.rows(run.id)["row_id"].iloc[3])
    test = app("report", run=run.id, section="rows", row=row)
    test.text_area(key=f"note-row-{run.id}-{row}").input("label is wrong")
    press(test, f"note-save-row-{run.id}-{row}")
    test = app("report", run=run.id)
    boxes = {box.key for box in test.text_area}  # what usual models show as well has none
    finding = next(f.id for f in store.findings(run.id) if f"note-finding-{run.id}-{f.id}" in boxes)
    test.text_area(key=f"note-finding-{run.id}-{finding}").input("accepted")
    press(test, f"note-save-finding-{run.id}-{finding}")
    assert {(n.about, n.subject, n.note) for n in store.notes(run.id)} == {
        ("row", row, "label is wrong"), ("finding", finding, "accepted"),
    }  # fmt: skip
    assert "label is wrong" in seen(app("report", run=run.id, section="rows", row=row))
    assert "accepted" in seen(app("report", run=run.id))
    test = app("report", run=run.id)
    test.text_area(key=f"note-finding-{run.id}-{finding}").input("")
    press(test, f"note-save-finding-{run.id}-{finding}")
    assert store.note(run.id, "finding", finding) is None


def test_the_address_to_copy_is_that_of_the_view(app, store, two):
    test = app("report", run=two[0].id, section="rows", right="wrong")
    (code,) = [block.value for block in test.code if "run=" in block.value]
    assert f"run={two[0].id}" in code
    assert "section=rows" in code


def test_a_run_is_run_again_on_another_table(app, store, two):
    other = store.uploads()[0].sha256 if store.uploads()[0].sha256 != two[0].upload else store.uploads()[1].sha256
    test = press(app("runs", run=two[0].id), "do-again")
    assert two[0].upload not in test.selectbox(key="again-table").options
    test = app("new_audit", clone=two[0].id, table=other)
    assert test.selectbox(key="audit-table").value == other
    assert "With the settings of" in seen(test)
    test = app("new_audit", clone=two[0].id)
    assert test.selectbox(key="audit-table").value == two[0].upload


def test_a_models_runs_over_time_against_the_baseline(app, store, two):
    assert "No run of this model is its baseline yet" in seen(app("models", trend="sentiment"))
    store.mark_baseline(two[0].id, True)
    test = app("models", trend="sentiment")
    shown = seen(test)
    for said in ("alpha", "beta", "Baseline", "sentiment over time"):
        assert said in shown
    in_terminal = typed("audit", "diff", two[0].id, two[1].id).out.splitlines()
    assert in_terminal[1] in [told.value.replace("\\", "") for told in test.markdown], "said once, the same everywhere"
    assert "Compare with the baseline" in shown
    lines = trend_lines(trend(store, "sentiment"), "accuracy")
    assert [line["run"] for line in lines] == ["alpha", "beta"]
    assert all(datetime.fromisoformat(line["finished_at"]).tzinfo is not None for line in lines), "whose time it is"
    assert "No audit of this model has finished yet" in seen(app("models", trend="intents"))
    assert "Over time" in seen(app("models"))
