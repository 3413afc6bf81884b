"""LoRA adapters: merged into a plain model with the same outputs; their base and labels are found as documented."""

import json

import numpy as np
import pytest
import torch
from checkpoints import edit_json, make

from models import load
from models.adapters import adapter_base
from models.base import BASE_NAME, base_folder
from models.errors import CheckpointError, ModelNotFound, UnsupportedModel

TEXTS = ["The film was a quiet delight.", "dull", "Great service, friendly staff and a fair price."]


def make_adapter(folder, base, *, task="SEQ_CLS", seed=1):
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForSequenceClassification

    torch.manual_seed(seed)
    module = AutoModelForSequenceClassification.from_pretrained(base, num_labels=2, ignore_mismatched_sizes=True)
    adapted = get_peft_model(module, LoraConfig(task_type=task, r=4, target_modules="all-linear"))
    with torch.no_grad():
        for name, parameter in adapted.named_parameters():
            if "lora_B" in name:
                parameter.normal_(std=0.3)  # LoRA starts at zero: without this it would change nothing
    adapted.save_pretrained(folder, save_embedding_layers=False)
    edit_json(folder / "adapter_config.json", base_model_name_or_path=str(base))
    return adapted.eval()


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return make(tmp_path_factory.mktemp("base") / "bert", "bert")


@pytest.fixture
def adapter(tmp_path, base):
    folder = tmp_path / "adapter"
    return folder, make_adapter(folder, base)


def test_merged_outputs_equal_the_adapted_model(adapter, base):
    folder, adapted = adapter
    classifier = load(str(folder))
    tokenizer = classifier.tokenizer
    with torch.no_grad():
        expected = [adapted(**tokenizer(text, return_tensors="pt")).logits[0].softmax(-1).numpy() for text in TEXTS]
    np.testing.assert_allclose(classifier.predict_proba(TEXTS), np.stack(expected), atol=1e-5)
    assert "peft" not in type(classifier.module).__module__
    assert not any("lora" in name or "modules_to_save" in name for name, _ in classifier.module.named_modules())
    assert not any(parameter.requires_grad for parameter in classifier.module.parameters())


def test_labels_come_from_the_card_else_are_numbered(adapter):
    folder, _ = adapter
    assert load(str(folder)).labels == ("LABEL_0", "LABEL_1")
    (folder / "card.json").write_text(json.dumps({"labels": ["bad", "good"]}))
    assert load(str(folder)).labels == ("bad", "good")
    assert load(str(folder), labels=["no", "yes"]).labels == ("no", "yes")


def test_the_base_given_wins_over_the_recorded_one(adapter, tmp_path):
    folder, _ = adapter
    other = make(tmp_path / "other", "bert", seed=5)
    assert (
        np.abs(load(str(folder)).predict_proba(TEXTS) - load(str(folder), base=str(other)).predict_proba(TEXTS)).max()
        > 1e-4
    )


def test_a_recorded_base_that_is_gone_and_does_not_fit_the_bundled_one(adapter):
    folder, _ = adapter
    edit_json(folder / "adapter_config.json", base_model_name_or_path="/nowhere/model")
    with pytest.raises(CheckpointError, match=r"/nowhere/model.*--base"):
        load(str(folder))


def test_a_recorded_base_that_is_gone_falls_back_to_the_bundled_one(tmp_path):
    folder = tmp_path / "adapter"
    make_adapter(folder, base_folder())
    edit_json(folder / "adapter_config.json", base_model_name_or_path="/gone/minilm")

    def nothing(name):
        raise ModelNotFound(name)

    assert adapter_base(folder, None, nothing) == base_folder()
    classifier = load(str(folder))
    assert classifier.module.config.hidden_size == 384
    edit_json(folder / "adapter_config.json", base_model_name_or_path=BASE_NAME)
    np.testing.assert_allclose(load(str(folder)).predict_proba(TEXTS), classifier.predict_proba(TEXTS), atol=1e-6)


def test_an_adapter_that_does_not_fit_its_base(adapter, tmp_path):
    folder, _ = adapter
    other = make(tmp_path / "other", "albert")
    with pytest.raises(CheckpointError, match=r"does not fit its base other .*--base"):
        load(str(folder), base=str(other))


def test_an_adapter_without_a_head(adapter):
    from safetensors.torch import load_file, save_file

    folder, _ = adapter
    weights = load_file(folder / "adapter_model.safetensors")
    save_file({k: v for k, v in weights.items() if ".lora_" in k}, folder / "adapter_model.safetensors")
    with pytest.raises(CheckpointError, match="no classification head"):
        load(str(folder))


def test_an_adapter_for_another_task(adapter):
    folder, _ = adapter
    edit_json(folder / "adapter_config.json", task_type="CAUSAL_LM")
    with pytest.raises(UnsupportedModel, match="CAUSAL_LM"):
        load(str(folder))


def test_an_adapter_saved_as_a_pickle(adapter):
    from safetensors.torch import load_file

    folder, _ = adapter
    torch.save(load_file(folder / "adapter_model.safetensors"), folder / "adapter_model.bin")
    (folder / "adapter_model.safetensors").unlink()
    with pytest.raises(CheckpointError, match="pickle"):
        load(str(folder))
