"""Charts of a report: no tool bar over their titles, a picture by a button, long tables in boxes, one browser of rows at a time."""

from __future__ import annotations

import json
from html import unescape

from runs import INTENTS, make_run

from dashboard.views.report import SECTIONS


def test_no_tool_bar_and_a_picture_for_what_is_declared(app, store, tmp_path):
    run = make_run(store, tmp_path, rows=40)
    test = app("report", run=run.id, section="robustness")
    charts = test.get("plotly_chart")
    assert charts
    assert all(json.loads(chart.proto.config)["displayModeBar"] is False for chart in charts)
    assert len(files(test, "Image")) >= 3


def files(test, label):
    """Buttons that give a file, by what is written on them."""
    return [button for button in test.get("download_button") if button.proto.label == label]


def test_every_chart_has_its_numbers_and_its_picture(app, store, tmp_path):
    run = make_run(store, tmp_path, rows=60)
    table = store.add_upload(tmp_path / "reviews-2-60-0.csv", "reviews.csv").sha256
    other = make_run(store, tmp_path, rows=60, name="another", seed=1)
    asked = [
        *(("report", {"run": run.id, "section": name}) for name in SECTIONS),
        ("data", {"table": table}),
        ("models", {"trend": run.model}),
        ("compare", {"first": run.id, "second": other.id}),
    ]
    drawn = 0
    for page, query in asked:
        test = app(page, **query)
        charts = len(test.get("plotly_chart"))
        found = [len(files(test, label)) for label in ("Data (CSV)", "Data (Excel)", "Image")]
        assert found == [charts] * 3, f"{page} {query}"
        drawn += charts
    assert drawn >= 12


def test_one_browser_of_rows_at_a_time_named_in_the_address(app, store, tmp_path):
    run = make_run(store, tmp_path, rows=40)
    keys = {box.key for box in app("report", run=run.id, section="robustness").selectbox}
    assert "recipe" in keys
    assert "change" not in keys
    keys = {box.key for box in app("report", run=run.id, section="robustness", browse="flips").selectbox}
    assert "change" in keys
    assert "recipe" not in keys


def test_a_long_table_of_classes_scrolls_in_a_box_that_the_keyboard_reaches(app, store, tmp_path):
    run = make_run(store, tmp_path, rows=66, labels=INTENTS[:11])
    bodies = [element.proto.body for element in app("report", run=run.id, section="performance").get("html")]
    (table,) = [body for body in bodies if 'class="scrolls" tabindex="0" role="region"' in body and INTENTS[0] in body]
    assert all(label in table for label in INTENTS[:11])


def test_the_table_of_attacked_rows_says_their_outcome_in_the_words_of_its_filter(app, store, tmp_path):
    run = make_run(store, tmp_path, rows=40)
    test = app("report", run=run.id, section="robustness", outcome="success")
    table = next(frame.value for frame in test.dataframe if "status" in frame.value.columns)
    assert set(table["status"]) == {"Succeeded"}


def test_the_title_of_a_chart_is_text_of_the_page(app, store, tmp_path):
    """Above the plot, where it wraps with the window; the plot draws none."""
    run = make_run(store, tmp_path, rows=40)
    test = app("report", run=run.id, section="robustness")
    layouts = [json.loads(chart.proto.spec)["layout"] for chart in test.get("plotly_chart")]
    bodies = [element.proto.body for element in test.get("html")]
    assert layouts
    for layout in layouts:
        assert "text" not in layout.get("title", {})
        assert any(layout["meta"]["title"] in unescape(body) and 'class="assay-chart"' in body for body in bodies)


def test_what_a_user_named_is_escaped_in_the_title_of_a_chart(app, store, tmp_path):
    run = make_run(store, tmp_path, rows=60, labels=["<i>one</i>", "two & three"])
    bodies = [e.proto.body for e in app("report", run=run.id, section="performance").get("html")]
    titles = [body for body in bodies if 'class="assay-chart"' in body]
    assert titles
    assert not any("<i>" in title for title in titles)
    assert any("&lt;i&gt;one" in title or "two &amp; three" in title for title in titles)
