"""Texts that try to be more than text: no script of theirs runs, and the browser calls nobody but us."""

from __future__ import annotations

import pytest
from browsing import settle, visit
from runs import make_run

HOSTILE = (
    "<script>window.hacked = 1</script><img src=x onerror='window.hacked=1'>",
    "<img src=https://evil.example/a.png><iframe src=https://evil.example></iframe><form action=https://evil.example><input></form>",
    "<style>body{display:none}@import url(https://evil.example/x.css)</style><link rel=stylesheet href=https://evil.example/y.css>",
    "![pixel](https://evil.example/pixel.png) [click](javascript:window.hacked=1) :material/bug_report: :red[red] $\\sum$ `code`",
    "=HYPERLINK(\"https://evil.example\",\"x\") +1 -1 @SUM(A1)",
    "\u202eright to left override \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \u2066isolate\u2069",
    "emoji \U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f3f3\ufe0f\u200d\U0001f308 and nul-like \u2400 \x07",
    "\" onmouseover=\"window.hacked=1\" x=\"' onfocus='window.hacked=1' autofocus tabindex='0",
    "word " * 10_000,
)  # fmt: skip
SECTIONS = ("summary", "robustness", "review", "explanations", "performance", "rows", "provenance", "print")


@pytest.fixture(scope="module")
def hostile_run(site, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    with site.store() as store:
        labels = ("<b>bad</b>", "![x](https://evil.example/l.png)")
        return make_run(store, folder, rows=32, labels=labels, texts=HOSTILE, name=HOSTILE[0] + HOSTILE[3], seed=71)


@pytest.fixture
def watched(page, site):
    """A page whose requests, dialogs and scripts are noted."""
    calls: list[str] = []
    own = (site.url, site.url.replace("http", "ws"), "data:", "blob:")
    page.on("request", lambda request: None if request.url.startswith(own) else calls.append(request.url))
    page.on("dialog", lambda dialog: (calls.append(f"dialog {dialog.message}"), dialog.dismiss()))
    yield page, calls
    settle(page)
    assert calls == []
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("getComputedStyle(document.body).display") != "none"


@pytest.mark.parametrize("path", ["/", "/runs", "/compare", "/new_audit", "/data", "/models"])
def test_on_every_page(watched, site, hostile_run, path):
    page, _ = watched
    visit(page, site, path)
    page.mouse.move(500, 400)
    page.wait_for_timeout(500)


@pytest.mark.parametrize("section", SECTIONS)
def test_in_every_section(watched, site, hostile_run, section):
    page, _ = watched
    visit(page, site, f"/report?run={hostile_run.id}&section={section}")
    for expander in page.locator("[data-testid=stExpander] summary").all()[:6]:
        expander.click()
    page.wait_for_timeout(800)
    assert page.locator("[data-testid=stMain] iframe:not([title])").count() == 0
    assert page.locator("[data-testid=stMain] form[action]").count() == 0


def test_every_hostile_row(watched, site, hostile_run):
    page, _ = watched
    with site.store() as store:
        rows = store.rows(hostile_run.id, limit=len(HOSTILE))
    for row_id in rows["row_id"]:
        visit(page, site, f"/report?run={hostile_run.id}&section=rows&row={row_id}")
    assert page.locator("[data-testid=stMain] img[src*=evil]").count() == 0


def test_as_a_typed_text(watched, site):
    page, _ = watched
    visit(page, site, "/explain?model=tiny")
    page.locator("textarea").first.fill(HOSTILE[0] + HOSTILE[1] + HOSTILE[7])
    page.get_by_test_id("stFormSubmitButton").get_by_role("button").first.click()
    page.locator(".assay-word").first.wait_for(timeout=180_000)
    page.locator(".assay-word").first.hover()


def test_the_answers_carry_a_policy(site, page):
    answer = page.goto(site.url)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
    assert answer.headers["x-content-type-options"] == "nosniff"
