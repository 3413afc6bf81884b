"""The page of a table: quotes that are letters, labels that are guessed or proposed, bytes under another name."""

from __future__ import annotations

import io

import pytest
from pages import check, keyed, seen
from streamlit.testing.v1 import AppTest

from audit.run import client
from audit.spec import ModelSpec, suite_spec
from audit.table import TableOptions, open_table
from dashboard.forms.table_check import spec_of

SWALLOWED = 'text\tlabel\na fine film\t0\n"I loved it .\t1\nslow and dull\t0\nit never ends "\t1\nwarm\t0\n'


@pytest.fixture
def models(store, tmp_path):
    from models import catalog

    for name, labels in {
        "stars": ("1", "2", "3"), "mood": ("negative", "positive"), "unnamed": ("LABEL_0", "LABEL_1", "LABEL_2"), "truth": ("no", "yes"),
    }.items():  # fmt: skip
        (tmp_path / name).mkdir()
        catalog.add(name, str(tmp_path / name), labels=labels, in_place=True)


@pytest.fixture
def keep(store, tmp_path):
    """Keeps a table of these labels, meant for a model."""

    def made(*labels: str, model: str = "", content: str | None = None, name: str = "t.csv"):
        path = tmp_path / name
        path.write_text(
            content or "text,label\n" + "".join(f"row {i},{label}\n" for i, label in enumerate(labels)),
            encoding="utf-8",
        )
        upload = store.add_upload(path, name)
        store.describe_upload(upload.sha256, options={"model": model})
        return upload.sha256

    return made


def press(test: AppTest, label: str) -> AppTest:
    next(b for b in test.button if b.label == label).click().run()
    check(test)
    return test


def test_rows_put_together_are_told_and_quoting_can_be_turned_off(app, store, keep):
    table = keep(content=SWALLOWED, name="t.tsv")
    test = app("data", table=table)
    assert "Lines 3 to 5 were read as one row" in seen(test)
    assert "turn quoting off." in seen(test)
    assert "3 rows ready" in seen(test)
    keyed(test.checkbox, "column-quotes").check()
    press(test, "Read it like this")
    assert store.upload(table).options["quotes"] is False
    assert "read as one row" not in seen(test)
    assert "5 rows ready" in seen(test)
    assert keyed(test.checkbox, "column-quotes").value is True
    spec = spec_of(store.upload(table))
    assert (spec.quotes, spec.name) == (False, "t.tsv")
    read = open_table(store.files.local(table), TableOptions.of(spec), name="t.tsv")
    assert [e.text for e in read][1] == '"I loved it .'


def test_the_switch_is_there_for_files_with_quotes_only(app, keep):
    table = keep(content='{"text": "a", "label": "b"}\n', name="t.jsonl")
    assert not [box.key for box in app("data", table=table).checkbox if box.key.startswith("column-")]


def test_positions_are_shown_as_a_guess_until_they_are_confirmed(app, store, models, keep):
    table = keep("0", "1", "1", model="mood")
    test = app("data", table=table)
    assert "taken as positions in the model's labels" in seen(test).replace("*", "")
    guess = next(frame.value for frame in test.dataframe if "taken for" in frame.value.columns)
    assert guess.to_dict("list") == {
        "label of the table": ["1", "0"],
        "taken for": ["positive", "negative"],
        "rows": [2, 1],
    }
    test.button(key="confirm-labels").click().run()
    check(test)
    assert store.upload(table).options["label_map"] == {"0": "negative", "1": "positive"}
    assert "positions" not in seen(test)
    assert spec_of(store.upload(table)).label_map == {"0": "negative", "1": "positive"}


def test_a_guess_can_be_corrected_by_hand(app, store, models, keep):
    table = keep("0", "1", model="mood")
    test = app("data", table=table)
    test.selectbox(key="map-0").select("positive")
    test.selectbox(key="map-1").select("negative")
    press(test, "Use this mapping")
    assert store.upload(table).options["label_map"] == {"0": "positive", "1": "negative"}
    assert "2 rows ready" in seen(test)


@pytest.mark.parametrize(
    ("model", "labels", "why", "proposed"),
    [
        (
            "unnamed",
            ("1", "2", "3"),
            "the labels seem to be counted from 1",
            {"1": "LABEL_0", "2": "LABEL_1", "3": "LABEL_2"},
        ),
        ("truth", ("True", "False"), "they say the same in other words", {"True": "yes", "False": "no"}),
        ("stars", ("0", "1", "2"), "the labels seem to be counted from 0", {"0": "1"}),
    ],
)
def test_a_proposal_is_filled_in_and_used_only_when_it_is_accepted(
    app, store, models, keep, model, labels, why, proposed
):
    table = keep(*labels, model=model)
    test = app("data", table=table)
    assert f"Proposed, as {why}" in seen(test)
    assert "ready, no fault" not in seen(test)
    assert {typed: test.selectbox(key=f"map-{typed}").value for typed in proposed} == proposed
    assert not store.upload(table).options.get("label_map")
    press(test, "Use this mapping")
    assert store.upload(table).options["label_map"] == proposed
    assert "ready, no fault" in seen(test)


