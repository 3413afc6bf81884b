"""Take the pictures of docs/screenshots anew: `python .ci/screenshots.py`, or `python .ci/screenshots.py data explain`.

In an installation of its own, with two audits of the bundled sentiment sample, the pages are opened in a headless Chromium
at 1440 by 900, and one on a phone. `--home FOLDER` keeps the installation, so that the audits need not run again. Takes
about five minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"
SAMPLE = ROOT / "assets" / "samples" / "sentiment.csv"
TEXT = "The plot is thin but the acting is superb."
RUNS = {"Reviews, March": 0, "Reviews, April": 1}
"""Names of the audits and the seeds their rows are drawn with."""
DRAWN = "[data-testid=stApp][data-test-script-state=notRunning]"
PATIENCE = 180_000  # ms
SCREEN, PHONE = (1440, 900), (390, 844)


@dataclass(frozen=True)
class Picture:
    """One file: the page, how it is looked at, and the button pressed first, if any."""

    name: str
    page: str
    size: tuple[int, int] = SCREEN
    scheme: str = "light"
    press: str = ""


def pictures(ids: Mapping[str, str]) -> tuple[Picture, ...]:
    """What is shown, with the runs' ids by their names."""
    first, second = ids.values()
    report = f"/report?run={first}"
    return (
        Picture("overview", "/"),
        Picture("overview-dark", "/", scheme="dark"),
        Picture("new-audit", "/new_audit?model=sentiment"),
        Picture("data", "/data", press="Open"),
        Picture("report-summary", report),
        Picture("report-summary-dark", report, scheme="dark"),
        Picture("report-phone", report, size=PHONE),
        Picture("report-robustness", f"{report}&section=robustness"),
        Picture("report-explanations", f"{report}&section=explanations"),
        Picture("report-rows", f"{report}&section=rows"),
        Picture("review", f"{report}&section=review"),
        Picture("compare", f"/compare?first={first}&second={second}"),
        Picture("explain", "/explain?model=sentiment"),
    )


def environment(home: Path) -> dict[str, str]:
    """An installation of its own, whose work is done by whoever makes the pictures."""
    own = {"ASSAY_HOME": str(home), "USER": "analyst", "LOGNAME": "analyst"}
    return {name: value for name, value in os.environ.items() if name != "ASSAY_DATABASE_URL"} | own


def audits(home: Path) -> dict[str, str]:
    """The ids of the audits by their names; those that are not there yet are run."""
    command = [sys.executable, "-m", "audit"]
    listed = subprocess.run(
        [*command, "status", "--json"], cwd=ROOT, env=environment(home), capture_output=True, check=True
    )
    there = {run["name"]: run["run_id"] for run in json.loads(listed.stdout)["runs"] if run["status"] == "finished"}
    for name, seed in RUNS.items():
        if name not in there:
            print(f"Auditing: {name}", flush=True)
            told = [
                *command,
                "run",
                "--model",
                "sentiment",
                "--csv",
                str(SAMPLE),
                "--seed",
                str(seed),
                "--name",
                name,
                "--json",
            ]
            done = subprocess.run(told, cwd=ROOT, env=environment(home), stdout=subprocess.PIPE, check=True)
            there[name] = json.loads(done.stdout)["run_id"]
    return {name: there[name] for name in RUNS}


@contextmanager
def dashboard(home: Path) -> Iterator[str]:
    """The address of a dashboard of the installation, with a worker."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "dashboard", "--no-token", f"--port={port}", "--workers=1"]
    address = f"http://127.0.0.1:{port}"
    with (home / "pictures.log").open("ab") as log:
        server = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(home),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=2)  # noqa: S310  (of this machine)
                break
            except OSError:
                time.sleep(0.2)
        yield address
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def take(browser: Any, address: str, picture: Picture) -> None:
    """Open a page, wait until nothing changes any more, and keep what is in sight."""
    width, height = picture.size
    window = browser.new_context(viewport={"width": width, "height": height}, color_scheme=picture.scheme)
    page = window.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}{picture.page}")
    settle(page)
    if picture.press:
        page.get_by_test_id("stMain").get_by_role("button", name=picture.press).first.click()
        settle(page)
    if picture.name == "explain":
        page.locator("textarea").first.fill(TEXT)
        page.keyboard.press("Control+Enter")
        settle(page)
        page.get_by_text("speaks for").first.wait_for()  # the words are coloured
    page.mouse.move(width - 1, height - 1)  # nothing is pointed at
    settle(page)
    page.screenshot(path=FOLDER / f"{picture.name}.png")
    window.close()
    print(picture.name, flush=True)


def settle(page: Any) -> None:
    """Wait until the page is drawn, and what runs in parts of it."""
    for _ in range(3):
        page.wait_for_selector(DRAWN)
        page.wait_for_function("!document.querySelector('[data-testid=stSkeleton]')")  # parts that load later
        page.wait_for_timeout(1500)


def main() -> None:
    """Take the pictures asked for, or all."""
    from playwright.sync_api import sync_playwright

    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("names", nargs="*", help="pictures to take; default: all")
    asked.add_argument("--home", type=Path, help="folder of the installation; default: one that is deleted again")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="assay-pictures-") as made:
        home = (options.home or Path(made)).resolve()
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        wanted = [one for one in pictures(audits(home)) if not options.names or one.name in options.names]
        found = os.environ.get("ASSAY_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
        with dashboard(home) as address, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-dev-shm-usage"])
            for picture in wanted:
                take(browser, address, picture)
            browser.close()


if __name__ == "__main__":
    main()
