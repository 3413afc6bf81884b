"""One page at a time without a browser: `app("runs", run=...)` draws it through the real router."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pages import check
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def store(home: Path, monkeypatch: pytest.MonkeyPatch):
    """The store of an empty installation of this test's own."""
    import streamlit as st

    from audit.store import close_stores, open_store

    monkeypatch.delenv("ASSAY_DATABASE_URL", raising=False)
    monkeypatch.chdir(ROOT)
    st.cache_data.clear()
    opened = open_store()
    yield opened
    close_stores()


@pytest.fixture
def app(store) -> Callable[..., AppTest]:
    """Draw a page with these query parameters; the page must not have failed."""

    def draw(page: str = "overview", *, sound: bool = True, **query: str) -> AppTest:
        test = AppTest.from_string(f"from dashboard.app import main\nmain({page!r})", default_timeout=300)
        for name, value in query.items():
            test.query_params[name] = value
        test.run()
        if sound:
            check(test)
        return test

    return draw
