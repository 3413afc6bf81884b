"""LoRA adapters as people have them: merged, their answers are peft's own; what cannot be exactly that is refused."""

import json
import shutil

import numpy as np
import pytest
import torch
from adapted import BODIES, TEXTS, adapt, copy, make_base
from checkpoints import edit_json, make
from pydantic import ValidationError
from refusals import refused
from safetensors.torch import load_file, save_file

from models import load
from models.errors import CheckpointError, UnsupportedModel
from models.lora import LoraSettings, matches

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:peft", "ignore::UserWarning:transformers")
FILE = "adapter_model.safetensors"


@pytest.fixture(scope="module")
def bases(tmp_path_factory):
    """`bases(architecture)`: the folder of a base as the hub has it, made once."""
    made = {}

    def get(architecture="bert"):
        if architecture not in made:
            made[architecture] = make_base(tmp_path_factory.mktemp("base") / architecture, architecture)
        return made[architecture]

    return get


def assert_answers(folder, expected, **options):
    classifier = load(str(folder), **options)
    np.testing.assert_allclose(classifier.predict_proba(TEXTS), np.stack(expected), atol=1e-5)
    again = load(str(folder), **options)
    assert (again.predict_proba(TEXTS) == classifier.predict_proba(TEXTS)).all()
    assert again.fingerprint == classifier.fingerprint
    return classifier


def change(folder, edit):
    weights = load_file(folder / FILE)
    edit(weights)
    save_file(weights, folder / FILE)


@pytest.mark.parametrize("task", ["SEQ_CLS", None])
@pytest.mark.parametrize("architecture", BODIES)
def test_over_the_bases_of_the_hub(architecture, task, bases, tmp_path):
    new = {
        "bert": ["pooler"], "albert": ["pooler"], "deberta-v2": ["pooler"], "bart": ["classification_head"],
        "xlnet": ["sequence_summary", "logits_proj"],
    }.get(architecture, [])  # fmt: skip
    heads = [] if task else ["classifier", "score"]
    expected = adapt(tmp_path / "a", bases(architecture), task=task, modules_to_save=[*new, *heads] or None)
    classifier = assert_answers(tmp_path / "a", expected)
    assert classifier.labels == ("LABEL_0", "LABEL_1", "LABEL_2")
    assert "peft" not in type(classifier.module).__module__
    assert not any("lora" in name or "modules_to_save" in name for name, _ in classifier.module.named_modules())
    assert not any(parameter.requires_grad for parameter in classifier.module.parameters())


@pytest.mark.parametrize(
    "settings",
    [
        {"use_dora": True}, {"use_rslora": True, "lora_alpha": 3}, {"bias": "all"}, {"bias": "lora_only"}, {"lora_bias": True},
        {"rank_pattern": {"query": 2, r"layer\.1\..*value": 6}, "alpha_pattern": {"query": 5, r"^roberta\.encoder.*key": 9}},
        {"target_modules": r".*\.layer\.[01]\.attention\.self\.(query|key)"}, {"target_modules": ["query", "dense"]},
        {"target_modules": ["query", "value"], "layers_to_transform": [1]},
        {"target_modules": ["query", "value"], "layers_to_transform": 0, "layers_pattern": "layer"},
        {"target_modules": ["query", "dense"], "exclude_modules": ["output.dense"]},
        {"target_modules": ["query", "word_embeddings"]}, {"modules_to_save": ["LayerNorm", "word_embeddings"]},
        {"init_lora_weights": "pissa"}, {"init_lora_weights": "olora"}, {"init_lora_weights": "gaussian"},
        {"init_lora_weights": "orthogonal"}, {"trainable_token_indices": [7, 9]},
        {"trainable_token_indices": {"word_embeddings": [5, 8]}},
    ],
    ids=str,
)  # fmt: skip
def test_every_way_to_make_one(settings, bases, tmp_path):
    expected = adapt(tmp_path / "a", bases("roberta"), **settings)
    assert_answers(tmp_path / "a", expected)


