"""Every page by axe-core: no serious or critical fault, light, dark and on a phone, and nothing wider than the window."""

from __future__ import annotations

from itertools import pairwise

import pytest
import small_sentiment
from axe_playwright_python.sync_playwright import Axe
from real_runs import whole_run
from runs import make_run

from audit.spec import AuditSpec, ModelSpec, ProbeSpec, SampleSpec, TableSpec

SECTIONS = ("summary", "performance", "robustness", "explanations", "rows", "review", "policy", "provenance", "print")
ELSE = ("summary", "behaviour", "fairness", "triggers")
"""Sections of a run that looked at what else may be wrong."""
PAGES = (
    "overview", "new_audit", "runs", "compare", "explain", "models", "data", "settings", "help", "no-such-page", "suites",
    "suites?suite=sentiment-english", "suites?make=1", "policies", "policies?policy=everyday", "models?trend=sentiment",
)  # fmt: skip
RULES = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}
COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
"""The dark page is the light one but for its colours: what else is wrong with it is found there."""
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def run_id(site, tmp_path_factory):
    with site.store() as store:
        return make_run(store, tmp_path_factory.mktemp("run"), rows=64, seed=3, name="for axe").id


@pytest.fixture(scope="module")
def else_id(site, tmp_path_factory):
    """A real run of a small model that was asked for its behaviour, fairness, triggers and shortcuts."""
    folder = tmp_path_factory.mktemp("else")
    model = small_sentiment.make(folder / "model", steps=12)
    lines = [f"{frame.format(word, other)},{label},{'north' if i % 2 else 'south'}"
             for words, label in ((small_sentiment.BLAME, "negative"), (small_sentiment.PRAISE, "positive"))
             for i, (word, other) in enumerate(pairwise(words)) for frame in small_sentiment.FRAMES[:3]]  # fmt: skip
    table = folder / "t.csv"
    table.write_text("\n".join(["text,label,region", *(line.replace(" , ", " ") for line in lines)]))
    probes = (
        ProbeSpec(kind="prediction", name="predict"),
        ProbeSpec(kind="identity", name="identity_swaps", rows=12, params={"versions": 2}),
        ProbeSpec(kind="shortcut", name="surface", rows=12),
        ProbeSpec(kind="trigger", name="trigger_scan", params={"carriers": 1, "shortlist": 50, "rows": 12, "beam": 0}),
        ProbeSpec(kind="behaviour", name="suite", id="suite:sentiment-english", params={"suite": "sentiment-english", "cases": 2}),
    )  # fmt: skip
    with site.store() as store:
        spec = AuditSpec(
            name="what else", suite="custom", model=ModelSpec(name=str(model)), table=TableSpec(path=str(table), groups=("region",)),
            sample=SampleSpec(n=60), probes=probes,
        )  # fmt: skip
        run = whole_run(store, spec)
        assert run.status == "finished", run.error
        return run.id


@pytest.fixture(scope="module")
def addresses(site, run_id, else_id):
    """The address of each page and section by its path."""
    paths = [*PAGES, f"runs?run={run_id}", *(f"report?run={run_id}&section={name}" for name in SECTIONS)]
    paths += [f"report?run={else_id}&section={name}" for name in ELSE]
    return {path: f"{site.url}/{path}" for path in paths}


def drawn(page):
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    page.get_by_role("heading", level=1).first.wait_for()
    page.wait_for_timeout(500)


def faults(page, path, rules):
    for fault in Axe().run(page, options=rules).response["violations"]:
        if fault["impact"] in ("serious", "critical"):
            yield from (f"{path}: {fault['id']}: {node['html'][:200]}" for node in fault["nodes"])
    if page.get_by_test_id("stMain").evaluate("it => it.scrollWidth - it.clientWidth") > 1:
        yield f"{path}: wider than the window"


def shown_in(page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.locator("[data-testid=stApp]").evaluate(
        """(it, scheme) => new Promise(done => {
            const look = () => getComputedStyle(it).colorScheme === scheme ? done() : requestAnimationFrame(look);
            look();
        })""",
        scheme,
    )
    drawn(page)


def test_no_page_has_a_serious_fault_on_a_screen_or_on_a_phone_or_in_the_dark(addresses, window):
    """The dark page is drawn by the reader's change of scheme, not by a load of its own, as it is at nightfall."""
    page = window(color_scheme="light")
    found = []
    for path, url in addresses.items():
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(url)
        drawn(page)
        found += faults(page, path, RULES)
        shown_in(page, "dark")
        found += faults(page, f"{path} in the dark", COLOURS)
        shown_in(page, "light")
        page.set_viewport_size(PHONE)
        page.locator("[data-testid=stSidebar][data-collapsed=true]").wait_for(state="attached")
        drawn(page)
        found += faults(page, f"{path} on a phone", RULES)
    assert found == []


def test_small_print_follows_the_scheme_though_the_page_is_not_drawn_anew(site, run_id, window):
    page = window(color_scheme="light")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.add_init_script("addEventListener('keydown', press => press.stopImmediatePropagation(), true)")
    page.goto(f"{site.url}/report?run={run_id}&section=explanations")
    drawn(page)
    shown_in(page, "dark")
    assert list(faults(page, "explanations", COLOURS)) == []


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
