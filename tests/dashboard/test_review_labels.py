"""Review of labels: worst first, kept, relabelled or dropped by a key, undone, counted, blind of others, and what follows from it."""

from __future__ import annotations

import pytest
from pages import check, seen
from runs import make_run

from audit.actor import Actor, Role
from audit.results.reading import read
from dashboard.door.actor import with_actor

LABELS = ("calm", "cross", "glad")


@pytest.fixture
def run(store, tmp_path):
    return make_run(store, tmp_path, rows=90, labels=LABELS)


@pytest.fixture
def queue(store, run):
    return read(store, run.id).table("label_suspects")


@pytest.fixture
def page(app, run):
    return lambda: app("report", run=run.id, section="review", what="labels")


def press(test, key):
    test.button(key=key).click().run()
    check(test)
    return test


def verdicts(store, run):
    return {review.row_id: (review.verdict, review.label) for review in store.reviews(run.id)}


def test_the_worst_comes_first_and_a_verdict_brings_the_next(store, run, queue, page):
    test = page()
    first, second, third = (store.example(run.id, row_id) for row_id in queue["row_id"][:3])
    assert first.text in seen(test)
    assert f"0 of {len(queue)} judged" in seen(test)
    assert second.text in seen(press(test, "label-keep"))
    assert third.text in seen(press(test, "label-answer"))
    press(test, "label-drop")
    assert f"3 of {len(queue)} judged" in seen(test)
    assert verdicts(store, run) == {
        first.row_id: ("keep", ""), second.row_id: ("relabel", str(queue["answer"][1])), third.row_id: ("drop", ""),
    }  # fmt: skip
    said = seen(test)
    assert "3 rows were judged: keep 1, relabel 1, drop 1." in said
    assert "Labels as they were" in said


def test_any_other_label_can_be_given(store, run, queue, page):
    test = page()
    (other,) = set(LABELS) - {queue["label"][0], queue["answer"][0]}
    assert test.button(key="label-other").disabled
    row_id = str(queue["row_id"][0])
    test.selectbox(key=f"label-other-{row_id}").set_value(other).run()
    press(test, "label-other")
    assert verdicts(store, run) == {row_id: ("relabel", other)}


def test_every_verdict_has_a_key_and_none_is_the_blue_one(page):
    buttons = {b.key: b.proto for b in page().button if b.key and b.key.startswith("label-")}
    keys = {name: buttons[f"label-{name}"].shortcut for name in ("keep", "answer", "drop", "skip")}
    assert keys == {"keep": "1", "answer": "2", "drop": "3", "skip": "4"}
    assert {buttons[f"label-{name}"].type for name in ("keep", "answer", "drop")} == {"secondary"}


def test_the_last_judgement_is_undone_and_one_put_off_comes_back(store, run, queue, page):
    test = page()
    first, second = (store.example(run.id, row_id) for row_id in queue["row_id"][:2])
    press(test, "label-skip")
    assert second.text in seen(test)
    press(test, "label-keep")
    assert list(verdicts(store, run)) == [second.row_id]
    press(test, "undo-label")
    assert verdicts(store, run) == {}
    for _ in range(len(queue) - 1):
        press(test, "label-keep")
    assert first.text in seen(test)
    press(test, "label-drop")
    assert "You have judged every row" in seen(test)


def test_a_second_press_before_the_next_row_is_drawn_does_not_judge_the_same_again(store, run, queue, page):
    test, stale = page(), page()
    press(test, "label-drop")
    press(stale, "label-keep")
    assert verdicts(store, run) == {str(queue["row_id"][0]): ("drop", "")}


def test_what_others_judged_is_told_of_rows_one_has_judged_oneself(store, run, queue, page, monkeypatch):
    row_id = str(queue["row_id"][0])
    probe = next(p.probe for p in store.probes(run.id) if p.kind == "prediction")
    store.save_review(run.id, probe, row_id, "drop", who="ben")
    actor = Actor("ana", frozenset([Role.REVIEWER]), "token", "default")
    headers = {n.decode(): v.decode("latin-1") for n, v in with_actor([], actor)}
    monkeypatch.setattr("streamlit.runtime.context.ContextProxy.headers", headers)
    test = page()
    assert "ben: " not in seen(test)
    press(test, "label-keep")
    assert "ben: " in seen(test)
    press(test, f"undo-label-{row_id}")
    assert [review.who for review in store.reviews(run.id)] == ["ben"]


def test_attacks_and_labels_are_judged_on_one_page(app, run):
    test = app("report", run=run.id, section="review")
    choice = next(one for one in test.segmented_control if one.key == "what")
    assert choice.options == ["Attacks", "Labels"]
    choice.set_value("labels").run()
    check(test)
    assert "Which label is right?" in seen(test)


def test_too_few_rows_are_told_instead_of_a_queue(app, store, tmp_path):
    run = make_run(store, tmp_path, rows=12)
    test = app("report", run=run.id, section="review", what="labels")
    assert "from 50 labelled texts on; here there are 12" in seen(test)
    assert not [button for button in test.button if button.key == "label-keep"]
