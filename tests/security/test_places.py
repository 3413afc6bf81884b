"""Folders a model may be loaded from: of what lies outside them nobody learns whether it is there."""

import json
import os

import pytest

from models.checkpoint import is_allowed
from models.errors import CheckpointError, ModelError, ModelNotFound, PathNotAllowed
from models.finding import given_base, model_folder, recorded_base


@pytest.fixture
def places(tmp_path, monkeypatch):
    """An allowed folder that one works in, and things of every kind outside it, by name."""
    inside, outside = tmp_path / "models", tmp_path / "private"
    (inside / "work").mkdir(parents=True)
    (outside / "folder").mkdir(parents=True)
    (outside / "folder" / "config.json").write_text("{}")
    (outside / "file").write_text("x")
    (outside / "closed").mkdir(mode=0o000)
    (outside / "loop").symlink_to(outside / "loop")
    (inside / "link").symlink_to(outside / "folder")
    (inside / "broken").symlink_to(outside / "nothing")
    monkeypatch.chdir(inside / "work")
    yield inside, outside
    (outside / "closed").chmod(0o700)


def said(name, allowed, find=model_folder):
    """The sentence for a name, with the name itself cut out."""
    with pytest.raises(PathNotAllowed) as told:
        find(name, [allowed])
    return str(told.value).replace(name, "NAME", 1)


@pytest.mark.parametrize("find", [model_folder, given_base])
def test_one_sentence_for_everything_outside(places, find):
    inside, outside = places
    kinds = [outside / "folder", outside / "file", outside / "nothing", outside / "closed", outside / "closed" / "x",
             outside / "loop", outside / ("x" * 5000), "/", "/etc", "/etc/shadow", "/root/x", "~root/x", "~nobody-of-that-name/x",
             "../../private/file", "../../private/nothing", inside / "link", inside / "broken", f"{outside}/a\0b"]  # fmt: skip
    sentences = {said(str(name), inside, find) for name in kinds}
    assert len(sentences) == 1, sentences
    (sentence,) = sentences
    assert str(inside) in sentence
    assert "model_folders" in sentence
    assert str(outside) not in sentence


def test_what_is_inside_is_told_apart(places):
    inside, _ = places
    (inside / "here").mkdir()
    (inside / "note").write_text("x")
    assert model_folder(str(inside / "here"), [inside]) == inside / "here"
    with pytest.raises(CheckpointError, match="this is a file"):
        model_folder(str(inside / "note"), [inside])
    with pytest.raises(ModelNotFound, match="no model named"):
        model_folder(str(inside / "nothing"), [inside])


def test_a_name_is_never_a_folder_outside(places, monkeypatch):
    """`owner/model` is a hub id where the working folder is not allowed, whatever lies there."""
    inside, outside = places
    monkeypatch.chdir(outside)
    (outside / "owner" / "model").mkdir(parents=True)
    for name in ("folder", "nothing", "owner/model", "owner/other"):
        with pytest.raises(ModelError) as told:
            model_folder(name, [inside])
        assert not isinstance(told.value, PathNotAllowed)
        assert str(outside) not in str(told.value)


@pytest.mark.parametrize("known", [True, False])
def test_the_base_that_a_file_names_is_not_looked_for_outside(places, known):
    inside, outside = places
    adapter = inside / "adapter"
    adapter.mkdir()
    sentences = set()
    for name in (outside / "folder", outside / "nothing", outside / "closed" / "x", "/etc/passwd"):
        (adapter / "adapter_config.json").write_text(json.dumps({"base_model_name_or_path": str(name)}))
        with pytest.raises(ModelError) as told:
            recorded_base(adapter, {"base_model_name_or_path": str(name)}, known=known, allowed=[inside])
        sentences.add(str(told.value).replace(str(name), "NAME"))
    assert len(sentences) == 1, sentences
    beside = inside / "folder"
    beside.mkdir()
    (beside / "config.json").write_text("{}")
    if known:  # trained on another machine: the base lies beside the adapter, and its hash tells it
        config = {"base_model_name_or_path": str(outside / "folder")}
        assert recorded_base(adapter, config, known=True, allowed=[inside]) == beside


def test_a_home_is_allowed_by_its_short_name(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert is_allowed("~/models", [tmp_path])
    assert is_allowed("~", [tmp_path])
    assert not is_allowed("~root", [tmp_path, os.path.expanduser("~root")])
    assert is_allowed("/anywhere", None)
