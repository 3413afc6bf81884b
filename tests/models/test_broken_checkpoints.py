"""Every unusable checkpoint is refused with one sentence that says what is wrong and what to do."""

import json
import os
import shutil
from pathlib import Path

import pytest
import torch
from checkpoints import edit_json
from refusals import refused
from safetensors.torch import load_file, save_file

from models import load
from models.errors import CheckpointError, DeviceError, ModelNotFound, PathNotAllowed, UnsupportedModel

FIVE = Path(__file__).resolve().parent.parent / "data" / "transformers5"


@pytest.fixture
def folder(checkpoint, tmp_path):
    """A sound BERT to break."""
    return shutil.copytree(checkpoint("bert", "softmax"), tmp_path / "model")


def change_weights(folder, change):
    path = folder / "model.safetensors"
    weights = load_file(path)
    change(weights)
    save_file(weights, path, metadata={"format": "pt"})


def test_weights_only_as_a_pickle(folder):
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    refused(folder, CheckpointError, "pickle", "pytorch_model.bin", "save_pretrained")


@pytest.mark.parametrize("file", ["config.json", "tokenizer_config.json"])
def test_code_of_its_own(folder, file):
    code = folder / "modeling_evil.py"
    code.write_text("open('/tmp/assay-was-executed', 'w')")
    edit_json(folder / file, auto_map={"AutoModelForSequenceClassification": "modeling_evil.Evil"})
    refused(folder, UnsupportedModel, "code of its own", "auto_map")


def test_missing_tokenizer(folder):
    for name in ("tokenizer.json", "vocab.txt", "tokenizer_config.json", "special_tokens_map.json"):
        (folder / name).unlink(missing_ok=True)
    refused(folder, CheckpointError, "tokenizer is missing", "tokenizer.json")


def test_damaged_tokenizer(folder):
    (folder / "tokenizer.json").write_text('{"version": "1.0", "model": {}}')
    (folder / "vocab.txt").unlink(missing_ok=True)
    refused(folder, CheckpointError, "tokenizer cannot be read")


def test_missing_weights(folder):
    (folder / "model.safetensors").unlink()
    refused(folder, CheckpointError, "weights are missing")


