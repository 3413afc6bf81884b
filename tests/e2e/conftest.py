"""A dashboard of the test's own on a free port, a worker when a journey needs one, and a headless Chromium."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 180_000  # ms; machines that run tests are busy
PAGES = pytest.StashKey[list]()
"""The pages that a test has opened, each with what its browser told of it."""
RUNNING: list[Site] = []
"""The installations that are up."""
TRACING = "import faulthandler, signal; faulthandler.register(signal.SIGUSR1)"
"""Imported by each server at its start: it tells where its threads are when it is asked to."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(900))


@pytest.fixture(scope="module")
def chromium() -> Iterator:
    """A headless Chromium: ASSAY_CHROMIUM, the system's, or Playwright's own; else the tests are skipped."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    names = (os.environ.get("ASSAY_CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if name and (found := shutil.which(name))), None)
    with playwright.sync_playwright() as driver:
        if path is None and not Path(driver.chromium.executable_path).exists():
            pytest.skip("no Chromium: set ASSAY_CHROMIUM or install one (Debian/Ubuntu: apt-get install chromium)")
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


class Site:
    """One installation: its data folder, its dashboard (`server` started with `options`), its worker."""

    def __init__(self, home: Path, *options: str, server: Sequence[str] = ("-m", "dashboard.server")) -> None:
        self.home, self.options, self.server = home, options, server
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._server: subprocess.Popen[bytes] | None = None
        self._worker: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        own = {"ASSAY_HOME": str(self.home), "OMP_NUM_THREADS": "1", "ASSAY_MODEL_FOLDERS": str(self.home.parent)}
        own["PYTHONPATH"] = os.pathsep.join([str(self._tracing()), *filter(None, [os.environ.get("PYTHONPATH")])])
        return {k: v for k, v in os.environ.items() if k != "ASSAY_DATABASE_URL"} | own

    def _tracing(self) -> Path:
        folder = self.home.parent / "tracing"
        folder.mkdir(exist_ok=True)
        (folder / "sitecustomize.py").write_text(TRACING)
        return folder

    def trace(self) -> str:
        """The end of what the server has logged, and where its threads are."""
        if self._server is not None and self._server.poll() is None:
            self._server.send_signal(signal.SIGUSR1)
            time.sleep(1)
        return (self.home / "server.log").read_text(errors="replace")[-20_000:]

    def start(self) -> None:
        command = [sys.executable, *self.server, f"--port={self.port}", *self.options]
        self._server = self._run(command, "server.log")
        until = time.monotonic() + 120
        while time.monotonic() < until:
            try:
                if urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2).status == 200:
                    return
            except OSError:
                time.sleep(0.2)
        raise AssertionError((self.home / "server.log").read_text())

    def kill(self) -> None:
        if self._server is not None:
            os.killpg(self._server.pid, signal.SIGKILL)
            self._server.wait()
            self._server = None

    def start_worker(self) -> None:
        if self._worker is None:
            self._worker = self._run([sys.executable, "-m", "audit", "worker", "--bare"], "worker.log")

    def stop(self) -> None:
        self.kill()
        if self._worker is not None:
            os.killpg(self._worker.pid, signal.SIGKILL)
            self._worker.wait()

    @contextmanager
    def store(self) -> Iterator:
        """The installation's store, in this process."""
        from audit.store import close_stores, open_store

        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("ASSAY_HOME", str(self.home))
            patch.delenv("ASSAY_DATABASE_URL", raising=False)
            close_stores()
            yield open_store()
            close_stores()

    def _run(self, command: list[str], log: str) -> subprocess.Popen[bytes]:
        with (self.home / log).open("ab") as out:
            return subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip


@contextmanager
def _sites(factory: pytest.TempPathFactory, model: Path) -> Iterator[Callable[..., Site]]:
    """Make installations that know one small model, `tiny` (red, green, blue); in the end nothing of them runs on."""
    made: list[Site] = []

    def make(*, locked: bool = False, server: Sequence[str] = ("-m", "dashboard.server")) -> Site:
        home = factory.mktemp("installation") / "home"
        home.mkdir()
        shutil.copytree(model, home.parent / "tiny")
        site = Site(home, *(() if locked else ("--no-token",)), server=server)
        with site.store():
            from models import catalog

            catalog.add("tiny", str(home.parent / "tiny"))
        site.start()
        made.append(site)
        RUNNING.append(site)
        return site

    yield make
    for site in made:
        RUNNING.remove(site)
        site.stop()


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory: pytest.TempPathFactory, tiny_bert_dir: Path) -> Iterator[Callable[..., Site]]:
    """Make an installation that lives until the last test of a file: idle servers and workers take from other tests."""
    with _sites(tmp_path_factory, tiny_bert_dir) as make:
        yield make


@pytest.fixture
def new_site(tmp_path_factory: pytest.TempPathFactory, tiny_bert_dir: Path) -> Iterator[Callable[..., Site]]:
    """Make an installation of one test's own."""
    with _sites(tmp_path_factory, tiny_bert_dir) as make:
        yield make


@pytest.fixture(scope="module")
def site(shared_site) -> Site:
    """The installation that most journeys of a file share."""
    return shared_site()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """What is on the pages of a journey that failed, what went wrong behind them and what the servers did, is reported."""
    report = yield
    if call.when == "call" and report.failed:
        for number, (one, told) in enumerate(item.stash.get(PAGES, ())):
            report.sections.append((f"page {number}: {one.url}", _text(one)))
            report.sections.append((f"page {number}: what its browser told", "\n".join(told)))
        for site in RUNNING:
            report.sections.append((f"server of {site.url}", site.trace()))
    return report


def _text(page) -> str:
    """What is on a page, in whatever state it is."""
    try:
        shown = page.locator("body").inner_text(timeout=5000)
        return shown or f"(no text) {page.content()[-3000:]}"
    except Exception as error:
        return f"(cannot be read: {error})"


def _listen(page) -> list[str]:
    """Keep what goes wrong on a page: scripts that end in an error, requests that get no answer, sockets that close."""
    told: list[str] = []
    page.on("pageerror", lambda error: told.append(f"error: {error.stack or error}"))
    page.on("crash", lambda *_: told.append("the page has crashed"))
    page.on("console", lambda said: told.append(f"{said.type}: {said.text}") if said.type == "error" else None)
    page.on("requestfailed", lambda asked: told.append(f"no answer: {asked.url}: {asked.failure}"))
    page.on("websocket", lambda socket: socket.on("close", lambda *_: told.append("socket closed")))
    page.on("framenavigated", lambda frame: told.append(f"at {frame.url}"))
    return told


@pytest.fixture
def window(chromium, request) -> Iterator[Callable]:
    """Open a browser window of its own, as another person would."""
    contexts = []

    def open_(**settings):
        contexts.append(chromium.new_context(**{"viewport": {"width": 1440, "height": 900}, **settings}))
        contexts[-1].set_default_timeout(PATIENCE)
        page = contexts[-1].new_page()
        request.node.stash.setdefault(PAGES, []).append((page, _listen(page)))
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture
def page(window):
    """A fresh browser window."""
    return window()
