"""Headings of every page: one title, and no level left out beneath it, so that a screen reader can walk them."""

from __future__ import annotations

import pytest
from pages import headings
from runs import make_run

from dashboard.app import VIEWS
from dashboard.views.help import _parts
from dashboard.views.report import SECTIONS


def faults(test):
    found = headings(test)
    levels = [level for level, _ in found]
    if levels[:1] != [1] or levels.count(1) != 1:
        return [f"titles: {found}"]
    jumps = [f"{found[i]} -> {found[i + 1]}" for i in range(len(found) - 1) if levels[i + 1] > levels[i] + 1]
    return [*jumps, *(f"twice: {one}" for i, one in enumerate(found[1:]) if one[1] == found[i][1])]


def test_pages_of_an_empty_installation(app):
    assert {page: said for page in VIEWS if (said := faults(app(page)))} == {}


def test_pages_and_sections_with_a_run(app, store, tmp_path):
    run = make_run(store, tmp_path)
    table = store.add_upload(tmp_path / "reviews-2-60-0.csv", "reviews.csv").sha256
    asked = [
        *((page, {}) for page in VIEWS),
        ("runs", {"run": run.id}),
        ("data", {"table": table}),
        ("compare", {}),
        *(("help", {"part": part}) for part in _parts()),
        ("help", {"find": "typo"}),
        *(("report", {"run": run.id, "section": section}) for section in SECTIONS),
    ]
    assert {f"{page} {query}": said for page, query in asked if (said := faults(app(page, **query)))} == {}


@pytest.mark.parametrize("section", ["summary", "performance"])
def test_chapters_are_told_below_the_title_of_the_page(app, store, tmp_path, section):
    run = make_run(store, tmp_path, name="a run of its own")
    found = headings(app("report", run=run.id, section=section))
    assert found[0] == (1, "a run of its own")
    assert {level for level, _ in found[1:]} <= {2, 3, 4}
    assert len(found) > 2
