"""Names that mean something to Markdown, HTML or an address, on every page and in every section: shown, never obeyed."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hostile import LABELS
from literal_pages import OBEYED, literal, markdown
from pages import check, seen
from streamlit.testing.v1 import AppTest

from audit.language.printable import on_screen, printable
from dashboard.app import VIEWS
from dashboard.views import report

PAGES, SECTIONS = tuple(VIEWS), tuple(report.SECTIONS)
"""As the navigation has them: a new one is walked, too."""
FIRST_CELL = re.compile(r'<tr><td class="left">([^<]*)</td>')


@pytest.fixture
def app(hostile, monkeypatch):
    import streamlit as st

    st.cache_data.clear()

    def draw(page, /, **query):
        test = AppTest.from_string(f"from dashboard.app import main\nmain({page!r})", default_timeout=60)
        for name, value in query.items():
            test.query_params[name] = value
        test.run()
        check(test)
        return test

    with hostile.at_home():
        yield draw
    st.cache_data.clear()


@pytest.mark.parametrize("page", PAGES)
def test_every_page(app, hostile, page):
    query = {"first": hostile.run_id, "second": hostile.run_id} if page == "compare" else {"run": hostile.run_id}
    literal(app(page, **query))


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section(app, hostile, section):
    test = app("report", run=hostile.run_id, section=section)
    literal(test)
    assert "Q3 [/final] :red[a]" in seen(test)


@pytest.mark.parametrize("row", range(0, 20, 3))
def test_rows_of_each_class_and_names_in_the_address(app, hostile, row):
    from audit.store import open_store

    example = open_store().examples(hostile.run_id, [row])[0]
    label, predicted = (
        str(1 + LABELS.index(example.label)),
        str(1 + row),
    )  # by their places: names stay out of addresses
    test = app("report", run=hostile.run_id, section="rows", row=example.row_id, label=label, predicted=predicted)
    literal(test)
    assert test.selectbox(key="label").value == example.label
    assert test.selectbox(key="predicted").value == LABELS[row]


@pytest.mark.parametrize(
    "name", ["![x](http://evil.example/e)", "\x1b[31m\u202e", "label=a,word=b", "²", "9" * 5000, "%"]
)
def test_any_name_in_the_address(app, hostile, name):
    literal(app("report", run=name))
    literal(app("report", run=hostile.run_id, section="rows", page=name, row=name, label=name, predicted=name))
    literal(app("runs", page=name, run=name))
    literal(app("data", table=name))
    literal(app("compare", first=name, second=hostile.run_id))


def test_the_table_of_classes_has_one_line_for_each(app, hostile):
    test = app("report", run=hostile.run_id, section="performance")
    first = [unescape(cell) for cell in FIRST_CELL.findall("".join(e.proto.body for e in test.get("html")))]
    with on_screen():
        for label in LABELS:
            assert first.count(printable(label, 80)) == 1, label


def test_what_is_looked_for_would_be_found():
    for text in (
        "![x](http://e)",
        "a https://e",
        "<b>",
        ":red[a]",
        ":smile:",
        "\x1b",
        "[/b]",
        "a\n- new",
        "\u2028",
        "**b**",
        "<script>",
    ):
        assert OBEYED.search(text)


def test_the_texts_of_a_page_are_all_looked_at(app, hostile):
    found = list(markdown(app("report", run=hostile.run_id, section="summary")))
    assert {"markdown", "caption", "metric", "expander"} <= {kind for kind, _ in found}
    assert "billing [EU]" in seen(app("report", run=hostile.run_id, section="summary"))
