"""Tables and forms that must not lose what the reader chose: label mapping, paging, marked lines, downloads."""

from __future__ import annotations

import csv

import pytest
from pages import seen
from runs import make_run
from streamlit.testing.v1 import AppTest

from dashboard.draw.examples_browser import _with_attacked_texts
from dashboard.draw.heatmap import LONG, diff_html
from dashboard.page.text import in_words

MAPPED = {"happy": "positive", "sad": "negative"}


def test_a_label_mapping_can_be_saved_twice(app, store, tmp_path):
    path = tmp_path / "moods.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [
                ["text", "label"],
                ["a fine day", "happy"],
                ["a bad day", "sad"],
                ["rain", "negative"],
                ["sun", "positive"],
            ]
        )
    upload = store.add_upload(path, path.name)
    store.describe_upload(upload.sha256, options={**upload.options, "model": "sentiment"})
    test = app("data", table=upload.sha256)
    test.selectbox(key="map-happy").select("positive")
    submit(test)
    assert store.upload(upload.sha256).options["label_map"] == {"happy": "positive"}
    assert test.selectbox(key="map-happy").value == "positive"
    test.selectbox(key="map-sad").select("negative")
    submit(test)
    assert store.upload(upload.sha256).options["label_map"] == MAPPED


def submit(test):
    next(b for b in test.button if b.label == "Use this mapping").click().run()


def paged():
    import pandas as pd
    import streamlit as st

    from dashboard.page.paging import pager, pick

    total = st.session_state.get("found", 100)
    offset = pager(total, "places", rows=10)
    frame = pd.DataFrame({"row_id": [f"r{i}" for i in range(offset, offset + 10)]})
    chosen = pick(frame, "table", columns={"row_id": "Row"}, alt="Rows")
    st.markdown(f"from {offset}, marked {chosen}")


def test_another_filter_begins_at_the_first_page_and_a_mark_stays_on_its_page():
    test = AppTest.from_function(paged).run()
    test.session_state["places"] = 3
    test.run()
    assert test.markdown[0].value == "from 20, marked None"
    tables = {element.proto.id for element in test.get("arrow_data_frame")}
    test.session_state["found"] = 60
    test.run()
    assert test.markdown[0].value == "from 0, marked None"
    assert not tables & {element.proto.id for element in test.get("arrow_data_frame")}


def test_the_download_of_examples_has_the_attacked_text(store, tmp_path):
    from audit.store import RecordFilter

    run = make_run(store, tmp_path, rows=20)
    where = RecordFilter(probe="textfooler", status="success")
    frame = _with_attacked_texts(run, "textfooler", where, "", False)
    assert len(frame) > 0
    for line in frame.itertuples():
        assert line.attacked_text == store.record(run.id, "textfooler", line.row_id).perturbed_text
        assert line.attacked_text != line.text


def test_only_long_texts_scroll_because_scrolling_cuts_off_what_hovering_shows():
    assert 'class="assay-text compact"' in diff_html("short", (), compact=True)
    assert 'class="assay-text compact long"' in diff_html("x" * (LONG + 1), (), compact=True)


def test_settings_are_told_in_words():
    assert in_words({"recipe": "pwws", "budget": {}, "seed": None, "fresh": True, "labels": ["a", "b"]}) == (
        "recipe: pwws, budget: yes, seed: not set, fresh: yes, labels: a, b"
    )


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("data", "up to 500 MB"),
        ("policies", "TOML, a few"),
        ("runs", "ZIP, up to 200 MB"),
        ("settings", "PNG or JPEG, up to 1 MB"),
    ],
)
def test_every_box_for_a_file_says_beneath_it_what_it_takes(app, page, said):
    """The style hides Streamlit's own line, which is English in every language."""
    assert said in seen(app(page))


def charts(labels):
    from dashboard.draw.table_profile import _charts

    _charts({"labels": labels, "unlabelled": 2}, {"tokens": [3, 4, 9], "kept": [3, 4, 8]})


@pytest.mark.parametrize(("labels", "halves"), [({}, 0), ({"good": 1}, 2)])
def test_a_chart_that_stands_alone_has_the_whole_width(labels, halves):
    app = AppTest.from_function(charts, args=(labels,), default_timeout=60).run()
    assert not app.exception
    assert len(app.columns) == halves


def cut_table():
    import streamlit as st

    from dashboard.draw.table_cut import show_cut

    labels = [("calm",)] * 20 + [("long",)] * 20 + [()] * 5
    kept = [5] * 20 + [8] * 20 + [8] * 5
    tokens = [5] * 20 + [30] * 10 + [8] * 10 + [30] * 5
    show_cut({"some_labels": labels}, st.session_state.get("measured", {"kept": kept, "tokens": tokens}))


def test_a_table_says_whose_texts_the_model_would_cut():
    test = AppTest.from_function(cut_table).run()
    assert not test.exception
    assert [one.label for one in test.expander] == ["10 texts that are cut, by label"], "those with a label"
    (line,) = test.dataframe[0].value.to_dict("records")
    assert line == {"label": "long", "cut": "10 of 20", "share": "50.0% (29.9% to 70.1%)", "rest": "0.0%", "p": "0.001"}


def test_where_nothing_is_cut_or_known_a_table_says_nothing_of_it():
    for measured in (None, {"kept": [5] * 45, "tokens": [5] * 45}):
        test = AppTest.from_function(cut_table)
        test.session_state["measured"] = measured
        assert not test.run().expander
