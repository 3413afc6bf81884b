"""Calibrated models: a card that says how logits are scaled, and what of a model follows it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from scipy.special import log_softmax, softmax
from typer.testing import CliRunner

from models import catalog, load
from models.__main__ import app
from models.base import base_folder
from models.calibrated import add_calibrated
from models.entry import bundled_folder
from models.errors import CatalogError, CheckpointError
from models.scaling import Scaling, scaling_of

TEXTS = ["A quiet delight.", "Not bad, not good.", "Dull and overlong.", "It is a film."]
HALVED = Scaling("temperature", (0.5,))
VECTOR = Scaling("vector", (0.5, 2.0), (0.7, -0.3))


@pytest.fixture(scope="module")
def plain():
    return load("sentiment", threads=1)


def logits(classifier):
    return classifier.logits(classifier.encode_rows(TEXTS)[0]).astype(np.float64)


def test_a_temperature_scales_probabilities_and_changes_no_answer(home, plain):
    entry = add_calibrated("believed", "sentiment", HALVED, {"run": "x"})
    assert entry.kept
    assert entry.known_labels == plain.labels
    assert entry.card["scaling"] == {
        "method": "temperature",
        "scale": [0.5],
        "shift": [],
        "of": "sentiment",
        "run": "x",
    }
    assert entry.card["metrics"] == catalog.find("sentiment").card["metrics"]
    shown = CliRunner().invoke(app, ["show", "believed"])
    assert "from sentiment, by temperature" in shown.output
    found = load("believed", threads=1)
    assert found.fingerprint != plain.fingerprint
    assert load("sentiment", threads=1).fingerprint == plain.fingerprint
    probs = found.predict_proba(TEXTS)
    assert probs == pytest.approx(softmax(0.5 * logits(plain), axis=1), abs=1e-6)
    assert [found.predicted_label(p) for p in probs] == [plain.predicted_label(p) for p in plain.predict_proba(TEXTS)]
    assert load("believed", threads=1, engine="onnx").predict_proba(TEXTS) == pytest.approx(probs, abs=1e-5)


def test_a_vector_scales_what_gradients_and_other_code_see_too(home, plain):
    entry = add_calibrated("believed", "sentiment", VECTOR, {})
    assert "metrics" not in entry.card, "its answers are others"
    found = load("believed", threads=1)
    wanted = softmax(log_softmax(logits(plain), axis=1) * VECTOR.scale + VECTOR.shift, axis=1)
    assert found.predict_proba(TEXTS) == pytest.approx(wanted, abs=1e-6)
    assert VECTOR.of_logs(np.log(plain.predict_proba(TEXTS))) == pytest.approx(wanted, abs=1e-5)
    batch = found.collate(found.encode_rows(TEXTS[:1])[0])
    embeddings = found.embed(batch["input_ids"]).requires_grad_(True)
    scaled = found.forward_embeddings(batch, embeddings)
    assert softmax(scaled.detach().numpy(), axis=1)[0] == pytest.approx(wanted[0], abs=1e-6)
    scaled[0, 1].backward()
    assert float(embeddings.grad.abs().max()) > 0


def test_renamed_labels_and_a_kept_base_come_along(home, plain, tmp_path):
    adapter = tmp_path / "adapter"
    shutil.copytree(bundled_folder("sentiment"), adapter)
    config = json.loads((adapter / "adapter_config.json").read_text())
    (adapter / "adapter_config.json").write_text(json.dumps(config | {"base_model_name_or_path": "somewhere/else"}))
    shutil.copytree(base_folder(), tmp_path / "base")
    catalog.add("mine", str(adapter), base=str(tmp_path / "base"), labels=("no", "yes"))
    shutil.rmtree(adapter)
    shutil.rmtree(tmp_path / "base")
    add_calibrated("believed", "mine", HALVED, {})
    found = load("believed", threads=1)
    assert found.labels == ("no", "yes")
    assert found.predict_proba(TEXTS) == pytest.approx(softmax(0.5 * logits(plain), axis=1), abs=1e-6)


def test_a_calibrated_model_is_not_calibrated_again_and_names_are_kept_apart(home):
    add_calibrated("believed", "sentiment", HALVED, {})
    with pytest.raises(
        CatalogError, match="'believed' is calibrated already; calibrate the model it was made of, 'sentiment'"
    ):
        add_calibrated("twice", "believed", HALVED, {})
    with pytest.raises(CatalogError, match="registered already"):
        add_calibrated("believed", "sentiment", VECTOR, {})
    add_calibrated("believed", "sentiment", VECTOR, {}, replace=True)
    assert load("believed", threads=1).scaling == VECTOR


@pytest.mark.parametrize(
    "odd",
    [
        0.5, {}, {"method": "temperature", "scale": []}, {"method": "temperature", "scale": [0.0]},
        {"method": "temperature", "scale": [True]}, {"method": "temperature", "scale": ["2"]}, {"method": "platt", "scale": [1.0]},
        {"method": "vector", "scale": [1.0, 1.0]}, {"method": "vector", "scale": [1.0], "shift": [0.0]},
        {"method": "temperature", "scale": [1e9]}, {"method": "temperature", "scale": [1.0], "shift": [0.0]},
    ],
)  # fmt: skip
def test_an_odd_scaling_is_refused(tmp_path: Path, odd):
    with pytest.raises(
        CheckpointError, match=r"scaling in card.json must have the method temperature .* and 2 in shift"
    ):
        scaling_of({"scaling": odd}, "softmax", 2, "m")
    with pytest.raises(CheckpointError, match="for models of one label a text"):
        scaling_of({"scaling": odd}, "multi_label", 2, "m")
    assert scaling_of({}, "multi_label", 2, "m") is None


def test_one_logit_has_a_temperature_but_no_vector():
    assert scaling_of({"scaling": HALVED.to_dict()}, "sigmoid", 2, "m") == HALVED
    with pytest.raises(CheckpointError):
        scaling_of({"scaling": VECTOR.to_dict()}, "sigmoid", 2, "m")
