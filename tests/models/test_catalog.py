"""The catalog: bundled and registered models, kept under a lock, read without torch; its commands."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typer.testing import CliRunner

from models import catalog, load
from models.entry import this_machine, typed_labels
from models.errors import CatalogError, CheckpointError, ModelNotFound

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _home(home):
    """Every test has a catalog of its own."""


def run(*arguments):
    from models.__main__ import app

    return CliRunner().invoke(app, list(arguments))


def test_bundled_models_are_there_and_load():
    names = {entry.name for entry in catalog.bundled()}
    assert {"sentiment", "intents", "toxicity"} <= names
    for entry in catalog.bundled():
        assert entry.size_bytes <= 6_000_000
        assert entry.card["metrics"]["test"]["n"] > 500
        assert entry.card["data"]["licence"]
        assert "$ASSAY_DATA" in entry.card["command"]


@pytest.mark.parametrize(("name", "labels"), [("sentiment", 2), ("intents", 77), ("toxicity", 3)])
def test_a_bundled_model_tells_its_labels_without_being_loaded(name, labels):
    entry = catalog.find(name)
    assert len(entry.known_labels) == labels
    assert load(name).labels == entry.known_labels


def test_bundled_sentiment_gets_plain_cases_right():
    classifier = load("sentiment")
    assert classifier.labels == ("negative", "positive")
    probs = classifier.predict_proba(
        ["A warm, funny and beautifully acted film.", "A dull, lifeless mess; I left early."]
    )
    assert probs[0, 1] > 0.9
    assert probs[1, 0] > 0.9


def test_add_find_rename_remove(tiny_bert_dir):
    catalog.add("mine", str(tiny_bert_dir), note="a note")
    entry = catalog.find("mine")
    assert entry.known_labels == ("red", "green", "blue")
    assert not entry.missing
    catalog.rename_labels("mine", ["a", "b", "c"])
    assert catalog.find("mine").known_labels == ("a", "b", "c")
    assert load("mine").labels == ("a", "b", "c")
    catalog.remove("mine")
    assert catalog.find("mine") is None
    with pytest.raises(ModelNotFound):
        load("mine")


def test_a_registered_folder_that_disappears_is_marked(tmp_path, tiny_bert_dir):
    import shutil

    folder = shutil.copytree(tiny_bert_dir, tmp_path / "model")
    catalog.add("mine", str(folder), in_place=True)
    entry = catalog.find("mine")
    assert (entry.path, entry.kept, entry.machine) == (str(folder), False, this_machine())
    shutil.rmtree(folder)
    assert catalog.find("mine").missing
    assert catalog.find("mine").elsewhere is None
    with pytest.raises(ModelNotFound, match="neither a folder"):
        load("mine")


def test_a_model_in_place_on_another_machine_is_one_sentence(tmp_path, tiny_bert_dir, monkeypatch):
    import shutil

    folder = shutil.copytree(tiny_bert_dir, tmp_path / "model")
    catalog.add("mine", str(folder), in_place=True)
    shutil.rmtree(folder)
    here = this_machine()
    monkeypatch.setattr("models.entry.socket.gethostname", lambda: "elsewhere")
    assert catalog.find("mine").elsewhere == here
    with pytest.raises(ModelNotFound, match=f"in {folder} of the machine {here} and cannot be seen from here"):
        load("mine")
    assert f"(on {here})" in "".join(run("show", "mine").output.split("\n"))


def test_what_is_kept_needs_its_folder_no_more(tmp_path, tiny_bert_dir, home):
    import shutil

    folder = shutil.copytree(tiny_bert_dir, tmp_path / "model")
    (folder / "optimizer.pt").write_bytes(b"x" * 1000)
    (folder / "checkpoint-7").mkdir()
    (folder / "checkpoint-7" / "model.safetensors").write_bytes(b"x" * 1000)
    expected = load(str(folder))
    entry = catalog.add("mine", str(folder))
    assert (entry.kept, entry.path, entry.missing, entry.machine) == (True, "", False, None)
    assert entry.size_bytes == (folder / "model.safetensors").stat().st_size
    shutil.rmtree(folder)
    found = load("mine")
    assert found.fingerprint == expected.fingerprint
    assert (found.predict_proba(["a b c"]) == expected.predict_proba(["a b c"])).all()
    assert not list(catalog.find("mine").folder().rglob("*.pt"))
    assert not (catalog.find("mine").folder() / "checkpoint-7").exists()
    catalog.remove("mine")
    assert [path for path in (home / "files").rglob("*") if path.is_file()] == []


def test_a_kept_file_that_was_changed_is_not_loaded(tiny_bert_dir, home):
    entry = catalog.add("mine", str(tiny_bert_dir))
    weights = next(path for path in (home / "files").glob("*/*") if path.stat().st_size == entry.size_bytes)
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.unlink()
    weights.write_bytes(data)
    with pytest.raises(CatalogError, match="is damaged"):
        load("mine")
    catalog.add("mine", str(tiny_bert_dir), replace=True)
    assert load("mine").labels == ("red", "green", "blue")


def test_a_model_kept_twice_is_kept_once_and_goes_with_the_last(tiny_bert_dir, home):
    catalog.add("one", str(tiny_bert_dir))
    first = sorted((home / "files").glob("??/*"))
    catalog.add("two", str(tiny_bert_dir), replace=True)
    assert sorted((home / "files").glob("??/*")) == first
    catalog.remove("one")
    assert load("two").labels == ("red", "green", "blue")
    catalog.add("two", "owner/model", replace=True)
    assert sorted((home / "files").glob("??/*")) == []


def test_a_folder_without_a_model_is_not_kept(tmp_path):
    with pytest.raises(CatalogError, match=r"there is no config\.json"):
        catalog.add("mine", str(tmp_path))
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").symlink_to("/etc/passwd")
    with pytest.raises(CheckpointError, match="link to a file outside"):
        catalog.add("mine", str(tmp_path))
    assert catalog.registered() == ()


def test_models_of_an_earlier_version_are_taken_over_where_they_lie(home, tmp_path, tiny_bert_dir):
    home.mkdir(exist_ok=True)
    items = [
        {"name": "mine", "path": str(tiny_bert_dir), "labels": ["a", "b", "c"], "note": "n", "base": None},
        {"name": "hub", "path": "owner/model", "device": "cpu"},
    ]
    (home / "models.json").write_text(json.dumps({"version": 1, "models": items}))
    mine, hub = catalog.registered()
    assert (mine.path, mine.labels, mine.note, mine.machine) == (
        str(tiny_bert_dir), ("a", "b", "c"), "n", this_machine(),
    )  # fmt: skip
    assert (hub.path, hub.device, hub.machine) == ("owner/model", "cpu", None)
    assert not (home / "models.json").exists()
    assert load("mine").labels == ("a", "b", "c")
    (home / "models.json").write_text(json.dumps({"version": 1, "models": [*items, {**items[1], "path": "other/x"}]}))
    assert [(entry.name, entry.path) for entry in catalog.registered()] == [
        ("mine", str(tiny_bert_dir)), ("hub", "owner/model"), ("hub-2", "other/x"),
    ]  # fmt: skip


def test_asking_makes_no_database(home):
    assert catalog.registered() == ()
    assert list(home.glob("*")) == []


@pytest.mark.parametrize("name", ["", "a b", "../x", "-x", "x" * 80])
def test_names_that_cannot_be(name):
    with pytest.raises(CatalogError, match="cannot name a model"):
        catalog.add(name, "owner/model")


def test_taken_names():
    catalog.add("mine", "owner/model")
    with pytest.raises(CatalogError, match="registered already"):
        catalog.add("mine", "owner/other")
    catalog.add("mine", "owner/other", replace=True)
    assert catalog.find("mine").path == "owner/other"
    with pytest.raises(CatalogError, match="bundled"):
        catalog.add("sentiment", "owner/model")
    with pytest.raises(CatalogError, match="bundled"):
        catalog.remove("sentiment")
    with pytest.raises(CatalogError, match="no registered model"):
        catalog.remove("nothing")


def test_many_writers_lose_nothing():
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: catalog.add(f"model-{i}", "owner/model"), range(24)))
    assert {entry.name for entry in catalog.registered()} == {f"model-{i}" for i in range(24)}


@pytest.mark.parametrize("text", ["{", "[]", '{"version": 99, "models": []}', '{"version": 1}'])
def test_a_damaged_catalog_says_where_it_is(home, text):
    home.mkdir(exist_ok=True)
    (home / "models.json").write_text(text)
    with pytest.raises(CatalogError, match=r"models\.json"):
        catalog.registered()


def test_reading_the_catalog_loads_no_torch():
    code = "import sys, models.catalog as c; c.entries(); sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_commands(tiny_bert_dir):
    added = run("add", "mine", str(tiny_bert_dir), "--labels", "x,y,z")
    assert added.exit_code == 0, added.output
    assert "x, y, z" in added.output
    listed = run("list")
    assert "mine" in listed.output
    assert "sentiment" in listed.output
    shown = json.loads(run("show", "mine", "--json").output)
    assert shown["labels"] == ["x", "y", "z"]
    checked = json.loads(run("check", "mine", "--text", "dull", "--json").output)
    assert abs(sum(checked["probs"]) - 1) < 1e-5
    assert "x " in run("check", "mine").output
    assert run("remove", "mine").exit_code == 0
    assert "mine" not in run("list").output


def test_a_model_that_does_not_load_is_not_registered(tmp_path):
    (tmp_path / "notes.txt").write_text("no model")
    result = run("add", "mine", str(tmp_path))
    assert result.exit_code != 0
    assert catalog.find("mine") is None


@pytest.mark.slow
def test_errors_are_one_sentence_and_exit_2():
    result = subprocess.run(
        [sys.executable, "-m", "models", "check", "no-such-model"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 2
    assert result.stderr.startswith("Error: There is no model named 'no-such-model'")
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("typed", "names"),
    [("x, y,z", ["x", "y", "z"]),
     ('"x,y=z", "it is ""so""",[/b]', ["x,y=z", 'it is "so"', "[/b]"]), ("", None), (None, None), (" , ", None)],
)  # fmt: skip
def test_labels_as_they_are_typed(typed, names):
    assert typed_labels(typed) == names
