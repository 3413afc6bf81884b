"""Modules are no garbage: they are left out of the search for it once, when the first page of a process has been drawn."""

import gc

import pytest

from dashboard.page.settled import settle


@pytest.fixture
def frozen(monkeypatch):
    """When what there is was left out of the search; nothing is in truth."""
    times = []
    monkeypatch.setattr(gc, "freeze", lambda: times.append(1))
    settle.cache_clear()
    yield times
    settle.cache_clear()


def test_pages_leave_modules_out_of_the_search_for_garbage_once(app, frozen):
    app("help")
    assert frozen == [1]
    app("settings")
    assert frozen == [1]


def test_a_page_that_failed_does_not_count(app, frozen, monkeypatch):
    monkeypatch.setattr("dashboard.app.sidebar", lambda *_: 1 / 0)
    assert app("help", sound=False).exception
    assert frozen == []
