"""Policies on the pages: read, copied, changed with what is wrong beside the field, chosen, and a run judged again."""

from __future__ import annotations

import json

import pytest
from pages import check, seen
from runs import make_run

from audit.actions import policies
from audit.actor import local_user
from audit.score.policy import PURPOSES, load_policy

STRICT = {"version": 1, "name": "strict", "check": [{"id": "accuracy", "score": "accuracy", "min": 0.999}]}
LAX = {"version": 1, "name": "lax", "check": [{"id": "accuracy", "score": "accuracy", "min": 0.001}]}


def press(test, key):
    test.button(key=key).click().run()
    check(test)
    return test


def field(test, kind, ending):
    return next(one for one in getattr(test, kind) if str(one.key).endswith(ending))


@pytest.fixture
def ours(store):
    return policies.save(local_user(), "ours", {**load_policy().to_dict()})


def test_the_list_says_what_each_wants(app, store, ours):
    shown = seen(app("policies"))
    for said in ("everyday", "adversary", "release", "Comes with Assay", "ours", "Version 1", "Accuracy: at least 60%"):
        assert said in shown


def test_a_policy_is_read_in_plain_words(app, store):
    shown = seen(app("policies", policy="everyday"))
    for check_ in (
        "Accuracy: at least 60%",
        "Flip rate, Capital letters: at most 10%",
        "Patterns inform",
        "Everyday use",
        "at most 5% of audits",
    ):
        assert check_ in shown
    assert "policy-edit" not in [b.key for b in app("policies", policy="everyday").button]
    assert "not here" in seen(app("policies", policy="nothing"))


def test_a_copy_is_made_and_opened_to_be_changed(app, store):
    test = press(app("policies", policy="everyday"), "policy-copy")
    test.text_input(key="policy-copy-name").input("support desk")
    press(test, "policy-copy-yes")
    (kept,) = store.policies()
    assert kept.name == "support desk"
    assert {**dict(kept.policy), "name": "everyday"} == load_policy().to_dict()
    test = press(app("policies", policy="everyday"), "policy-copy")
    test.text_input(key="policy-copy-name").input("Support Desk")
    press(test, "policy-copy-yes")
    assert "already" in seen(test)
    assert len(store.policies()) == 1


def test_a_threshold_is_changed(app, store, ours):
    test = app("policies", policy="ours", edit="1")
    field(test, "number_input", "-check-0-min").set_value(93.5)
    field(test, "selectbox", "-check-0-severity").set_value("critical")
    test.run()
    press(test, "policy-keep")
    (kept,) = store.policies()
    assert kept.version == 2
    before = {entry["id"]: entry for entry in ours.policy["check"]}
    after = {entry["id"]: entry for entry in kept.policy["check"]}
    assert after["accuracy"] == {**before["accuracy"], "min": 0.935, "severity": "critical"}
    assert {k: v for k, v in after.items() if k != "accuracy"} == {k: v for k, v in before.items() if k != "accuracy"}
    assert kept.policy["pattern"] == ours.policy["pattern"]
    assert [e.verb for e in store.events()][:1] == ["save_policy"]
    assert "Earlier versions (1)" in str([e.label for e in app("policies", policy="ours").expander])


def test_nothing_changed_is_no_version(app, store, ours):
    press(app("policies", policy="ours", edit="1"), "policy-keep")
    assert store.policies()[0].version == 1


def test_a_check_is_removed_and_one_is_added(app, store, ours):
    test = app("policies", policy="ours", edit="1")
    field(test, "button", "-check-0-remove").click().run()
    check(test)
    test.selectbox(key="policy-add-score").set_value("flip_rate").run()
    test.selectbox(key="policy-add-probe-flip_rate").set_value("keyboard_typos")
    field(test, "number_input", "policy-add-threshold-flip_rate").set_value(7)
    test.run()
    press(press(test, "policy-add"), "policy-keep")
    entries = store.policies()[0].policy["check"]
    assert "accuracy" not in [entry["id"] for entry in entries]
    assert entries[-1] == {"id": "flip-rate", "score": "flip_rate", "max": 0.07, "probe": "keyboard_typos"}


def test_words_of_ones_own_are_written_and_taken_back(app, store, ours):
    test = app("policies", policy="ours", edit="1")
    why, step = (field(test, "text_area", f"-check-0-{name}") for name in ("why", "next_step"))
    assert "Every other figure builds on this one" in why.placeholder, "what is said without"
    why.set_value("  The desk answers by it.  ")
    step.set_value("Ask Ana before you change the thresholds.")
    field(test, "number_input", "-pattern-0-at_most").set_value(2)
    press(test.run(), "policy-keep")
    kept = store.policies()[0].policy
    assert kept["check"][0]["why"] == "The desk answers by it."
    assert kept["check"][0]["next_step"] == "Ask Ana before you change the thresholds."
    assert kept["pattern"][0] == {**ours.policy["pattern"][0], "at_most": 2}
    assert "The desk answers by it." in seen(app("policies", policy="ours"))
    test = app("policies", policy="ours", edit="1")
    field(test, "text_area", "-check-0-why").set_value("")
    press(test.run(), "policy-keep")
    assert "why" not in store.policies()[0].policy["check"][0]


def test_a_pattern_is_added(app, store, ours):
    test = app("policies", policy="ours", edit="1")
    next(c for c in test.segmented_control if c.key == "policy-add-table").set_value("pattern").run()
    test.selectbox(key="policy-add-score").set_value("class_recall").run()
    field(test, "number_input", "policy-add-threshold-class_recall").set_value(55)
    test.text_input(key="policy-add-slice-class_recall").set_value("label=*")
    test.run()
    press(press(test, "policy-add"), "policy-keep")
    kept = store.policies()[0].policy
    assert kept["check"] == ours.policy["check"]
    assert kept["pattern"][-1] == {"id": "class-recall", "score": "class_recall", "min": 0.55, "slice": "label=*"}


