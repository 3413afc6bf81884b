"""Pages of a model of several labels: tables with cells of several, filters by one, flips of sets, a word for none."""

from __future__ import annotations

import csv

import pytest
from pages import check, seen
from real_runs import whole_run
from small_aspects import make, texts

from audit.live import Answer
from audit.spec import AuditSpec, ModelSpec, ProbeSpec, TableSpec
from audit.store import RecordFilter

ROWS = [(text, "|".join(about) or "|") for text, about in texts()]
NONE = "none of the labels"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make(tmp_path_factory.mktemp("aspects") / "m")


@pytest.fixture
def registered(home, folder):
    """The model under the name `aspects`."""
    from models import catalog

    catalog.add("aspects", str(folder))
    return "aspects"


def written(path, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("text", "label"), *rows])
    return path


def uploaded(store, tmp_path, rows):
    upload = store.add_upload(written(tmp_path / "t.csv", rows), "t.csv")
    store.describe_upload(upload.sha256, options={**upload.options, "model": "aspects"})
    return upload


def test_the_data_page_takes_cells_of_several_labels_and_of_none(app, store, registered, tmp_path):
    upload = uploaded(store, tmp_path, ROWS)
    said = seen(app("data", table=upload.sha256))
    assert "labels match the model's by name" in said
    assert "no fault." in said
    assert store.upload(upload.sha256).summary["faults"] == 0


def test_the_data_page_names_the_part_that_is_no_label(app, store, registered, tmp_path):
    rows = [*ROWS[:20], ("the bill was late", "price|drink"), ("the drink", "drink"), ("the cook", "staff|waiter")]
    upload = uploaded(store, tmp_path, rows)
    test = app("data", table=upload.sha256)
    said = seen(test)
    assert "2 labels without a match" in said + str([e.label for e in test.expander])
    assert {box.key for box in test.selectbox if str(box.key).startswith("map-")} == {"map-drink", "map-waiter"}
    assert "'drink' in 'price|drink' is not a label of the model" in said
    test.selectbox(key="map-drink").select("food")
    next(b for b in test.button if b.label == "Use this mapping").click().run()
    check(test)
    assert store.upload(upload.sha256).summary["faults"] == 1


def test_a_new_audit_names_the_part_that_is_no_label(app, store, registered, tmp_path):
    upload = uploaded(store, tmp_path, [*ROWS[:20], ("the bill was late", "price|drink")])
    said = seen(app("new_audit", model="aspects", table=upload.sha256))
    assert "1 label of the table not known to the model: drink" in said


@pytest.fixture
def run(store, folder, tmp_path):
    probes = (
        ProbeSpec(kind="prediction", name="predict"),
        ProbeSpec(kind="attack", name="deepwordbug", params={"max_queries": 40}),
        ProbeSpec(kind="perturbation", name="keyboard_typos", params={"k": 3}),
        ProbeSpec(kind="explainer", name="leave_one_out", params={"metrics": []}),
    )
    spec = AuditSpec(
        model=ModelSpec(name=str(folder), engine="torch", threads=1),
        table=TableSpec(path=str(written(tmp_path / "t.csv", ROWS))), probes=probes,
    )  # fmt: skip
    return whole_run(store, spec)


def table(test, *columns):
    return next(frame.value for frame in test.dataframe if set(columns) <= set(frame.value.columns))


def test_sections_say_sets_and_a_filter_by_one_label_finds_the_rows_that_hold_it(app, store, run):
    test = app("report", run=run.id, section="rows")
    box = next(b for b in test.selectbox if b.label == "Label")
    assert box.options[1:] == ["food", "staff", "price", NONE]
    shown = table(test, "label", "predicted")
    assert NONE in set(shown["label"])
    assert not {"", "|"} & set(shown["label"])
    box.select("staff").run()
    check(test)
    held = sum("staff" in label.split("|") for _, label in ROWS)
    assert f"{held} rows" in seen(test)
    assert all("staff" in label.split("|") for label in table(test, "label")["label"])
    next(b for b in test.selectbox if b.label == "Label").select("|").run()
    check(test)
    assert set(table(test, "label")["label"]) == {NONE}


def test_a_flip_from_two_labels_to_one_is_shown(app, store, run):
    flips = store.records(run.id, RecordFilter(probe="keyboard_typos", flipped=True), limit=1000)
    assert any(
        set(b.split("|")) < set(a.split("|")) for a, b in zip(flips["predicted"], flips["flipped_to"], strict=True)
    )
    test = app("report", run=run.id, section="robustness")
    shown = table(test, "flipped_to", "flips") if any("flips" in f.value for f in test.dataframe) else None
    assert shown is not None
    first = store.record(run.id, "deepwordbug", str(table(test, "queries")["row_id"].iloc[0]))
    before, after = (run.task.answer(p) or NONE for p in (first.original_probs, first.perturbed_probs))
    assert any(before in c and f"**{after}**" in c for c in (x.value.replace("\\", "") for x in test.caption))


def test_performance_draws_what_makes_sense_of_sets(app, store, run):
    test = app("report", run=run.id, section="performance")
    said = seen(test)
    for name in ("Subset accuracy", "Micro-F1", "Hamming loss"):
        assert name in said
    assert "no labels" not in said
    for name in ("Recall", "Precision", "staff"):
        assert name in said


def test_every_section_and_the_row_are_drawn(app, store, run):
    row = store.rows(run.id)["row_id"].iloc[0]
    for section in ("summary", "findings", "explanations", "review", "provenance"):
        app("report", run=run.id, section=section)
    assert NONE in seen(app("report", run=run.id, section="rows", row=row))


def test_the_explain_page_marks_every_label_of_the_answer(app, store, registered, monkeypatch):
    from dashboard.page import live

    class Model:
        def alive(self):
            return True

        def ask(self, action, **arguments):
            answer = Answer(1, self, {})
            result = {"labels": ["food", "staff", "price"], "head": "multi_label", "thresholds": [0.5, 0.5, 0.4],
                      "probs": [[0.7, 0.2, 0.45]], "kept": [5], "tokens": [5]}  # fmt: skip
            answer.settle(result=result if action == "predict" else {})
            return answer

    made = Model()
    monkeypatch.setattr(live, "live_process", lambda: made)
    test = app("explain", model="aspects")
    test.text_area(key="what-if-typed").set_value("the soup and the bill")
    next(b for b in test.button if b.label == "Explain").click().run()
    check(test)
    bars = "".join(str(html.proto.body) for html in test.get("html"))
    assert bars.count("fill top") == 2
    assert bars.index("food") < bars.index("price") < bars.index("staff")