def test_numbers_that_are_names_need_no_word(app, models, keep):
    test = app("data", table=keep("1.0", "03", "+2", model="stars"))
    assert "All 3 labels match the model's by name." in seen(test)
    assert "3 rows ready" in seen(test)


@pytest.mark.parametrize(("labels", "said", "ready"), [
    (("0", "1"), "taken as **positions in the model's labels**, counted from 0: is that right?", False),
    (("1", "2"), "2 labels of the table not known to the model: 1, 2", False),
    (("Positive", "negative"), "2 labels, all known to the model", True),
    (("Positive", "1"), "1 label of the table not known to the model: 1", False),
])  # fmt: skip
def test_a_new_audit_says_what_the_labels_are_taken_for_and_starts_no_guess(app, models, keep, labels, said, ready):
    table = keep(*labels, model="mood")
    test = app("new_audit", table=table)
    assert test.selectbox(key="audit-model").value == "mood"
    assert said in seen(test)
    assert test.button(key="start").disabled is not ready


def test_a_guess_is_confirmed_on_the_page_of_a_new_audit(app, store, models, keep):
    table = keep("0", "1", "1", model="mood")
    test = app("new_audit", table=table)
    guess = next(frame.value for frame in test.dataframe if "taken for" in frame.value.columns)
    assert dict(zip(guess["label of the table"], guess["taken for"], strict=True)) == {"0": "negative", "1": "positive"}
    test.button(key="confirm-labels").click().run()
    check(test)
    assert not test.button(key="start").disabled
    test.button(key="start").click().run()
    check(test)
    [run] = store.runs().itertuples()
    assert store.run(run.id).spec["table"]["label_map"] == {"0": "negative", "1": "positive"}


@pytest.mark.parametrize(("content", "said"), [
    ("text,label\n", "No row of this table can be audited"),
    ("a,b\n1,2\n", "No row of this table can be audited"),
    ("text,label\ngood,positive\n,negative\n", "1 fault, 1 good row"),
])  # fmt: skip
def test_a_table_that_cannot_be_audited_is_not_started(app, store, models, keep, content, said):
    table = keep(content=content, model="mood")
    test = app("new_audit", table=table)
    assert said in seen(test)
    assert test.button(key="start").disabled
    store.describe_upload(table, options={"model": "mood", "keep_good": True})
    assert app("new_audit", table=table).button(key="start").disabled is ("fault" not in said)


def test_a_mapping_for_another_model_is_left_out(app, store, models, keep):
    table = keep("yes", "no", model="truth")
    store.describe_upload(table, options={"model": "truth", "label_map": {"yes": "positive", "no": "negative"}})
    test = app("new_audit", table=table, model="truth")
    assert "2 labels, all known to the model" in seen(test)
    test.button(key="start").click().run()
    check(test)
    [run] = store.runs().itertuples()
    assert store.run(run.id).spec["table"]["label_map"] == {}


def test_the_same_bytes_under_another_name_are_not_called_by_the_first(app, store, keep, monkeypatch, tmp_path):
    from dashboard.views import data

    table = keep("a", "b", name="january.csv")
    content = (tmp_path / "january.csv").read_bytes()
    first = client.start(suite_spec("quick", ModelSpec(name="m"), spec_of(store.upload(table))), store=store)
    given = io.BytesIO(content)
    given.name = "february.csv"
    waiting = [given]
    monkeypatch.setattr(data.st, "file_uploader", lambda *_, **__: waiting.pop() if waiting else None)
    test = app("data")
    assert store.upload(table).name == "february.csv"
    said = test.session_state["notice"][1] if "notice" in test.session_state else "\n".join(t.value for t in test.toast)
    assert "here already, as january" in said.replace("\\", "")
    page = app("data", table=table)
    assert "february.csv" in page.title[0].value.replace("\\", "")
    assert "The same bytes were audited as january.csv" in seen(page)
    second = client.start(suite_spec("quick", ModelSpec(name="m"), spec_of(store.upload(table))), store=store)
    runs = store.runs().set_index("id")["table_name"]
    assert (runs[first.id], runs[second.id]) == ("january.csv", "february.csv")
    for run, name in ((first, "january"), (second, "february")):
        assert f"on {name}.csv" in seen(app("runs", run=run.id))
