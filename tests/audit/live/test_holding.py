"""The live process never answers with a model whose files are others by now."""

import shutil

import numpy as np
import pytest
from checkpoints import make

from audit.live.holding import LiveModels

TEXT = ["The film was a quiet delight from start to finish."]


@pytest.fixture(autouse=True)
def _allowed(tmp_path, monkeypatch):
    monkeypatch.setenv("ASSAY_MODEL_FOLDERS", str(tmp_path))


def test_a_model_that_was_trained_anew_in_place_is_loaded_anew(tmp_path):
    folder, models = make(tmp_path / "model", seed=0), LiveModels()
    before = models.get(str(folder))
    assert models.get(str(folder)) is before
    other = make(tmp_path / "other", seed=1)
    answer = before.predict_proba(TEXT)
    shutil.copy(
        other / "model.safetensors", folder / "model.safetensors"
    )  # into the very file, as save_pretrained does
    after = models.get(str(folder))
    assert after.fingerprint != before.fingerprint
    np.testing.assert_array_equal(before.predict_proba(TEXT), answer)  # who still holds the old one has its own numbers
    assert abs(after.predict_proba(TEXT) - answer).max() > 1e-6
    assert len(models._models) == 1, "the old one is not held beside it"


def test_an_adapter_is_loaded_anew_when_its_base_was_changed_in_place(tmp_path):
    from adapted import adapt

    base, adapter, models = make(tmp_path / "base", seed=0), tmp_path / "adapter", LiveModels()
    adapt(adapter, base)
    before = models.get(str(adapter))
    assert models.get(str(adapter)) is before
    shutil.copy(make(tmp_path / "other", seed=1) / "model.safetensors", base / "model.safetensors")
    assert models.get(str(adapter)).fingerprint != before.fingerprint


def test_other_labels_are_other_answers(tmp_path):
    folder, models = make(tmp_path / "model"), LiveModels()
    assert models.get(str(folder), labels=["a", "b", "c"]).labels == ("a", "b", "c")
    assert models.get(str(folder)).labels == ("red", "green", "blue")