@pytest.mark.parametrize("architecture", ["bert", "gpt2", "llama", "bart"])
@pytest.mark.parametrize("more", [1, 9])
def test_tokens_were_added(architecture, more, bases, tmp_path):
    from transformers import AutoTokenizer

    base = bases(architecture)
    tokenizer = AutoTokenizer.from_pretrained(base)
    tokenizer.add_special_tokens({"pad_token": "<new pad>"})
    tokenizer.add_tokens([f"delight{i}" for i in range(more - 1)])
    new = {"bert": ["pooler"], "bart": ["classification_head"]}.get(architecture)
    expected = adapt(tmp_path / "a", base, tokenizer=tokenizer, pad_id=tokenizer.pad_token_id, modules_to_save=new)
    classifier = assert_answers(tmp_path / "a", expected)
    assert classifier.embedding_matrix.shape[0] == len(tokenizer)
    assert classifier.special.pad == tokenizer.pad_token_id
    change(
        tmp_path / "a",
        lambda weights: [weights.pop(k) for k in list(weights) if "embed" in k or "wte" in k or "shared" in k],
    )
    refused(tmp_path / "a", CheckpointError, "tokenizer", "embedding")


def test_several_adapters_in_one_folder(bases, tmp_path):
    first = adapt(tmp_path / "a", bases("roberta"))
    second = adapt(tmp_path / "a", bases("roberta"), name="second", seed=5)
    third = adapt(tmp_path / "a", bases("roberta"), name="third", seed=6)
    assert_answers(tmp_path / "a", first)
    assert_answers(tmp_path / "a" / "second", second)
    (tmp_path / "a" / "adapter_config.json").unlink()
    (tmp_path / "a" / FILE).unlink()
    refused(tmp_path / "a", CheckpointError, "several adapters (second, third)", str(tmp_path / "a" / "second"))
    shutil.rmtree(tmp_path / "a" / "second")
    assert_answers(tmp_path / "a", third)


def test_labels_come_from_the_adapters_own_files_else_are_numbered(bases, tmp_path):
    folder = tmp_path / "a"
    adapt(folder, bases("roberta"), n_labels=2)
    assert load(str(folder)).labels == ("LABEL_0", "LABEL_1")
    (folder / "config.json").write_text(json.dumps({"id2label": {"0": "no", "1": "yes"}}))
    assert load(str(folder)).labels == ("no", "yes")
    (folder / "config.json").write_text(json.dumps({"id2label": {"0": "a", "1": "b", "2": "c"}}))
    assert load(str(folder)).labels == ("LABEL_0", "LABEL_1")
    (folder / "card.json").write_text(json.dumps({"labels": ["bad", "good"]}))
    assert load(str(folder)).labels == ("bad", "good")
    assert load(str(folder), labels=["x", "y"]).labels == ("x", "y")


def test_an_adapter_that_leaves_the_head_to_its_base_has_its_labels(tmp_path):
    base = make(tmp_path / "base", "bert")
    expected = adapt(tmp_path / "a", base, task=None, target_modules=["query"])
    assert assert_answers(tmp_path / "a", expected).labels == ("red", "green", "blue")
    headed = make(tmp_path / "other", "bert", "multi_label")
    adapt(tmp_path / "b", headed, task=None, n_labels=4, target_modules=["query"])
    assert load(str(tmp_path / "b")).head == "multi_label"
    adapt(tmp_path / "c", base, n_labels=3, target_modules=["query"])
    assert load(str(tmp_path / "c")).labels == ("LABEL_0", "LABEL_1", "LABEL_2")


