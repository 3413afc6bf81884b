"""Times are those of the reader's own zone, which every page names; UTC where no zone is told, or none that is known."""

from __future__ import annotations

import pytest
from pages import check
from streamlit.runtime.context import ContextProxy

from dashboard.page.text import local

TEN_TO_MIDNIGHT = "2026-03-01T23:50:00.000+00:00"


@pytest.fixture
def told(monkeypatch):
    """Have the browser tell a zone."""
    return lambda zone: monkeypatch.setattr(ContextProxy, "timezone", property(lambda _: zone))


@pytest.mark.parametrize(
    ("zone", "date"),
    [
        ("Asia/Tokyo", "2 March 2026, 08:50"),
        ("America/New_York", "1 March 2026, 18:50"),
        (None, "1 March 2026, 23:50"),
        ("", "1 March 2026, 23:50"),
        ("../../etc/passwd", "1 March 2026, 23:50"),
        ("Europe", "1 March 2026, 23:50"),
        ("No/Such\0Place", "1 March 2026, 23:50"),
    ],
)
def test_a_time_is_the_readers(told, zone, date):
    told(zone)
    assert local(TEN_TO_MIDNIGHT) == date


@pytest.mark.parametrize(("zone", "named"), [("Asia/Tokyo", "Asia/Tokyo"), (None, "UTC"), ("<b>Berlin</b>", "UTC")])
def test_every_page_names_the_zone(app, store, told, zone, named):
    told(zone)
    test = app("runs")
    check(test)
    assert f"Times are in {named}." in {caption.value for caption in test.sidebar.caption}