def test_what_is_wrong_is_said_beside_the_field_and_keeps_it_from_being_kept(app, store, ours):
    test = app("policies", policy="ours", edit="1")
    test.selectbox(key="policy-add-score").set_value("accuracy").run()
    test.selectbox(key="policy-add-bound-accuracy").set_value("max")
    field(test, "number_input", "policy-add-threshold-accuracy").set_value(10)
    test.run()
    press(test, "policy-add")
    shown = seen(test)
    assert "no run can pass both" in shown
    assert test.button(key="policy-keep").disabled
    assert "settled" in shown


def test_a_run_is_looked_at_under_another_policy_and_judged_by_it(app, store, tmp_path):
    run = make_run(store, tmp_path, rows=24)
    for policy in (STRICT, LAX):
        policies.save(local_user(), policy["name"], policy)
    before = store.findings(run.id)
    test = app("report", run=run.id, section="policy")
    assert "Judged by **everyday**" in seen(test)  # its digest stands under provenance
    test.selectbox(key="judge-policy").set_value("strict").run()
    check(test)
    shown = seen(test)
    assert "Does not meet the policy" in shown
    assert "Now: everyday" in shown
    assert "Instead: strict" in shown
    table = next(f.value for f in test.dataframe if "verdict there" in f.value.columns)
    line = table[table["score"] == "Accuracy"].iloc[0]
    assert (line["now"], line["there"], line["verdict there"]) == ("at least 60%", "at least 99.9%", "× Not met")
    assert store.findings(run.id) == before  # looking changes nothing
    assert store.run(run.id).policy["name"] == "everyday"
    press(test, "use-policy")
    assert (store.run(run.id).policy["name"], store.run(run.id).verdict) == ("strict", "FAIL")
    assert store.events(run_id=run.id)[0].verb == "set_policy"
    assert "judged by the policy strict" in seen(app("report", run=run.id))


def test_a_run_that_goes_on_has_no_verdict_to_look_at(app, store, tmp_path):
    going = make_run(store, tmp_path, rows=12, seed=3, status="running", done=0.5)
    assert "There is no verdict yet" in seen(app("report", run=going.id, section="policy"))


def test_a_new_audit_is_started_with_the_policy_chosen(app, store, ours, tmp_path):
    policies.save(local_user(), "strict", STRICT)
    table = tmp_path / "t.csv"
    table.write_text("text,label\n" + "".join(f"a fine film number {i},positive\n" for i in range(12)))
    upload = store.add_upload(table, "t.csv")
    test = app("new_audit", model="sentiment", table=upload.sha256)
    test.radio(key="policy-purpose").set_value("own").run()
    (box,) = [b for b in test.selectbox if b.key == "policy"]
    box.set_value(policies.named(_reader(), "strict").digest).run()
    check(test)
    press(test, "start")
    (run,) = store.runs().itertuples()
    assert store.run(run.id).policy["name"] == "strict"
    again = app("new_audit", clone=run.id)
    (box,) = [b for b in again.selectbox if b.key == "policy"]
    assert box.value == policies.named(_reader(), "strict").digest


def test_a_new_audit_is_judged_by_its_purpose(app, store, tmp_path):
    before = make_run(store, tmp_path, rows=12, name="the one before")
    table = tmp_path / "t.csv"
    table.write_text("text,label\n" + "".join(f"a fine film number {i},positive\n" for i in range(12)))
    upload = store.add_upload(table, "t.csv")
    started = {}
    for purpose in PURPOSES:
        test = app("new_audit", model="sentiment", table=upload.sha256)
        test.radio(key="policy-purpose").set_value(purpose).run()
        if purpose == "release":
            assert "None is marked yet" in test.selectbox(key="policy-baseline").options
            test.selectbox(key="policy-baseline").set_value(before.id).run()
        check(test)
        press(test, "start")
        started[purpose] = store.run("latest")
    assert started["everyday"].spec["policy"] is None
    assert started["adversary"].spec["policy"]["name"] == "adversary"
    release = started["release"]
    assert (release.spec["policy"]["name"], release.spec["policy"]["baseline"]) == ("release", before.id)
    again = app("new_audit", clone=release.id)
    assert again.radio(key="policy-purpose").value == "release"
    assert again.selectbox(key="policy-baseline").value == before.id


def test_a_run_is_held_against_a_run_before_it(app, store, tmp_path):
    before = make_run(store, tmp_path, rows=24, name="the one before", fates={"deepwordbug": False})
    run = make_run(store, tmp_path, rows=24, fates={"deepwordbug": True})
    test = app("report", run=run.id, section="policy")
    test.selectbox(key="judge-policy").set_value("release").run()
    test.selectbox(key="judge-baseline").set_value(before.id).run()
    check(test)
    table = next(f.value for f in test.dataframe if "verdict there" in f.value.columns)
    assert "worse by at most 10%" in set(table["there"])
    press(test, "use-policy")
    judged = store.run(run.id)
    assert (judged.policy["name"], judged.policy["baseline"]) == ("release", before.id)


def _reader():
    from audit.actions.reading import Reader

    return Reader(local_user())


def test_hostile_names_are_shown_never_obeyed(app, store):
    policies.save(
        local_user(), "a_b. c", {**STRICT, "check": [{**STRICT["check"][0], "why": "<img src=x> **bold** :red[x]"}]}
    )
    shown = app("policies", policy="a_b. c")
    assert json.dumps("**bold**")[1:-1] in seen(shown)
    assert not any("<img" in str(m.value) and "\\<img" not in str(m.value) for m in shown.markdown)
