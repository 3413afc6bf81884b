"""A press counts whatever redraws the page before its script comes to the button, and a dialog stays until it is answered."""

from __future__ import annotations

import inspect
import re

import pytest
import streamlit as st
from pages import check, seen
from runs import make_run, write_table

from dashboard.app import VIEWS
from models.places import REPOSITORY


@pytest.fixture
def overtaken(monkeypatch):
    """Let the script of one press be started anew, without the press, before it draws the page: as a timer's redraw does."""
    from dashboard.page import frame

    left = [0]
    heading = frame.heading

    def interrupted(*args):
        if left[0]:
            left[0] -= 1
            st.rerun()
        heading(*args)

    for view in (name for name in VIEWS if name != "overview"):
        monkeypatch.setattr(f"dashboard.views.{view}.heading", interrupted)
    return lambda: left.__setitem__(0, 1)


def press(test, key):
    test.button(key=key).click().run()
    check(test)
    return test


def register(store, tmp_path):
    from models import catalog

    (tmp_path / "mine").mkdir()
    catalog.add("mine", str(tmp_path / "mine"), labels=("no", "yes"), in_place=True)


def opened(test, key):
    return f"{key}-yes" in [button.key for button in test.button]


def drawn(app, store, tmp_path, page):
    if page == "models":
        register(store, tmp_path)
        return app("models"), "remove-mine", "remove-model"
    run = make_run(store, tmp_path, status="cancelled", done=0.3)
    if page == "runs":
        return app("runs", run=run.id), "do-delete", "delete-run"
    return app("data"), f"delete-{run.upload[:12]}", "delete-upload"


@pytest.mark.parametrize("page", ["models", "runs", "data"])
def test_a_dialog_opens_though_its_press_is_overtaken_and_stays_through_redraws(app, store, tmp_path, overtaken, page):
    test, button, dialog = drawn(app, store, tmp_path, page)
    overtaken()
    press(test, button)
    assert opened(test, dialog)
    test.run()
    assert opened(test, dialog)
    press(test, f"{dialog}-no")
    assert not opened(test, dialog)
    test.run()
    assert not opened(test, dialog)


@pytest.mark.parametrize("page", ["models", "runs", "data"])
def test_an_answer_is_carried_out_though_it_is_overtaken(app, store, tmp_path, overtaken, page):
    from models import catalog

    test, button, dialog = drawn(app, store, tmp_path, page)
    press(test, button)
    overtaken()
    press(test, f"{dialog}-yes")
    assert not opened(test, dialog)
    if page == "models":
        assert catalog.registered() == ()
    elif page == "runs":
        assert store.runs().empty
    else:
        assert not store.uploads()


def test_a_dialog_of_another_page_is_closed(app, store, tmp_path):
    test, button, dialog = drawn(app, store, tmp_path, "models")
    press(test, button)
    test.session_state["_title"] = "Runs"  # as after a look at another page
    test.run()
    assert not opened(test, dialog)


def test_what_a_run_is_told_counts_though_it_is_overtaken(app, store, tmp_path, overtaken):
    run = make_run(store, tmp_path, status="running", done=0.3)
    test = app("runs", run=run.id)
    overtaken()
    press(test, "do-Cancel")
    assert store.run(run.id).status == "cancelled"


def test_an_audit_is_started_once_and_as_the_page_says_though_the_press_is_overtaken(app, store, tmp_path, overtaken):
    register(store, tmp_path)
    path = write_table(tmp_path / "t.csv", 30, ("yes", "no"))
    table = store.add_upload(path, path.name).sha256
    test = app("new_audit", model="mine", table=table)
    test.number_input(key="seed").set_value(7)
    overtaken()
    press(test, "start")
    [run] = store.runs().itertuples()
    assert store.run(run.id).spec["seed"] == 7
    test.run()
    assert len(store.runs()) == 1


def test_labels_are_renamed_and_a_model_is_asked_for_though_the_press_is_overtaken(app, store, tmp_path, overtaken):
    from models import catalog

    register(store, tmp_path)
    test = app("models")
    test.text_area(key="new-labels-mine").set_value("bad\ngood")
    overtaken()
    next(b for b in test.button if b.label == "Rename the labels").click().run()
    check(test)
    assert catalog.find("mine").labels == ("bad", "good")
    overtaken()
    next(b for b in test.button if b.label == "Check and register").click().run()
    assert "Give a folder (or hub id) and a name" in seen(test)


def test_no_page_waits_for_a_press_in_its_script():
    """`if st.button(...)` can lose the press: see `dashboard.page.press`."""
    asked = re.compile(r"(?:\bif|=|\breturn|\band|\bor)\s+(?:not\s+)?\w+(?:\.\w+)*\.(?:form_submit_)?button\(")
    files = [path for path in (REPOSITORY / "dashboard").rglob("*.py") if path.name != "press.py"]  # which tells of it
    assert [path.name for path in files if asked.search(path.read_text("utf-8"))] == []
    assert asked.search(inspect.cleandoc("if left.button('x'):"))


def test_a_box_named_again_after_it_is_gone_undoes_nothing(monkeypatch):
    from dashboard.page import press as presses

    done = []
    for shown, chosen in (("Notes", "Notes"), ("Notes", None), ("Notes", "Data"), ("", "tiny"), ("tiny", "")):
        monkeypatch.setattr(presses.st, "session_state", {"box": chosen})
        presses.changed("box", shown, done.append)
    assert done == ["Data", "tiny", ""]


def test_every_box_that_does_something_asks_whether_another_choice_was_made():
    used = {
        (path.name, found)
        for path in (REPOSITORY / "dashboard").rglob("*.py")
        for found in re.findall(r"on_change=(\w+)", path.read_text(encoding="utf-8"))
    }
    assert used == {
        ("chart_picks.py", "changed"),
        ("column_form.py", "changed"),
        ("labels.py", "changed"),
        ("report_judged.py", "changed"),
    }
