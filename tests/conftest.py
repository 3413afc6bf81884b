"""What all tests share: no network, a home of their own, one torch thread, small real checkpoints."""

from __future__ import annotations

import functools
import gc
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

from models import signals

sys.path.insert(0, str(Path(__file__).resolve().parent / "support"))  # helpers of the tests: `import checkpoints`

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["OMP_NUM_THREADS"] = "1"
os.environ.pop("COLUMNS", None)  # nobody sits at a terminal, whoever runs the tests
os.environ.pop("ASSAY_FILES_URL", None)  # tests never touch the user's files, wherever they are

ROOT = Path(__file__).resolve().parent.parent


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Nothing of what is imported for the tests is garbage: looking for it takes a third of that time, and is put off for good.

    What tests leave behind is looked for more rarely than Python does by itself, which took 8% of the time of those of pages.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
        gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first, so that no process is left alone with one of them in the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow") or item.get_closest_marker("browser")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(autouse=True, scope="session")
def _own_home(tmp_path_factory: pytest.TempPathFactory):
    """Tests never touch the user's data folder; the resource cache is the real one, filled by `make setup`."""
    before = os.environ.get("ASSAY_HOME")
    os.environ["ASSAY_HOME"] = str(tmp_path_factory.mktemp("home"))
    yield
    if before is None:
        del os.environ["ASSAY_HOME"]
    else:
        os.environ["ASSAY_HOME"] = before


@pytest.fixture(autouse=True, scope="session")
def _disks_are_not_waited_for():
    """Databases that this process opens need not outlast a loss of power, only a killed process: no write waits for a disk."""

    def hasten(connection: Any, *_: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            with suppress(sqlite3.Error):  # what is wrong with a database is said by what asks for it
                connection.execute("PRAGMA synchronous=OFF")

    event.listen(Pool, "checkout", hasten)
    yield
    event.remove(Pool, "checkout", hasten)


@pytest.fixture(autouse=True)
def _own_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest leaves its script behind as the main module, which later tests' child processes would run."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture(autouse=True)
def _packages_are_looked_through_once() -> None:
    """Every run of an AppTest reads what all installed packages say of themselves, for components: 0.2 s each time."""
    scanner = sys.modules.get("streamlit.components.v2.manifest_scanner")
    if scanner is not None and not hasattr(scanner.scan_component_manifests, "cache_info"):
        scanner.scan_component_manifests = functools.cache(scanner.scan_component_manifests)


@pytest.fixture(autouse=True)
def _signals_are_put_back():
    """A whole program called in this process may hear no signal afterwards, nor would the processes of later tests."""
    before = {number: signal.getsignal(number) for number in signals.TELLING}
    listening = list(signals._listening)
    yield
    signals._listening[:] = listening
    for number, handler in before.items():
        if handler is not None and signal.getsignal(number) != handler:  # None: set by no Python
            signal.signal(number, handler)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder for one test."""
    monkeypatch.setenv("ASSAY_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """`checkpoint(architecture, head)`: the folder of a small real checkpoint, made once a session."""
    made: dict[tuple[str, str], Path] = {}

    def get(architecture: str = "bert", head: str = "softmax") -> Path:
        from checkpoints import make

        key = (architecture, head)
        if key not in made:
            made[key] = make(tmp_path_factory.mktemp("checkpoint") / f"{architecture}-{head}", architecture, head)
        return made[key]

    return get


@pytest.fixture(scope="session")
def tiny_bert_dir(checkpoint: Callable[..., Path]) -> Path:
    """A BERT with three labels (red, green, blue) and random weights."""
    return checkpoint("bert", "softmax")


@pytest.fixture(scope="session")
def tiny_bert(tiny_bert_dir: Path):
    """`tiny_bert_dir`, loaded."""
    from models import load

    return load(str(tiny_bert_dir), threads=1)


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory):
    """A finished run with hostile names everywhere, see `hostile.Hostile`."""
    from hostile import make_hostile

    return make_hostile(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of real data sets, or a skip with the reason."""
    folder = Path(os.environ.get("ASSAY_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"real data sets are not at {folder}; set ASSAY_DATA")
    return folder
