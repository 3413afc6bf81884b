"""Names of labels that lie beside a checkpoint, and what the catalog knows of a model once it was loaded."""

from __future__ import annotations

import json

import pytest

from models import catalog
from models.label_file import labels_beside, unnamed
from models.signature import files_signature


@pytest.mark.parametrize(
    ("name", "content", "count", "found"),
    [
        ("labels.json", ["bad", "good"], 2, ("bad", "good")),
        ("labels.json", {"0": "bad", "1": "good"}, 2, ("bad", "good")),
        ("labels.json", {"good": 1, "bad": 0}, 2, ("bad", "good")),
        ("label_map.json", {"id2label": {"1": "good", "0": "bad"}, "label2id": {}}, 2, ("bad", "good")),
        ("id2label.json", {"labels": ["a", "b", "c"]}, 3, ("a", "b", "c")),
        ("labels.json", ["bad", "good"], 3, ()),
        ("labels.json", ["same", "Same"], 2, ()),
        ("labels.json", ["LABEL_0", "LABEL_1"], 2, ()),
        ("labels.json", {"0": "bad", "2": "good"}, 2, ()),
        ("labels.json", ["bad", 1], 2, ()),
        ("labels.json", ["bad", " "], 2, ()),
        ("labels.json", {"a": "b", "c": "d"}, 2, ()),
        ("labels.json", "bad", 2, ()),
        ("labels.json", True, 1, ()),
        ("other.json", ["bad", "good"], 2, ()),
    ],
)
def test_names_are_read_in_the_forms_trainers_write(tmp_path, name, content, count, found):
    (tmp_path / name).write_text(json.dumps(content))
    assert labels_beside(tmp_path, count) == (found, name if found else "")


@pytest.mark.parametrize("content", [b"{", b"[" * 10_000, b"\xff\xfe", b'["a", "b"], "labels": ["c", "d"]', b""])
def test_a_file_that_cannot_be_read_names_nothing(tmp_path, content):
    (tmp_path / "labels.json").write_bytes(content)
    assert labels_beside(tmp_path, 2) == ((), "")


def test_a_link_out_of_the_folder_names_nothing(tmp_path):
    (tmp_path / "m").mkdir()
    (tmp_path / "private.json").write_text('["a", "b"]')
    (tmp_path / "m" / "labels.json").symlink_to(tmp_path / "private.json")
    assert labels_beside(tmp_path / "m", 2) == ((), "")


def test_placeholders_are_told_from_names():
    assert unnamed(("LABEL_0", "LABEL_1"))
    assert not unnamed(())
    assert not unnamed(("LABEL_1", "LABEL_0"))
    assert not unnamed(("LABEL_0", "good"))


@pytest.mark.parametrize("in_place", [True, False])
def test_the_labels_found_by_loading_are_known_and_names_go_before_them(home, tmp_path, in_place):
    folder = tmp_path / "m"
    folder.mkdir()
    (folder / "adapter_config.json").write_text("{}")
    catalog.add("mine", str(folder), found=("LABEL_0", "LABEL_1"), in_place=in_place)
    assert catalog.find("mine").known_labels == ("LABEL_0", "LABEL_1")
    assert catalog.find("mine").labels == (), "they are the checkpoint's own"
    before = files_signature("mine")
    catalog.rename_labels("mine", ("bad", "good"))
    assert catalog.find("mine").known_labels == ("bad", "good")
    assert files_signature("mine") != before, "whoever holds it loads it anew"
    catalog.rename_labels("mine", ())
    assert catalog.find("mine").known_labels == ("LABEL_0", "LABEL_1")
    assert files_signature("mine") == before
