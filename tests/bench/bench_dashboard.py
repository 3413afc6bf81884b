"""How quick the pages are with a 10,000-row run stored and an audit going on: 10 browser sessions, one after the other.

    python tests/bench/bench_dashboard.py [--rows 10000] [--sessions 10]

Prints the median and the slowest time per page, from the request until the page's script has run to its end, and the
median of the server's own processor time for it, which holds on a busy machine too; the first page of a session loads
Streamlit itself as well. Goals: first page under 2 s, other pages under 1 s.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support"), str(ROOT / "tests" / "e2e")]
DRAWN = "[data-testid=stApp][data-test-script-state=notRunning]"
LINKS = ("New audit", "Runs", "Run report", "Compare", "Models", "Data", "Settings", "Overview")


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the pages of the dashboard.")
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--sessions", type=int, default=10)
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="assay-bench-"))
    os.environ["ASSAY_HOME"] = str(folder / "home")
    try:
        from conftest import Site

        (folder / "home").mkdir()
        site = Site(folder / "home", "--no-token")
        run_id = fill(folder, arguments.rows)
        site.start()
        try:
            report(visit_all(site, run_id, arguments.sessions))
        finally:
            site.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fill(folder: Path, rows: int) -> str:
    """A finished run of that many rows, and one half way."""
    from runs import make_run

    from audit.store import close_stores, open_store

    store = open_store()
    started = time.monotonic()
    run = make_run(store, folder, rows=rows, name="large")
    make_run(store, folder, rows=400, status="running", done=0.5, seed=1, name="going on")
    close_stores()
    print(f"stored and scored {rows:,} rows x 6 probes in {time.monotonic() - started:.0f} s")
    return run.id


def visit_all(site, run_id: str, sessions: int) -> dict[str, list[tuple[float, float]]]:
    """Seconds per page over all sessions: on the clock, and of the server's processor time."""
    import psutil
    from playwright.sync_api import sync_playwright

    times: dict[str, list[tuple[float, float]]] = {}
    server = psutil.Process(site._server.pid)
    path = os.environ.get("ASSAY_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for _ in range(sessions):
            page = browser.new_context().new_page()
            page.set_default_timeout(180_000)
            timed(times, server, "first page", lambda page=page: page.goto(site.url), page)
            for name in LINKS:
                link = page.get_by_test_id("stSidebarNavLink").get_by_text(name, exact=True)
                timed(times, server, name, link.click, page)
            for section in ("summary", "robustness", "explanations", "performance", "rows"):
                address = f"{site.url}/report?run={run_id}&section={section}"
                visit = lambda page=page, address=address: page.goto(address)  # noqa: E731
                timed(times, server, f"report, {section} (new tab)", visit, page)
            page.context.close()
        browser.close()
    return times


def timed(times: dict[str, list[tuple[float, float]]], server, name: str, act, page) -> None:
    started, spent = time.monotonic(), sum(server.cpu_times()[:2])
    act()
    page.wait_for_timeout(30)
    page.wait_for_selector(DRAWN)
    page.locator("[data-testid=stMain] h1").first.wait_for()
    took = time.monotonic() - started
    times.setdefault(name, []).append((took, sum(server.cpu_times()[:2]) - spent))


def report(times: dict[str, list[tuple[float, float]]]) -> None:
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} processors, load {load:.1f}\n{'page':<36}{'median':>8}{'slowest':>9}{'processor':>11}")
    for name, found in times.items():
        clock, spent = zip(*found, strict=True)
        print(f"{name:<36}{statistics.median(clock):>7.2f}s{max(clock):>8.2f}s{statistics.median(spent):>10.2f}s")


if __name__ == "__main__":
    main()