@pytest.mark.parametrize(("architecture", "part"), [("deberta-v2", "pooler.dense"), ("bert", "bert.pooler.dense")])
def test_a_part_that_was_new_and_not_saved(architecture, part, bases, tmp_path):
    adapt(tmp_path / "a", bases(architecture), target_modules=["query_proj", "query"])
    refused(tmp_path / "a", CheckpointError, part, "random", "modules_to_save")


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("classifier.out_proj.weight", ["classifier.out_proj.weight", "modules_to_save"]),
        ("roberta.encoder.layer.1.attention.self.query.lora_A.weight", ["layer.1.attention.self.query.lora_A.weight"]),
        ("roberta.encoder.layer.1.attention.self.query.lora_", ["layer.1.attention.self.query", "target_modules"]),
        ("roberta.encoder.layer.0.attention.self.key.bias", ["layer.0.attention.self.key.bias", "bias 'all'"]),
    ],
)
def test_a_weight_is_missing_from_the_file(part, words, bases, tmp_path):
    adapt(tmp_path / "a", bases("roberta"), target_modules=["query", "value"], bias="all")
    change(tmp_path / "a", lambda weights: [weights.pop(key) for key in list(weights) if part in key])
    refused(tmp_path / "a", CheckpointError, FILE, "lacks", *words)


def test_a_head_that_nobody_saved(bases, tmp_path):
    adapt(tmp_path / "a", bases("roberta"), task=None)
    refused(tmp_path / "a", CheckpointError, "classifier.dense", "random")


def test_matrices_of_layers_that_it_is_not_for(bases, tmp_path):
    adapt(tmp_path / "a", bases("roberta"), target_modules=["query", "value"])
    edit_json(tmp_path / "a" / "adapter_config.json", target_modules=["query"])
    refused(tmp_path / "a", CheckpointError, "value", "target_modules", "does not name")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"peft_type": "IA3"}, ["type IA3", "LoRA adapters only", "merge_and_unload"]),
        ({"peft_type": "PROMPT_TUNING"}, ["type PROMPT_TUNING", "if peft can merge"]),
        ({"task_type": "CAUSAL_LM"}, ["for CAUSAL_LM"]),
        (
            {"task_type": None, "auto_mapping": {"base_model_class": "BertForTokenClassification"}},
            ["BertForTokenClassification"],
        ),
        ({"init_lora_weights": "loftq"}, ["loftq", "merge_and_unload"]),
        ({"init_lora_weights": "pissa_niter_4"}, ["pissa_niter_4"]),
        ({"megatron_config": {"a": 1}}, ["'megatron_config'"]),
        ({"target_parameters": ["experts.weight"]}, ["'target_parameters'"]),
        ({"alora_invocation_tokens": [1, 2]}, ["'alora_invocation_tokens'"]),
        ({"something_new": "yes"}, ["'something_new'"]),
    ],
)
def test_what_cannot_be_merged_is_named(changes, words, bases, tmp_path):
    adapt(tmp_path / "a", bases("roberta"))
    edit_json(tmp_path / "a" / "adapter_config.json", **changes)
    refused(tmp_path / "a", UnsupportedModel, *words)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"r": "many"}, ["'r'", "adapter_config.json"]),
        ({"r": 0}, ["'r'"]),
        ({"bias": "some"}, ["'bias'"]),
        ({"r": 8}, ["rank 4", "says 8"]),
        ({"rank_pattern": {"query": 1_000_000_000}}, ["rank 4", "says 1000000000"]),
        ({"target_modules": "(query"}, ["(query", "pattern"]),
    ],
)
def test_settings_that_cannot_be(changes, words, bases, tmp_path):
    adapt(tmp_path / "a", bases("roberta"))
    edit_json(tmp_path / "a" / "adapter_config.json", **changes)
    refused(tmp_path / "a", CheckpointError, *words)


def test_a_pattern_that_would_never_end():
    with pytest.raises(CheckpointError, match="cannot be used as a pattern"):
        matches("(x|xx)+[yz]", "x" * 80)


