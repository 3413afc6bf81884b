"""The web page and the JSON: self-contained, escaped, documented."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import jsonschema
import pytest
from sample_run import RUNS

from audit.errors import ReportError
from audit.report.blocks import Brand
from audit.report.html import render_html
from audit.report.json_file import SCHEMA, read_json, render_json, schema, schema_text
from audit.report.making import HTML_BYTES, lay_out_within, page_of


class Page(HTMLParser):
    """Collects tags, attributes, ids and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def pages(store):
    return {
        run: page_of(lay_out_within(store, RUNS[run], preset, Brand("<b>Org</b>"), pdf=False))
        for run, preset in (("hostile", "technical"), ("reviews", "full"), ("many", "technical"), ("skipped", "full"))
    }


def test_pages_fetch_nothing_and_run_nothing(pages):
    for text in pages.values():
        page = Page(text)
        assert not {"script", "iframe", "object", "embed", "form", "link", "base"} & set(page.tags)
        for _tag, name, value in page.attributes:
            assert not name.startswith("on")
            if name in ("src", "href"):
                assert value.startswith(("data:image/", "#"))
        assert "default-src 'none'" in text


def test_hostile_texts_are_escaped(pages):
    page = Page(pages["hostile"])
    shown = "".join(page.text).replace("\u200b", "")
    assert "<script>alert(1)</script>" in shown
    assert "#strong[x]" in shown
    assert "‹U+202E›" in shown
    assert "\u202e" not in shown
    assert "\x00" not in pages["hostile"]


def test_links_and_headings_fit(pages):
    for text in pages.values():
        page = Page(text)
        ids = [value for _, name, value in page.attributes if name == "id"]
        assert len(ids) == len(set(ids))
        assert all(value[1:] in ids for tag, name, value in page.attributes if tag == "a" and name == "href")
        assert page.tags.count("h1") == 1
        alts = [value for tag, name, value in page.attributes if tag == "img" and name == "alt"]
        assert len(alts) == page.tags.count("img")
        assert all(alts)


def test_size_is_kept(store, pages, monkeypatch):
    assert all(len(text.encode()) <= HTML_BYTES for text in pages.values())
    laid = lay_out_within(store, RUNS["hostile"], "technical", Brand(), pdf=False)
    small = len(render_html(laid.document).encode()) - 1  # one byte too much: examples must go
    monkeypatch.setattr("audit.report.making.HTML_BYTES", small)
    assert len(page_of(laid).encode()) <= small
    monkeypatch.setattr("audit.report.making.HTML_BYTES", 1000)
    with pytest.raises(ReportError, match="5 MB"):
        page_of(laid)


def test_the_schema_file_is_the_classes():
    assert SCHEMA.read_text(encoding="utf-8") == schema_text()


def test_json_fits_its_schema_and_can_be_read_back(store, any_run, tmp_path):
    laid = lay_out_within(store, any_run, "full", Brand(), pdf=False)
    text = render_json(laid.report)
    jsonschema.validate(json.loads(text), schema())
    path = tmp_path / "report.json"
    path.write_text(text, encoding="utf-8")
    assert render_json(read_json(path)) == text


def test_a_report_whose_findings_are_prose_is_read_as_it_was_worded(store, tmp_path):
    report = lay_out_within(store, RUNS["reviews"], "full", Brand(), pdf=False).report
    data = json.loads(render_json(report)) | {"schema": 2}
    assert all(finding["title"] and finding["said"] for finding in data["findings"])
    for entry in (*data["scores"], *data["findings"], *(finding["score"] for finding in data["findings"])):
        entry.pop("said", entry.pop("notes", None))
    path = tmp_path / "old.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    read = read_json(path)
    assert [score.note for score in read.scores] == [score.note for score in report.scores]
    for old, new in zip(read.findings, report.findings, strict=True):
        assert (old.title, old.why, old.next_step, old.note) == (new.title, new.why, new.next_step, new.note)


def test_another_schema_is_refused(tmp_path):
    path = tmp_path / "report.json"
    path.write_text('{"schema": 99}')
    with pytest.raises(ReportError, match="schema 3"):
        read_json(path)