def test_truncated_weights(folder):
    data = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(data[: len(data) // 2])
    refused(folder, CheckpointError, "cut off", "bytes")


def test_weights_that_are_no_safetensors(folder):
    (folder / "model.safetensors").write_bytes(b"<html>404 not found</html>")
    refused(folder, CheckpointError, "damaged")


def test_a_missing_shard(folder):
    (folder / "model.safetensors").rename(folder / "model-00001-of-00002.safetensors")
    index = {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    refused(folder, CheckpointError, "part of the weights is missing", "model-00002")


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers(folder, value):
    def spoil(weights):
        weights["classifier.weight"][0, 0] = value

    change_weights(folder, spoil)
    refused(folder, CheckpointError, "NaN or infinite", "classifier.weight")


def test_a_tensor_is_missing(folder):
    change_weights(folder, lambda weights: weights.pop("bert.encoder.layer.0.output.dense.weight"))
    refused(folder, CheckpointError, "missing", "encoder.layer.0.output.dense.weight")


def test_a_head_that_would_be_random(folder):
    change_weights(folder, lambda weights: [weights.pop(key) for key in list(weights) if key.startswith("classifier")])
    refused(folder, CheckpointError, "head is missing", "random")


def test_a_pooler_that_would_be_random(folder):
    change_weights(folder, lambda weights: [weights.pop(key) for key in list(weights) if "pooler" in key])
    refused(folder, CheckpointError, "bert.pooler.dense.bias and 1 more", "random")


def test_an_embedding_of_another_size_than_the_configuration_says(folder):
    def grow(weights):
        name = "bert.embeddings.word_embeddings.weight"
        weights[name] = torch.cat([weights[name], weights[name][:1]])

    change_weights(folder, grow)
    refused(folder, CheckpointError, "word_embeddings.weight", "config.json calls for")


@pytest.mark.parametrize(
    ("name", "word"), [("LlamaForTokenClassification", "labels tokens"), ("BertForQuestionAnswering", "marks answers")]
)
def test_a_model_for_another_task(folder, name, word):
    edit_json(folder / "config.json", architectures=[name])
    refused(folder, UnsupportedModel, name, word)


def test_attention_code_from_elsewhere(folder):
    edit_json(folder / "config.json", attn_implementation="someone/kernel")
    refused(folder, UnsupportedModel, "attention code", "attn_implementation")


def test_quantised_weights(folder):
    edit_json(folder / "config.json", quantization_config={"quant_method": "bitsandbytes", "load_in_4bit": True})
    refused(folder, UnsupportedModel, "quantised", "quantization_config")


def test_weights_that_are_a_pipe(folder):
    (folder / "model.safetensors").unlink()
    os.mkfifo(folder / "model.safetensors")
    refused(folder, CheckpointError, "ordinary file")


def test_json_without_bottom(folder):
    (folder / "config.json").write_text("[" * 100_000)
    refused(folder, CheckpointError, "config.json")


def test_more_labels_than_the_head_has(folder):
    edit_json(folder / "config.json", id2label={str(i): f"label {i}" for i in range(5)}, label2id=None)
    refused(folder, CheckpointError, "(3, 32)", "(5, 32)")


def test_labels_given_contradict_the_head(folder):
    refused(folder, CheckpointError, "2 names", "3 outputs", labels=["no", "yes"])


def test_two_labels_of_one_name(folder):
    edit_json(folder / "config.json", id2label={"0": "red", "1": "Red ", "2": "blue"}, label2id=None)
    refused(folder, CheckpointError, "two labels have one name", "red", "Red")


def test_gaps_in_id2label(folder):
    edit_json(folder / "config.json", id2label={"0": "red", "1": "green", "7": "blue"}, label2id=None)
    refused(folder, CheckpointError, "id2label", "without gaps")


def test_a_tokenizer_with_more_ids_than_the_embedding(folder):
    data = json.loads((folder / "tokenizer.json").read_text())
    data["model"]["vocab"]["impossible"] = 9999
    (folder / "tokenizer.json").write_text(json.dumps(data))
    refused(folder, CheckpointError, "9,999", "embedding ends at")


def test_a_folder_that_is_no_model(tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    refused(tmp_path, CheckpointError, "not a model folder", "config.json")


def test_a_file_instead_of_a_folder(folder):
    refused(folder / "model.safetensors", CheckpointError, "this is a file", "folder")


def test_config_that_is_no_json(folder):
    (folder / "config.json").write_text("{not json")
    refused(folder, CheckpointError, "config.json", "not valid JSON")


def test_a_generative_model(folder):
    edit_json(folder / "config.json", architectures=["LlamaForCausalLM"], model_type="llama")
    refused(folder, UnsupportedModel, "language model", "LlamaForCausalLM")


def test_an_unknown_kind_of_model(folder):
    edit_json(folder / "config.json", model_type="hypermind")
    refused(folder, UnsupportedModel, "hypermind")


def test_a_kind_that_cannot_classify_texts(folder):
    edit_json(folder / "config.json", model_type="vit", architectures=None)
    refused(folder, UnsupportedModel, "vit", "cannot classify")


def test_a_regression(folder):
    edit_json(folder / "config.json", problem_type="regression")
    refused(folder, UnsupportedModel, "regression")


def test_one_output_without_label_names(checkpoint):
    refused(checkpoint("bert", "sigmoid"), UnsupportedModel, "one output", "--labels no,yes")


def test_a_path_outside_the_allowed_folders(folder, tmp_path):
    allowed = tmp_path / "models"
    allowed.mkdir()
    refused(folder, PathNotAllowed, "outside", str(allowed), allowed=[allowed])
    link = allowed / "link"
    link.symlink_to(folder)
    refused(link, PathNotAllowed, "outside", allowed=[allowed])
    assert load(str(folder), allowed=[folder.parent]).labels == ("red", "green", "blue")


def test_no_such_name():
    refused("sentimant", ModelNotFound, "sentimant", "neither a folder nor a hub id")


def test_a_hub_id_without_network():
    refused("nobody/nothing-of-this-name", ModelNotFound, "nobody/nothing-of-this-name", "local folder")


def test_a_device_that_is_not_there(folder):
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    refused(folder, DeviceError, "cuda", "--device", device="cuda")


def test_nothing_of_the_broken_was_executed():
    assert not Path("/tmp/assay-was-executed").exists()


def test_labels_come_from_where_they_are(folder):
    assert load(str(folder)).labels == ("red", "green", "blue")
    assert load(str(folder), labels=["a", "b", "c"]).labels == ("a", "b", "c")
    edit_json(folder / "config.json", id2label=None, label2id=None, num_labels=3)
    assert load(str(folder)).labels == ("LABEL_0", "LABEL_1", "LABEL_2")
    (folder / "card.json").write_text(json.dumps({"labels": ["x", "y", "z"]}))
    assert load(str(folder)).labels == ("x", "y", "z")


def test_the_fingerprint_knows_weights_labels_and_tokenizer_but_not_the_folder(folder, tmp_path):
    first = load(str(folder)).fingerprint
    copied = shutil.copytree(folder, tmp_path / "elsewhere")
    assert load(str(copied)).fingerprint == first
    assert load(str(folder), labels=["a", "b", "c"]).fingerprint != first
    change_weights(copied, lambda weights: weights["classifier.bias"].add_(1))
    assert load(str(copied)).fingerprint != first


@pytest.mark.parametrize("architecture", ["bert", "llama"])
def test_a_checkpoint_saved_by_transformers_5(architecture):
    """Saved by the version that expected.json names: TokenizersBackend, lists of extra tokens, rope_parameters."""
    expected = json.loads((FIVE / "expected.json").read_text())
    classifier = load(str(FIVE / architecture))
    rows = classifier.encode_rows(expected["texts"])[0]
    assert abs(classifier.logits(rows) - expected["logits"][architecture]).max() < 1e-5
    assert classifier.labels == ("red", "green", "blue")
