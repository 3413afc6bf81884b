"""Every page by axe-core: no serious or critical fault, light, dark and on a phone, and nothing wider than the window."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from runs import make_run

SECTIONS = ("summary", "performance", "robustness", "explanations", "findings", "rows", "review", "provenance")
PAGES = ("overview", "new_audit", "runs", "compare", "explain", "models", "data", "settings", "help", "no-such-page")
RULES = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}
LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}},
}


@pytest.fixture(scope="module")
def run_id(site, tmp_path_factory):
    with site.store() as store:
        return make_run(store, tmp_path_factory.mktemp("run"), rows=64, seed=3, name="for axe").id


@pytest.mark.parametrize("look", LOOKS)
def test_no_page_has_a_serious_fault(look, site, run_id, window):
    page = window(**LOOKS[look])
    paths = [*PAGES, f"runs?run={run_id}", *(f"report?run={run_id}&section={name}" for name in SECTIONS)]
    found, wide = [], []
    for path in paths:
        page.goto(f"{site.url}/{path}")
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        page.get_by_role("heading", level=1).first.wait_for()
        page.wait_for_timeout(500)
        for fault in Axe().run(page, options=RULES).response["violations"]:
            if fault["impact"] in ("serious", "critical"):
                found += [f"{path}: {fault['id']}: {node['html'][:200]}" for node in fault["nodes"]]
        main = page.get_by_test_id("stMain")
        if main.evaluate("it => it.scrollWidth - it.clientWidth") > 1:
            wide.append(path)
    assert found == []
    assert wide == []


def test_an_address_that_there_is_none_of_is_said_in_our_words(site, page):
    """The start page has one by its name beside the bare one."""
    page.goto(f"{site.url}/overview")
    page.get_by_role("heading", level=1).first.wait_for()
    assert page.get_by_role("dialog").count() == 0
    page.goto(f"{site.url}/no%20such%20page")
    page.get_by_role("heading", name="There is no such page").wait_for()
    assert page.get_by_role("dialog").count() == 0
    page.get_by_test_id("stMain").get_by_role("link", name="All runs").click()
    page.get_by_role("heading", name="Runs").first.wait_for()
    assert page.url.endswith("/runs")