def test_patterns_that_are_quick_alone_and_take_hours_together(monkeypatch):
    monkeypatch.setattr("models.lora._ALTOGETHER", 0.1)
    patterns = {f"(x|xx)+[yz]{n}": 4 for n in range(5_000)}  # a few milliseconds on a name that almost fits
    for settings, ask in (
        (LoraSettings(rank_pattern=patterns), LoraSettings.rank),
        (LoraSettings(alpha_pattern=patterns), LoraSettings.alpha),
        (LoraSettings(target_modules="(x|xx)+[yz]"), lambda s, name: list(s.targets([f"{name}{n}" for n in range(5_000)]))),
        (LoraSettings(target_modules=["x"], exclude_modules="(x|xx)+[yz]"), lambda s, name: list(s.targets([f"{name}.x"] * 5_000))),
    ):  # fmt: skip
        with pytest.raises(
            CheckpointError, match=r"more than 0\.1 seconds of computing together; name the layers in full"
        ):
            ask(settings, "x" * 22)


@pytest.mark.parametrize("key", ["modules_to_save", "layers_pattern", "layers_to_transform"])
def test_lists_that_are_gone_through_for_every_layer_have_an_end(key):
    with pytest.raises(ValidationError, match="at most"):
        LoraSettings(**{key: [7] * 5_001 if key == "layers_to_transform" else ["x"] * 1_001})


@pytest.mark.parametrize(
    "names", [("query",), ("self.query",), ("a.self.query",), ("",), ("elf.query",), ("a",), ("query.",), (".query",)]
)
def test_a_layer_is_named_by_its_end_between_dots(names):
    settings = LoraSettings(target_modules=names)
    expected = any(end == "a.self.query" or "a.self.query".endswith(f".{end}") for end in names)
    assert (list(settings.targets(["a.self.query"])) == ["a.self.query"]) is expected


def test_nothing_that_the_folder_names_is_imported(bases, tmp_path, monkeypatch):
    folder = tmp_path / "a"
    adapt(folder, bases("roberta"))
    code = folder / "megatron"
    code.mkdir()
    (code / "core.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    edit_json(folder / "adapter_config.json", megatron_config={"a": 1}, megatron_core="megatron.core")
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(str(folder))
    refused(folder, UnsupportedModel, "'megatron_config'")
    assert not (tmp_path / "ran").exists()


def test_an_adapter_that_does_not_fit_its_base(bases, tmp_path):
    adapt(tmp_path / "a", bases("roberta"))
    refused(tmp_path / "a", CheckpointError, "does not fit its base", "--base", base=str(bases("albert")))


@pytest.mark.parametrize("beside", [False, True])
def test_an_adapter_saved_as_a_pickle(beside, bases, tmp_path):
    folder = tmp_path / "a"
    adapt(folder, bases("roberta"))
    torch.save(load_file(folder / FILE), folder / "adapter_model.bin")
    if beside:
        (folder / FILE).rename(folder / "adapter_model_x.safetensors")
    else:
        (folder / FILE).unlink()
    refused(folder, CheckpointError, "pickle", "adapter_model.bin")


def test_the_fingerprint_covers_the_weights_of_the_base(bases, tmp_path):
    base = copy(bases("roberta"), tmp_path / "base")
    adapt(tmp_path / "a", base)
    before = load(str(tmp_path / "a"))
    weights = load_file(base / "model.safetensors")
    weights["roberta.encoder.layer.0.output.dense.bias"][0] += 1
    save_file(weights, base / "model.safetensors", metadata={"format": "pt"})
    after = load(str(tmp_path / "a"))
    assert after.fingerprint != before.fingerprint
    assert after.base.sha256 != before.base.sha256


@pytest.mark.parametrize(
    "pattern",
    [
        "((a{1000}){1000}){1000}",
        "(?R)?",
        "(" * 50_000 + "a" + ")" * 50_000,
        "(" * 5_000 + "a" + ")" * 5_000,
        "a{9999999999999}",
    ],
    ids=["counted", "of itself", "long", "deep", "overflow"],
)
def test_a_pattern_that_would_take_all_memory_is_refused_before_it_is_tried(pattern):
    with pytest.raises(CheckpointError, match="cannot be used as a pattern of layer names"):
        matches(pattern, "bert.encoder.layer.0.attention.self.query")


def test_patterns_as_people_write_them_fit():
    assert matches(r".*\.layer\.\d{1,2}\..*(query|value)", "bert.encoder.layer.0.attention.self.query")
