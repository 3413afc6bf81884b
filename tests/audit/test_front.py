"""`import audit`: four names, no engine, whichever of their packages was imported before."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from examples import lacking, run

import audit
import audit.front
from audit.errors import InputError, ProbeUnavailable, RunError, SpecError, UnknownName
from audit.run import client
from audit.store import close_stores

ROOT = Path(__file__).resolve().parents[2]
ENGINES = ("torch", "transformers", "captum", "textattack", "pandas", "sqlalchemy", "streamlit")


def said_by(code: str, *arguments: str) -> str:
    """What a Python of its own prints."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_public_names_are_sorted_and_there():
    assert audit.__all__ == sorted(audit.__all__) == ["attack", "explain", "load", "run"]
    assert set(audit.__all__) <= set(dir(audit))
    assert all(callable(getattr(audit, name)) and getattr(audit.front, name).__doc__ for name in audit.__all__)


def test_no_engine_is_loaded():
    look = f"[name for name in {ENGINES} if name in sys.modules]"
    assert said_by(f"import sys, audit; print({look})") == "[]"
    verbs = "[callable(getattr(audit, name)) for name in audit.__all__]"
    assert said_by(f"import sys, audit; print({verbs}, {look})") == "[True, True, True, True] []"


BEFORE = (
    "import audit.run.client",
    "from audit.explain.lime import Lime",
    "from audit.attack import recipe",
    "from audit import *",
    "",
)
FORKING = """
import importlib, json, os, sys
for name in ("torch", "pandas", "sqlalchemy", "scipy.stats"):
    importlib.import_module(name)
assert not [name for name in sys.modules if name.partition(".")[0] in ("audit", "models", "dashboard")]
for code in json.loads(sys.argv[1]):
    sys.stdout.flush()
    child = os.fork()
    if not child:
        exec(code, {})
        sys.stdout.flush()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0, code
"""
"""Runs one piece of code after another, each where nothing of ours was imported yet, and what that needs was: it takes seconds."""


def test_packages_of_the_same_name_can_be_called_and_imported_from():
    code = (
        "import audit\n"
        "try: audit.run('sentiment', 'nowhere.csv')\nexcept audit.errors.InputError as error: print(error)\n"
        "try: audit.explain(None, '', 'nothing')\nexcept audit.errors.UnknownName as error: print(error)\n"
        "import audit.explain.lime, audit.run.client; print(audit.explain.lime.Lime.name, audit.run.client.SMALL_ROWS > 0)\n"
    )
    said = said_by(FORKING, json.dumps([f"{before}\n{code}" for before in BEFORE])).splitlines()
    assert len(said) == 3 * len(BEFORE)
    for before, first, second, third in zip(BEFORE, said[::3], said[1::3], said[2::3], strict=True):
        assert first == "The table nowhere.csv does not exist; give the path of a CSV, Excel, Parquet or JSONL file.", (
            before
        )
        assert second.startswith("There is no explainer named 'nothing'; choose from: attention, "), before
        assert third == "lime True", before


def test_a_name_there_is_not_is_no_attribute():
    with pytest.raises(AttributeError, match="has no attribute 'attck'"):
        _ = audit.attck


def test_what_cannot_be_is_refused_in_a_sentence(tiny_bert):
    with pytest.raises(UnknownName, match="There is no attack named 'nothing'"):
        audit.attack(tiny_bert, "one two", "nothing")
    with pytest.raises(SpecError, match="Parameter 'samples' of lime is 1; it must be a whole number, 2 or more"):
        audit.explain(tiny_bert, "one two", "lime", samples=1)
    with pytest.raises(ProbeUnavailable, match="The target 'purple' is none of the model's labels"):
        audit.attack(tiny_bert, "one two", goal="targeted", target="purple")
    with pytest.raises(InputError, match="simplified Chinese"):
        audit.attack(tiny_bert, "one two", "chinese")


def test_an_answer_is_the_record_that_a_run_would_keep(tiny_bert):
    from audit.explain.leave_one_out import LeaveOneOut
    from audit.records import Example

    record = audit.explain(tiny_bert, "the good film", "leave_one_out", target="green", seed=3)
    [kept] = LeaveOneOut(target="green").run(tiny_bert, [Example("text", "the good film")], seed=3)
    assert record == kept
    assert [word.text for word in record.words] == ["the", "good", "film"]


def test_a_model_is_loaded_by_its_name(tiny_bert, tiny_bert_dir):
    by_name, loaded = (audit.explain(model, "the good film", "saliency") for model in (tiny_bert_dir, tiny_bert))
    assert [word.score for word in by_name.words] == pytest.approx([word.score for word in loaded.words], rel=1e-4)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A home whose worker ends with these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSAY_HOME", str(tmp_path_factory.mktemp("front") / "home"))
        patch.delenv("ASSAY_DATABASE_URL", raising=False)
        patch.chdir(ROOT)
        yield
        close_stores()
        for guard in client._children:  # a guard ends its worker
            guard.terminate()
            guard.wait()


@pytest.mark.slow
def test_the_readme_says_what_comes_out(place):
    _, mark, rest = (ROOT / "README.md").read_text(encoding="utf-8").partition("```pycon\n")
    assert mark
    if other := lacking(("stopwords", "encoder")):
        pytest.skip(f"the example was made with other resources than: {', '.join(other)}")
    assert run(rest.partition("```")[0], {}, "README") > 5


@pytest.mark.slow
def test_a_run_that_fails_says_why(place):
    with pytest.raises(
        RunError, match=r"Run [0-9a-f]{12} did not finish \(failed\)\. There is no model named 'nosuch'"
    ):
        audit.run("nosuch", "assets/samples/sentiment.csv", limit=2)
