"""What journeys do over and over: open a page, wait until it is drawn, choose, press."""

from __future__ import annotations

from typing import Any

PATIENCE = 180_000
DRAWN = "[data-testid=stApp][data-test-script-state=notRunning]"


def settle(page: Any) -> None:
    """Wait until the page's script has run to its end."""
    page.wait_for_timeout(250)
    page.wait_for_selector(DRAWN, timeout=PATIENCE)


def visit(page: Any, site: Any, path: str = "/") -> None:
    """Open a page of the dashboard and wait for it."""
    page.goto(site.url + path)
    page.wait_for_selector(
        "[data-testid=stSidebarContent], [data-testid=stMain] h1", timeout=PATIENCE, state="attached"
    )
    settle(page)


def press(page: Any, name: str) -> None:
    """Press the button called `name`."""
    page.get_by_test_id("stMain").get_by_role("button", name=name).first.click()
    settle(page)


def choose(page: Any, label: str, option: str) -> None:
    """Choose in a selectbox."""
    box = page.get_by_test_id("stSelectbox").filter(has=page.get_by_text(label, exact=True)).first
    box.locator("input").click()
    page.get_by_role("option", name=option).first.click()
    settle(page)


def shows(page: Any, text: str) -> None:
    """Wait until the page shows a text."""
    page.get_by_test_id("stMain").get_by_text(text).first.wait_for(timeout=PATIENCE)
