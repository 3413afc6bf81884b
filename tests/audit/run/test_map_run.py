"""An audit with a map and a training table, whole: its tables, its chapter, its pages, the terminal; and sentences where there is none."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pytest
import run_fakes
from commands import typed
from pages import check, seen
from streamlit.testing.v1 import AppTest

from audit.report.blocks import Brand
from audit.report.build import build_report
from audit.report.html import render_html
from audit.report.layout import lay_out
from audit.report.textless import without_texts
from audit.results.mapped import COLUMNS
from audit.results.reading import read
from audit.run.holding import HeldModels
from audit.spec import AuditSpec, ModelSpec, ProbeSpec, TableSpec
from audit.spec.suites import compared
from audit.store import close_stores, open_store
from dashboard.page.kept_texts import kept_texts

ROOT = Path(__file__).resolve().parent.parent.parent.parent
PRAISE = ("A warm, clever film with a heart", "Superb acting and a lovely script", "I enjoyed every minute of it")
BLAME = ("A dull, cold mess of a film", "Terrible acting and a silly script", "I regret <b>every</b> minute of it")
PREDICT, EMBED = ProbeSpec(kind="prediction", name="predict"), ProbeSpec(kind="embedding", name="last_layer")


def write(path, praise, blame, n):
    rows = [
        (f"{text}, number {i}.", label)
        for i in range(n)
        for label, texts in ((praise, PRAISE), (blame, BLAME))
        for text in texts
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *rows])
    return path


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    import streamlit as st

    patch = pytest.MonkeyPatch()
    patch.setenv("ASSAY_HOME", str(tmp_path_factory.mktemp("home")))
    patch.delenv("ASSAY_DATABASE_URL", raising=False)
    patch.chdir(ROOT)
    st.cache_data.clear()
    made = run_fakes.InProcess(open_store())
    made.models = HeldModels()
    yield made
    close_stores()
    st.cache_data.clear()
    st.cache_resource.clear()
    patch.undo()


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    known = write(folder / "known.csv", "positive", "negative", 20)
    today = write(
        folder / "today.csv", "positive", "positive", 12
    )  # every blame is labelled praise: the model gets it wrong
    return TableSpec(path=str(today)), TableSpec(path=str(known))


@pytest.fixture(scope="module")
def run(bench, tables):
    return bench.whole(
        AuditSpec(model=ModelSpec(name="sentiment"), table=tables[0], reference=tables[1], probes=compared((PREDICT,)))
    )


@pytest.fixture(scope="module")
def plain(bench, tables):
    return bench.whole(AuditSpec(model=ModelSpec(name="sentiment"), table=tables[0], probes=(PREDICT,)))


@pytest.fixture(scope="module")
def wrong(bench, run):
    """A row that the model gets wrong."""
    table = read(bench.store, run.id).table("map")
    return str(table.loc[table["right"] == 0, "row_id"].iloc[0])


def draw(run, section, **query):
    test = AppTest.from_string("from dashboard.app import main\nmain('report')", default_timeout=300)
    for name, value in {"run": run.id, "section": section, **query}.items():
        test.query_params[name] = value
    test.run()
    check(test)
    return test


def test_every_row_of_both_tables_has_a_place_and_is_kept_with_the_run(bench, run):
    assert run.status == "finished", run.note
    assert bench.store.table(run.id, "map") is not None
    table = read(bench.store, run.id).table("map")
    assert list(table.columns) == list(COLUMNS)
    sizes = table["table"].value_counts().to_dict()
    assert sizes == {"reference": 120, "audited": 72}
    own, known = table[table["table"] == "audited"], table[table["table"] == "reference"]
    ids = {example.row_id for example in bench.store.iter_examples(run.id)}
    assert set(own["row_id"]) == ids
    assert set(known["row_id"]) == {""}
    assert sorted(known["line"]) == list(range(2, 122))
    assert set(own["right"]) == {0, 1}
    assert table[["x", "y"]].abs().to_numpy().max() == pytest.approx(1.0)
    facts = read(bench.store, run.id).table("map_facts").iloc[0]
    assert (facts["audited"], facts["reference"]) == (72, 120)
    assert 0.2 < facts["kept"] <= 1.0


def test_the_same_run_has_the_same_map(bench, run):
    results = read(bench.store, run.id)
    kept = results.table("map")
    from audit.results.mapped import MAP

    frames = results.of_probes(["predict", "last_layer", "reference_rows"])
    pd.testing.assert_frame_equal(MAP.make(frames, run.level, run.seed)["map"], kept, check_dtype=False)


def test_without_a_reference_table_there_is_a_map_of_the_audited_rows_and_of_few_rows_none(bench, tables, tmp_path):
    alone = bench.whole(AuditSpec(model=ModelSpec(name="sentiment"), table=tables[0], probes=(PREDICT, EMBED)))
    table = read(bench.store, alone.id).table("map")
    assert set(table["table"]) == {"audited"}
    assert set(table["outside"]) == {-1}
    few = TableSpec(path=str(write(tmp_path / "few.csv", "positive", "negative", 4)))
    small = bench.whole(AuditSpec(model=ModelSpec(name="sentiment"), table=few, probes=(PREDICT, EMBED)))
    assert read(bench.store, small.id).table("map").empty
    assert build_report(bench.store, small.id).maps == ()
    assert "a map takes 30" in seen(draw(small, "map"))


def test_the_report_prints_a_still_with_what_it_shows_in_words_and_no_text(bench, run):
    report = build_report(bench.store, run.id)
    page = render_html(lay_out(report, Brand()))
    assert "<h2>Map</h2>" in page
    assert "Dots in the plane, reference table: 120; right: 36; wrong: 36." in page
    assert "72 of 72 rows that the model places are drawn." in page
    hidden = render_html(lay_out(without_texts(report), Brand()))
    assert "<h2>Map</h2>" in hidden
    assert "minute" not in hidden
    assert len(report.maps[0].points) == 192


def test_the_page_draws_every_row_by_webgl_with_its_text_escaped(run):
    test = draw(run, "map")
    (chart,) = test.get("plotly_chart")
    figure = json.loads(chart.proto.figure.spec if hasattr(chart.proto, "figure") else chart.proto.spec)
    traces = figure["data"]
    assert {trace["type"] for trace in traces} == {"scattergl"}
    assert [trace["name"] for trace in traces] == ["reference table", "right", "wrong"]
    told = [text for trace in traces for text in trace["hovertext"]]
    assert len(told) == 192
    assert any("&lt;b&gt;every&lt;/b&gt;" in text for text in told)
    assert not any("<b>every</b>" in text for text in told)
    assert figure["layout"]["dragmode"] == "lasso"


@pytest.mark.parametrize("by", ["label", "predicted", "confidence", "outside", "table"])
def test_the_page_colours_by_what_is_chosen(run, by):
    test = draw(run, "map", by=by)
    assert next(box for box in test.selectbox if box.key == "by").value == by


def test_rows_that_are_picked_are_listed_and_are_what_rows_shows(bench, run, wrong):
    ids = [example.row_id for example in bench.store.iter_examples(run.id)][:5]
    key = kept_texts().keep(" ".join(ids))
    test = draw(run, "map", picked=key)
    assert "5 rows picked" in seen(test)
    assert "of all rows on 36 of 72" in seen(test)
    listed = draw(run, "rows", picked=key)
    assert "5 of 72 rows fit" in seen(listed)
    assert "picked on the map" in seen(listed)
    gone = draw(run, "rows", picked="0" * 24)
    assert "not known any more" in seen(gone)
    next(button for button in test.button if button.key == "map-clear").click().run()
    check(test)
    assert "rows picked" not in seen(test)


def test_a_run_without_embeddings_says_how_to_get_a_map(plain):
    assert "did not keep where the model puts each row" in seen(draw(plain, "map"))
    titles = draw(plain, "summary").get("button_group")[0].proto.options
    assert "Map" not in [option.content for option in titles]


def test_a_wrong_row_shows_which_training_rows_have_the_label_it_was_given(run, wrong):
    test = AppTest.from_string("from dashboard.app import main\nmain('report')", default_timeout=300)
    for name, value in {"run": run.id, "section": "rows", "row": wrong}.items():
        test.query_params[name] = value
    test.session_state["taught"] = True
    test.run()
    check(test)
    assert "of the 10 nearest are labelled **negative**, as the model wrongly says here" in seen(test)
    assert "the same text" in seen(test)


def test_the_terminal_tells_the_same_and_says_what_is_missing(bench, run, plain, wrong):
    done = typed("audit", "influence", run.id, wrong)
    assert done.status == 0, done.err
    assert "The model says negative; labelled positive." in done.out
    assert "Speak against it" in done.out
    told = json.loads(typed("audit", "influence", run.id, wrong, "--json", "--most", "3").out)
    assert [len(told[name]) for name in ("nearest", "speaks_for")] == [3, 3]
    assert told["nearest"][0]["same"]
    assert told["nearest"][0]["text"] == bench.store.example(run.id, wrong).text
    assert "no reference table; audit again with --reference" in typed("audit", "influence", plain.id, wrong).err
    assert "This run has no row abc" in typed("audit", "influence", run.id, "abc").err


def test_without_the_file_of_the_training_table_its_rows_are_told_by_their_lines(bench, run, wrong, monkeypatch):
    from audit.errors import FilesError
    from audit.store.only_read import OnlyReadFiles

    def gone(*_):
        raise FilesError("The file is not here.")

    monkeypatch.setattr(OnlyReadFiles, "local", gone)
    done = typed("audit", "influence", run.id, wrong)
    assert done.status == 0, done.err
    assert "told by their lines alone" in done.out


def of_explain(model, text):
    from dashboard.views.explain import _taught

    _taught(model, text)


def test_explain_shows_it_for_the_row_it_was_brought_as_long_as_it_is_that_text(bench, run, wrong):
    text = bench.store.example(run.id, wrong).text
    for model, typed_text, shown in (
        ("sentiment", text, True),
        ("sentiment", f"{text} Or not.", False),
        ("toxicity", text, False),
    ):
        test = AppTest.from_function(of_explain, args=(model, typed_text), default_timeout=300)
        test.session_state["what-if-from"], test.session_state["what-if-row"] = (run.id, wrong), text
        test.session_state["taught"] = True
        test.run()
        check(test)
        assert ("as the model wrongly says here" in seen(test)) == shown
