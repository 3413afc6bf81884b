"""Every page in every state: empty, queued, running, paused, failed, finished, many classes."""

from __future__ import annotations

import pytest
from pages import seen
from runs import INTENTS, make_run

PAGES = ("overview", "new_audit", "runs", "report", "compare", "explain", "models", "data", "settings")
SECTIONS = ("summary", "robustness", "review", "explanations", "performance", "rows", "provenance", "print")


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_installation_says_what_to_do(app, page):
    test = app(page)
    assert test.title
    assert len(seen(test)) > 60


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_of_a_finished_run(app, store, tmp_path, section):
    run = make_run(store, tmp_path)
    test = app("report", run=run.id, section=section)
    assert run.name in test.title[0].value.replace("\\", "")
