"""Nothing from a checkpoint runs, reads, writes or calls: a generated set, each loaded under an audit hook in one child."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from adapted import adapt, make_base
from hostile_checkpoints import make_cases, watched
from hostile_maker import ANY, SAME, Maker
from hostile_tokenizers import rules
from waiting import PATIENCE

from audit.live import LiveClient
from audit.live.client import LiveError

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


@pytest.fixture(scope="module")
def results(tmp_path_factory, checkpoint):
    """Every case with what came of loading it."""
    place = tmp_path_factory.mktemp("hostile")
    root, scratch = place / "set", place / "scratch"
    root.mkdir()
    scratch.mkdir()
    base = make_base(root / "base", kind="AutoModel")
    adapt(root / "adapter", base)
    maker = Maker(root, checkpoint("bert", "softmax"), root / "adapter", base)
    cases = make_cases(maker)
    work, out = place / "work.json", place / "out.json"
    work.write_text(json.dumps(list(watched(cases, [root]))))
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("HF_", "ASSAY_"))}
    environment |= {
        "ASSAY_HOME": str(place / "home"), "ASSAY_CACHE": str(place / "cache"), "TMPDIR": str(scratch), "HF_HOME": str(place / "hub"),
        "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false", "RUST_BACKTRACE": "0",
        "PYTHONDONTWRITEBYTECODE": "1",  # bytecode of our own, kept while loading, would be a write like any other
    }  # fmt: skip
    child = ROOT / "tests" / "support" / "watched_loads.py"
    done = subprocess.run(
        [sys.executable, "-P", str(child), str(work), str(out)],
        cwd=root,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    reached = out.read_text().count("\n") if out.exists() else 0
    assert done.returncode == 0, f"after {reached} of {len(cases)}: {done.stderr[-3000:]}"
    assert not {"sklearn", "pandas"} & set(done.stdout.split()), "no model needs them: they are slow to import"
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    found = {line["name"]: line for line in lines}
    assert found.keys() == cases.keys()
    assert list(scratch.iterdir()) == [], "what was put aside while loading is gone"
    return {name: (case, found[name]) for name, case in cases.items()}, maker


def listed(items):
    """Some findings, one a line."""
    return "\n".join(f"{name}: {what}" for name, what in items)


@pytest.mark.slow
def test_no_checkpoint_makes_the_process_do_anything(results):
    cases, maker = results
    assert len(cases) > 250
    did = {name: found["did"] for name, (_, found) in cases.items() if found["did"]}
    assert not did, listed(did.items())
    assert not maker.marker.exists()


def test_each_is_refused_in_a_sentence_or_answers_as_if_the_trick_were_not_there(results):
    cases, _ = results
    wrong = {}
    right = {name: np.array(cases[name][1]["loaded"]) for name in ("sound", "adapter")}
    for name, (case, found) in cases.items():
        if case.expected == SAME:
            whose = right["adapter" if "adapter_config.json" in os.listdir(case.folder) else "sound"]
            if found["loaded"] is None or not np.allclose(found["loaded"], whose, atol=1e-6):
                wrong[name] = found["error"] or "other answers"
        elif found["loaded"] is not None:
            if case.expected != ANY:
                wrong[name] = "it was loaded"
        elif found["kind"] != "ModelError" or case.expected not in found["error"] or "\n" in found["error"]:
            wrong[name] = f"{found['kind']}: {found['error']}"
        elif len(found["error"]) > 1500 or "Traceback" in found["error"] or not found["error"].endswith("."):
            wrong[name] = f"no sentence: {found['error']}"
    assert not wrong, listed(wrong.items())


def test_the_interactive_process_survives_a_tokenizer_without_end(home, tmp_path, checkpoint, monkeypatch):
    monkeypatch.setenv("ASSAY_MODEL_FOLDERS", str(tmp_path))
    folder = Path(shutil.copytree(checkpoint("bert", "softmax"), tmp_path / "model"))
    client = LiveClient()
    try:
        assert client.ask("predict", model=str(folder), texts=["dull"]).wait(PATIENCE)["labels"] == [
            "red",
            "green",
            "blue",
        ]
        pid = client.pid
        split = {"type": "Split", "pattern": {"Regex": "(a|aa)+$"}, "behavior": "Isolated", "invert": False}
        endless = Path(shutil.copytree(folder, tmp_path / "endless"))
        rules(endless / "tokenizer.json", pre_tokenizer=split)
        with pytest.raises(LiveError, match="tokenizer cannot be used"):
            client.ask("facts", model=str(endless)).wait(PATIENCE)
        assert client.ask("predict", model=str(folder), texts=["dull"]).wait(PATIENCE)["probs"]
        assert client.pid == pid
    finally:
        client.close()


def test_nothing_is_imported_from_where_a_command_is_given(tmp_path):
    marker = tmp_path / "MARK"
    names = (
        "typer",
        "rich",
        "platformdirs",
        "numpy",
        "filelock",
        "argparse",
        "signal",
        "socket",
        "subprocess",
        "tomllib",
    )
    for name in names:
        (tmp_path / f"{name}.py").write_text(f"open({str(marker)!r}, 'w')\n")
    for name in ("models", "dashboard", "audit"):  # without __init__: a real package of that name comes first
        (tmp_path / name).mkdir()
        for module in ("signals", "places", "lifeline"):
            (tmp_path / name / f"{module}.py").write_text(f"open({str(marker)!r}, 'w')\n")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for package in ("audit", "models", "dashboard", "dashboard.server"):
        done = subprocess.run(
            [sys.executable, "-m", package, "--help"],
            cwd=tmp_path,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert "usage" in done.stdout.casefold()
    assert not marker.exists()
