"""The page of a table whose names say nothing: what its columns seem to be is asked, not refused; so is which model it fits."""

from __future__ import annotations

import io

import pytest
from guessable import CHINESE, TEXTS
from pages import check, keyed, seen

from dashboard.forms.table_check import spec_of

LABELS = ("positive", "negative", "negative", "positive", "negative")


@pytest.fixture
def mood(store, tmp_path):
    from models import catalog

    for name, labels in {"colours": ("red", "green"), "mood": ("negative", "positive")}.items():
        (tmp_path / name).mkdir()
        catalog.add(name, str(tmp_path / name), labels=labels, in_place=True)


@pytest.fixture
def keep(store, tmp_path):
    def made(texts=TEXTS, labels=LABELS, head=()):
        path = tmp_path / "t.csv"
        lines = [",".join(head), *(f"{text},{label}" for text, label in zip(texts * 3, labels * 3, strict=True))]
        path.write_text("".join(f"{line}\n" for line in lines if line), encoding="utf-8")
        return store.add_upload(path, "t.csv").sha256

    return made


def take(test):
    test.button(key="take-proposal").click().run()
    check(test)
    return seen(test)


@pytest.mark.parametrize(("texts", "head"), [(TEXTS, ("Freitext (Kunde)", "Urteil")), (CHINESE, ("评论", "极性"))])
def test_columns_are_proposed_by_what_they_hold(app, store, mood, keep, texts, head):
    table = keep(texts, head=head)
    test = app("data", table=table)
    assert f"The texts are in **{head[0]}**" in seen(test)
    assert f"The labels are in **{head[1]}**" in seen(test)
    assert not test.error
    assert "Mend the file" not in seen(test)
    assert "15 rows ready, no fault." in take(test)
    spec = spec_of(store.upload(table))
    assert (spec.text, spec.label) == head
    assert not [b for b in test.button if b.key == "take-proposal"]


def test_a_first_line_of_data_is_proposed_and_can_be_switched(app, store, mood, keep):
    table = keep()
    test = app("data", table=table)
    assert "The first line is data" in seen(test)
    assert not test.error
    assert "15 rows ready, no fault." in take(test)
    spec = spec_of(store.upload(table))
    assert (spec.header, spec.text, spec.label) == (False, "column 1", "column 2")
    keyed(test.checkbox, "column-header").uncheck()
    next(b for b in test.button if b.label == "Read it like this").click().run()
    check(test)
    assert store.upload(table).options["header"] is True
    assert "The first line is data" not in seen(test)
    keyed(test.checkbox, "column-header").check()
    keyed(test.selectbox, "column-text").select(TEXTS[0])
    next(b for b in test.button if b.label == "Read it like this").click().run()
    check(test)
    assert spec_of(store.upload(table)).text == "column 1"
    assert "15 rows ready" in seen(test)


def test_a_proposal_can_be_refused_and_does_not_come_back(app, store, mood, keep):
    table = keep(head=("text", "mark"))
    test = app("data", table=table)
    assert "The labels are in **mark**" in seen(test)
    test.button(key="leave-proposal").click().run()
    check(test)
    assert "The labels are in" not in seen(test)
    assert "15 rows ready" in seen(test)
    assert spec_of(store.upload(table)).label == "-"


def test_the_form_shows_what_a_proposal_decided_and_does_not_take_it_back(app, store, mood, keep):
    """What its boxes held before must not be what pressing its button says."""
    table = keep(head=("Freitext (Kunde)", "Urteil"))
    test = app("data", table=table)
    assert keyed(test.selectbox, "column-text").value is None
    take(test)
    assert keyed(test.selectbox, "column-text").value == "Freitext (Kunde)"
    next(b for b in test.button if b.label == "Read it like this").click().run()
    check(test)
    assert "15 rows ready, no fault." in seen(test)
    spec = spec_of(store.upload(table))
    assert (spec.text, spec.label) == ("Freitext (Kunde)", "Urteil")


def test_what_the_form_was_not_asked_stays_open_for_a_proposal(app, store, mood, keep):
    """A role that had no column before the button was pressed is not decided to have none."""
    table = keep(head=("Freitext (Kunde)", "Urteil"))
    test = app("data", table=table)
    keyed(test.selectbox, "column-text").select("Freitext (Kunde)")
    next(b for b in test.button if b.label == "Read it like this").click().run()
    check(test)
    assert "The labels are in **Urteil**" in seen(test)
    take(test)
    keyed(test.selectbox, "column-label").select("(none)")
    next(b for b in test.button if b.label == "Read it like this").click().run()
    check(test)
    assert spec_of(store.upload(table)).label == "-"
    assert "The labels are in" not in seen(test)


