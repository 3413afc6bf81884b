"""A chapter is its file and one line: the PDF's blocks, the HTML file and the pages draw it, and a section of its own."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest
from kind_runs import PROBES, make_kinds_run
from pages import headings, seen
from runs import make_run

from audit.figures.spec import figure
from audit.language.printable import printable
from audit.report import chapters
from audit.report.blocks import Brand, Card, Cards, Cell, Column, Example, Figure, Run, Section, Table, Text
from audit.report.build import build_report
from audit.report.chapters.chapter import Chapter
from audit.report.drawing import document_data
from audit.report.html import render_html
from audit.report.layout import lay_out
from audit.report.pdf import render_both
from audit.results.judging import judge
from audit.score.findings import verdict
from dashboard.draw.chapters import sections

TEXT = "ทดสอบ <script>alert(1)</script>"


def weather(report, say, caps):
    rows = ((Cell("rain"), Cell(say.numbers.count(report.data.rows))),)
    spec = figure("scores", ("label", "value", "low", "high", "n", "unit"), [("drops", 0.5, 0.4, 0.6, 9, "share")])
    return Section(
        "weather", "Weather", (
            Text(printable(TEXT)), Cards((Card("Wet", "50.0%", "40.0% to 60.0%", "n = 9"),)),
            Table((Column("what"), Column("rows", "right")), rows, "By the window"),
            Figure(spec, "A dot at one half", "Drops a minute"),
            Example("A text", "row 1", (("Original", (Run("sun"), Run("shine", "removed", 1.0))),)),
        ),
    )  # fmt: skip


@pytest.fixture
def added(monkeypatch):
    """One file, one line."""
    module = ModuleType("weather_chapter")
    module.WEATHER = Chapter("weather", weather)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(chapters, "LAST", ["weather_chapter:WEATHER", *chapters.LAST])


@pytest.fixture
def run(store, tmp_path):
    return make_run(store, tmp_path, rows=16)


def test_two_suites_stand_under_each_other_and_every_section_has_an_address_of_its_own(app, store, tmp_path):
    (asked,) = [probe for probe in PROBES if probe.kind == "behaviour"]
    run = make_kinds_run(store, tmp_path, probes=(*PROBES, asked.model_copy(update={"id": "suite:more"})))
    drawn = app("report", run=run.id, section="behaviour").get("plotly_chart")
    assert len(drawn) == 2
    found, parts = [], list(lay_out(build_report(store, run.id, "technical"), Brand()).sections)
    while parts:
        part = parts.pop()
        found.append(part.id)
        parts += part.sections
    assert {"suite-1", "suite-2", "failed-2-1"} <= set(found)
    assert len(found) == len(set(found)), sorted(name for name in found if found.count(name) > 1)


def test_paper_draws_it(added, store, run):
    document = lay_out(build_report(store, run.id), Brand())
    (found,) = [section for section in document_data(document)["sections"] if section["id"] == "weather"]
    assert [block["kind"] for block in found["blocks"]] == ["Text", "Cards", "Table", "Figure", "Example"]
    assert found["blocks"][3]["svg"].startswith("<svg")
    assert render_both(document, ppi=20)[0] == render_both(document, ppi=20)[0]


def test_the_html_file_draws_it(added, store, run):
    page = render_html(lay_out(build_report(store, run.id), Brand()))
    for part in ("<h2>Weather</h2>", "<caption>By the window</caption>", "<del>shine</del>", "A dot at one half"):
        assert part in page
    assert "<script" not in page


def test_the_pages_have_a_section_for_it(added, app, run):
    test = app("report", run=run.id, section="weather")
    said = seen(test)
    assert TEXT in said, "a screen has letters that the fonts of paper have not"
    for part in ("By the window", "shine", "Drops a minute", "40.0% to 60.0%"):
        assert part in said
    assert [metric.value for metric in test.metric] == ["50.0%"]
    (chart,) = test.get("plotly_chart")
    assert "drops" in chart.proto.spec
    assert not any("<script" in html.proto.body for html in test.get("html"))


def test_without_its_line_nobody_draws_it(store, run):
    assert "Weather" not in render_html(lay_out(build_report(store, run.id), Brand()))


def test_the_sections_draw_what_the_report_says(app, store, run):
    say = {section.id: section for section in lay_out(build_report(store, run.id), Brand()).sections}
    for name, id_ in (
        ("summary", "summary"),
        ("robustness", "robustness"),
        ("explanations", "explanations"),
        ("performance", "classes"),
    ):
        words = [block.text for block in say[id_].blocks if isinstance(block, Text)]
        page = seen(app("report", run=run.id, section=name))
        assert words
        for text in words:
            assert text in page, (name, text)


def test_a_policy_of_the_same_verdict_is_told_anew(app, store, run):
    """What is kept of a chapter is of this policy, not of another that happens to come to the same."""
    policy = {"version": 1, "name": "p", "check": [{"id": "a", "score": "accuracy", "min": 0.031}]}
    first = judge(store, run.id, policy)
    before = seen(app("report", run=run.id, section="summary"))
    policy["check"][0]["min"] = 0.042
    second = judge(store, run.id, policy)
    assert verdict(first) == verdict(second)
    after = seen(app("report", run=run.id, section="summary"))
    assert ("3.1%" in before, "4.2%" in before, "3.1%" in after, "4.2%" in after) == (True, False, False, True)


def test_words_are_drawn_once_on_the_page_of_explanations(app, store, run):
    """By the part that offers a choice of method and class, and not by the chapter as well; the report keeps its own."""
    said = seen(app("report", run=run.id, section="explanations"))
    assert "Words of a method and class" in said
    assert "Words that move the decision" not in said
    assert "Words that move the decision" in render_html(lay_out(build_report(store, run.id), Brand()))


def test_a_folded_section_says_what_it_comes_to_and_is_open_on_paper(app, store, tmp_path):
    run = make_kinds_run(store, tmp_path)
    test = app("report", run=run.id, section="robustness")
    (box,) = [box for box in test.expander if "Changes that should turn the answer" in box.label]
    assert "the answer stays where it was" in box.label
    assert not box.proto.expanded
    assert "Only texts are changed of which it is certain" in seen(box)
    assert "Changes that should turn the answer" not in [said for _, said in headings(test)]
    assert "Changes that should turn the answer</h2>" in render_html(lay_out(build_report(store, run.id), Brand()))


def test_a_section_is_named_after_what_the_run_asked():
    assert sections({"trigger"})["triggers"] == "Triggers"
    assert sections({"shortcut"})["triggers"] == sections({"word"})["triggers"] == "Shortcuts"
    assert sections({"trigger", "word"})["triggers"] == "Triggers, shortcuts"
    assert "triggers" not in sections({"attack"})
    assert sections({"attack"})["weak"] == "Weak spots"
    assert "weak" not in sections({"attack"}, labelled=False)
