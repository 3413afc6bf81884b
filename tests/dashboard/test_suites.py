"""Behavioural suites on the pages: read, written with a live preview, brought in by mouse with columns and labels, taken out."""

from __future__ import annotations

import pytest
from pages import check, seen

from audit.actions import suites
from audit.actor import local_user
from audit.behave.suites.toml_file import parse_toml

OWN = """name = "films"
[[test]]
name = "blame"
type = "MFT"
label = "negative"
cases = ["It was dull."]
"""
HATE = (
    "functionality,case_id,test_case,label_gold\nderog,1,I hate them.,hateful\ncounter,2,Do not say that.,non-hateful\n"
)
PLAIN = "sentence,mood,kind\nIt was dull.,bad,blame\nIt was fine.,good,praise\n"
CASES = "text,label,test,capability,type,case_id,example_idx\ngood,positive,words,Vocabulary,MFT,0,0\n"
TESTS = "test,capability,type,expectation,description\nwords,Vocabulary,MFT,each example has its label,plain words\n"


def press(test, key):
    test.button(key=key).click().run()
    check(test)
    return test


def field(test, kind, beginning):
    return next(one for one in getattr(test, kind) if str(one.key).startswith(beginning))


@pytest.fixture
def ours(store):
    return suites.save(local_user(), OWN)


def test_the_list_and_one_of_assay_s_own(app, store, ours):
    shown = seen(app("suites"))
    for said in ("sentiment-english", "Comes with Assay", "922 cases", "films", "Version 1"):
        assert said in shown
    test = app("suites", suite="sentiment-english")
    assert "22 tests" in seen(test)
    assert "The " in seen(test)
    assert "not here" in seen(app("suites", suite="nothing"))
    press(test, "suite-copy")
    assert [kept.name for kept in store.suites()] == ["films", "sentiment-english 2"]


def test_a_test_is_written_with_its_cases_in_sight_and_kept(app, store):
    test = app("suites", make="1")
    assert "Give the test a name" in seen(test)
    assert "The film was not good." in seen(test), "what comes of it is shown before it is named"
    test.text_input(key="draft-name").input("praise denied").run()
    assert "has no label" in seen(test)
    test.text_input(key="draft-label").input("negative").run()
    check(test)
    shown = seen(test)
    assert "18 cases" in shown
    assert "The film was not good." in shown
    test.text_area(key="draft-exclude").input("thing = book, good = great").run()
    assert "16 cases" in seen(test)
    test.text_area(key="draft-lists").input("thing = film").run()
    assert "There is no list of words called 'good'" in seen(test)
    many = "\n".join(f"{slot} = {','.join(map(str, range(10)))}" for slot in "abcdefghi")
    test.text_area(key="draft-exclude").input("")
    test.text_area(key="draft-lists").input(many)
    field(test, "text_area", "draft-templates").input("".join(f"{{{slot}}}" for slot in "abcdefghi")).run()
    assert "1,000,000,000" in seen(test)
    test.number_input(key="draft-sample").set_value(40).run()
    check(test)
    assert "40 cases" in seen(test)
    assert "1,000,000,000 fillings" in seen(test)
    test.text_input(key="draft-suite").input("digits").run()
    press(test, "draft-keep")
    (kept,) = store.suites()
    assert (kept.name, kept.facts["cases"], kept.facts["labels"]) == ("digits", 40, ["negative"])
    assert next(event.verb for event in store.events()) == "save_suite"


def test_a_test_is_added_to_one_s_own_and_removed(app, store, ours):
    test = app("suites", suite="films", make="1")
    test.segmented_control(key="draft-type").set_value("INV").run()
    field(test, "text_area", "draft-templates").input("The {thing} was {good}.")
    test.text_input(key="draft-name").input("things")
    test.text_input(key="draft-vary").input("thing").run()
    check(test)
    assert "3 cases" in seen(test)
    press(test, "draft-keep")
    (kept,) = store.suites()
    assert (kept.version, kept.facts["tests"]) == (2, 2)
    read = parse_toml(store.files.read(kept.sha256).decode(), "films")
    assert [(one.name, one.type, len(one.cases)) for one in read.tests] == [("blame", "MFT", 1), ("things", "INV", 3)]
    test = app("suites", suite="films")
    press(press(test, "do-remove-test"), "remove-test-yes")
    assert store.suites()[0].facts["tests"] == 1
    press(press(app("suites", suite="films"), "do-delete-suite"), "delete-suite-yes")
    assert store.suites() == ()


def brought(app, *files):
    test = app("suites")
    uploads = [(name, content.encode(), "text/csv") for name, content in files]
    field(test, "file_uploader", "suite-files").set_value(uploads).run()
    check(test)
    return test


@pytest.mark.parametrize(
    ("files", "tests", "labels"),
    [
        ((("hate.csv", HATE),), 2, ["hateful", "non-hateful"]),
        ((("cases.csv", CASES), ("tests.csv", TESTS)), 1, ["positive"]),
        ((("films.toml", OWN),), 1, ["negative"]),
    ],
)
def test_known_layouts_are_brought_in_by_mouse(app, store, files, tests, labels):
    test = brought(app, *files)
    field(test, "text_input", "suite-name").input("mine")
    press(test, "suite-keep")
    (kept,) = store.suites()
    assert (kept.name, kept.facts["tests"], kept.facts["labels"]) == ("mine", tests, labels)


def test_a_plain_table_has_its_columns_and_labels_named(app, store):
    test = brought(app, ("moods.csv", PLAIN))
    assert "Say which columns hold what" in seen(test)
    test.selectbox(key="suite-column-text").set_value("sentence")
    test.selectbox(key="suite-column-label").set_value("mood")
    test.selectbox(key="suite-column-test").set_value("kind").run()
    check(test)
    assert "2 tests, 2 cases" in seen(test)
    test.text_input(key="suite-label-bad").input("negative")
    test.text_input(key="suite-label-good").input("positive").run()
    press(test, "suite-keep")
    (kept,) = store.suites()
    assert (kept.name, kept.facts["labels"]) == ("moods", ["negative", "positive"])


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ((("bad.toml", "name = "),), "is no TOML file"),
        ((("cases.csv", CASES),), "tests.csv"),
        ((("a.csv", HATE), ("b.csv", HATE)), "one file at a time"),
    ],
)
def test_what_is_no_suite_is_said_in_a_sentence(app, store, files, said):
    assert said in seen(brought(app, *files))
    assert store.suites() == ()


def test_the_name_of_a_suite_stays_while_a_template_is_mended(app):
    test = app("suites", make="1")
    test.text_input(key="draft-suite").input("my own").run()
    field(test, "text_area", "draft-templates").input("The {nothing} was {good}.").run()
    assert "There is no list of words called 'nothing'" in seen(test)
    assert [button.key for button in test.button if button.key == "draft-keep"] == []
    field(test, "text_area", "draft-templates").input("The {thing} was {good}.").run()
    assert test.text_input(key="draft-suite").value == "my own"