def test_a_table_whose_texts_nothing_tells_waits_for_a_word(app, store, mood, keep):
    table = keep(texts=tuple("abcde"), labels=tuple("vwxyz"), head=("p", "q"))
    test = app("data", table=table)
    assert "Say under Columns which column holds the texts." in seen(test)
    assert not test.error


def test_the_model_whose_labels_it_has_is_proposed(app, store, mood, keep):
    test = app("data", table=keep(head=("text", "label")))
    assert keyed(test.selectbox, "label-model").value == "mood"
    assert "Proposed: its labels fit those of mood." in seen(test)
    assert "All 2 labels match the model's by name." in seen(test)
    keyed(test.selectbox, "label-model").select("").run()
    assert "Proposed" not in seen(app("data", table=store.uploads()[0].sha256))


@pytest.mark.parametrize("labels", [("positve", "negative"), ("好评", "差评"), ("pos", "neg")])
def test_labels_that_resemble_are_filled_in_to_be_confirmed(app, store, mood, keep, labels):
    good, bad = labels
    table = keep(labels=(good, bad, bad, good, bad), head=("text", "label"))
    test = app("data", table=table)
    assert keyed(test.selectbox, "label-model").value == "mood"
    assert "Proposed, as the names resemble each other" in seen(test)
    assert test.selectbox(key=f"map-{good}").value == "positive"
    assert "ready, no fault" not in seen(test)
    assert "rows wait for the mapping proposed above." in seen(test)
    assert not test.error
    next(b for b in test.button if b.label == "Use this mapping").click().run()
    check(test)
    assert "15 rows ready, no fault." in seen(test)
    mapped = [label for label in labels if label not in {"negative", "positive"}]
    title = f"{len(mapped)} label{'s' if len(mapped) > 1 else ''} mapped"
    assert title in [box.label for box in test.expander]
    assert spec_of(store.upload(table)).label_map[good] == "positive"
    assert store.upload(table).options["model"] == "mood"


def test_an_unknown_label_is_one_line_with_its_places(app, store, mood, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("text,label\n" + "a text,positive\nb text,strange\n" * 7 + ",positive\n", encoding="utf-8")
    table = store.add_upload(path, "t.csv").sha256
    store.describe_upload(table, options={"model": "mood"})
    said = seen(app("data", table=table))
    assert said.count("'strange' is not a label of the model") == 1
    assert "3, 5, 7, 9, 11 and 2 more" in said
    assert "8 faults" in said


def test_sentences_about_faults_are_whole_and_in_words(app, store, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("text,label\n" + "a text,x\n" * 3 + ",y\nlast,y,z\n", encoding="utf-8")
    said = seen(app("data", table=store.add_upload(path, "t.csv").sha256))
    assert "empty text" in said
    assert "empty_text" not in said
    assert "the row has 3 cells" in said
    assert "None" not in said.split("What is wrong")[1].split("Download")[0]


@pytest.mark.parametrize(
    ("name", "content"), [("nothing.csv", b""), ("noise.csv", bytes(range(32)) * 40), ("head.csv", b"text,label\n")]
)
def test_what_is_no_table_is_refused_and_not_kept(app, store, monkeypatch, name, content):
    from dashboard.views import data

    given = io.BytesIO(content)
    given.name = name
    waiting = [given]
    monkeypatch.setattr(data.st, "file_uploader", lambda *_, **__: waiting.pop() if waiting else None)
    test = app("data")
    assert name in test.error[0].value.replace("\\", "")
    assert not store.uploads()


def test_of_several_columns_of_classes_one_is_asked_for(app, store, mood, tmp_path):
    """Nothing tells which of them has the labels: no model knows either, and no name speaks for one."""
    path = tmp_path / "t.csv"
    lines = [f"{text},{'urgent' if i % 3 else 'later'},{'north' if i % 2 else 'south'}" for i, text in enumerate(TEXTS * 3)]  # fmt: skip
    path.write_text("\n".join(["text,urgency,region", *lines]), encoding="utf-8")
    table = store.add_upload(path, "t.csv").sha256
    test = app("data", table=table)
    assert [b.label for b in test.button if str(b.key).startswith("take-labels")] == ["urgency", "region"]
    test.button(key="leave-proposal").click().run()
    check(test)
    assert spec_of(store.upload(table)).label == "-"
    assert "Which column holds the labels?" not in seen(test)
