"""A set of checkpoints that each try one thing: to run, to read, to write or to call something, or to take all there is."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hostile_maker import ANY, SAME, Case, Maker, edited
from hostile_tokenizers import tokenizers

JSON_FILES = ("config.json", "tokenizer_config.json", "special_tokens_map.json", "tokenizer.json")
CODE = "import pathlib\npathlib.Path({marker!r}).touch()\n"
MODULES = (
    "torch", "transformers", "numpy", "json", "typer", "tokenizers", "sentencepiece", "peft", "safetensors", "kernels", "evil",
    "modeling_bert", "tokenization_bert", "configuration_bert", "sitecustomize", "usercustomize", "conftest", "__init__",
    "google.protobuf", "megatron.core", "tiktoken", "jinja2", "accelerate.hooks", "bitsandbytes", "flash_attn", "resource",
)  # fmt: skip


class Runs:
    """Its pickle touches a file when it is opened."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> Any:
        return (os.system, (f"touch {self.marker}",))


def make_cases(maker: Maker) -> dict[str, Case]:
    """The whole set."""
    maker.add("sound", SAME, lambda folder: None)
    parts = (
        _adapters,
        _numbers,
        tokenizers,
        _shards,
        _code_in_configurations,
        _paths,
        _pickles,
        _modules,
        _files,
        _notes,
        _json,
    )
    for part in parts:
        part(maker)
    return maker.cases


def _code_in_configurations(maker: Maker) -> None:
    evil = {
        "AutoConfig": "evil.Evil",
        "AutoModelForSequenceClassification": "evil.Evil",
        "AutoTokenizer": ["evil.Evil", None],
    }
    for file in ("config.json", "tokenizer_config.json"):
        maker.settings(file, "auto_map", auto_map=evil, text_config={"auto_map": evil})
    hub = "someone/kernels"
    maker.settings("config.json", "attn_implementation", attn_implementation=hub, _attn_implementation=hub)
    maker.settings("config.json", "attention code", text_config={"_attn_implementation": {"": hub}})
    quantised = {"quant_method": "bitsandbytes", "load_in_4bit": True}
    maker.settings(
        "config.json", "quantised", quantization_config=quantised, text_config={"quantization_config": quantised}
    )
    maker.settings(
        "config.json", SAME, custom_pipelines={"text-classification": {"impl": "evil.Evil", "pt": ["AutoModel"]}}, trust_remote_code=True,
        attn_implementation="flash_attention_2", _attn_implementation="flex_attention", torch_dtype="load", dtype="hub",
        compile_config={"backend": "evil"}, device_map={"": "disk"}, gguf_file="evil.gguf", architectures=["evil.Evil"],
        base_model_tp_plan={"": "evil"}, kernel_config={"evil": "evil/evil"}, _commit_hash="../../evil",
        transformers_weights=str(maker.secret), adapter_kwargs={"_adapter_model_path": str(maker.root)},
        configuration_files=["config.4.0.0.json", "../config.1.0.0.json"], model_file="modeling_bert.py",
    )  # fmt: skip
    for name in ("AutoModel", "evil.Evil", "../evil", "pipeline", "TokenizerFast.evil", 5, ["BertTokenizer"]):
        maker.settings("tokenizer_config.json", "no tokenizer of transformers", tokenizer_class=name)
    maker.settings("tokenizer_config.json", ANY, tokenizer_class="RagTokenizer")
    maker.settings(
        "tokenizer_config.json", SAME, chat_template="{{ ''.__class__.__mro__[1].__subclasses__() }}", processor_class="evil.Evil",
        __slow_tokenizer="evil", tokenizer_object="evil", from_slow=True, gguf_file="evil", custom_tokenizer="evil", backend="evil",
        trust_remote_code=True, mecab_kwargs={"mecab_option": "-r /dev/null -d /evil"}, sp_model_kwargs={"model_file": str(maker.secret)},
    )  # fmt: skip


def _paths(maker: Maker) -> None:
    secret = str(maker.secret)
    for value in (
        secret,
        "../../../../../etc/passwd",
        "http://127.0.0.1:9/x",
        "\\\\host\\share\\x",
        f"file://{secret}",
    ):
        maker.settings("config.json", SAME, _name_or_path=value)
    names = (
        "vocab_file", "tokenizer_file", "merges_file", "added_tokens_file", "special_tokens_map_file", "spm_file", "name_or_path",
        "source_spm", "monolingual_vocab_file", "emoji_file", "cache_dir", "chat_template_file", "tokenizer_config_file",
        "sentencepiece_model_ckpt", "vocab", "merges", "vocab_path", "subfolder",
    )  # fmt: skip
    for file in ("tokenizer_config.json", "special_tokens_map.json"):
        maker.settings(file, SAME, vocab_file=secret, tokenizer_file=secret)
        maker.add(f"{file} with all paths", SAME, lambda f, n=file: edited(f / n, dict.fromkeys(names, secret)))
    maker.settings(
        "tokenizer_config.json", SAME, init_inputs=[secret], fast_tokenizer_files=["tokenizer.4.0.0.json", "../tokenizer.1.0.0.json"],
        init_kwargs={"vocab_file": secret},
    )  # fmt: skip


def _pickles(maker: Maker) -> None:
    names = (
        "pytorch_model.bin", "training_args.bin", "adapter_model.bin", "optimizer.pt", "scheduler.pt", "model.pth", "rng_state.pth",
        "vocab.pkl", "tf_model.h5", "flax_model.msgpack", "tokenizer.pkl", "model.ckpt", "corpus.bin", "adapter_model.pt",
        "pytorch_model.bin.index.json", "model.onnx", "model.onnx.data", "generation_config.json", "tokenizer.model.v3",
        "tekken.json", "chat_template.jinja", "adapter_model_x.safetensors", "model.gguf", "scaler.pt",
    )  # fmt: skip

    def beside(folder: Path) -> None:
        for name in names:
            (folder / name).write_bytes(pickle.dumps(Runs(maker.marker)))

    maker.add("pickles beside", SAME, beside)
    for name in ("pytorch_model.bin", "model.ckpt", "model.pt", "model.pkl", "tf_model.h5"):

        def alone(folder: Path, name: str = name) -> None:
            (folder / "model.safetensors").unlink()
            (folder / name).write_bytes(pickle.dumps(Runs(maker.marker)))

        maker.add(f"alone: {name}", "pickle", alone)
    maker.add(
        "safetensors that is a pickle",
        "damaged",
        lambda f: (f / "model.safetensors").write_bytes(pickle.dumps(Runs(maker.marker))),
    )
    maker.add(
        "adapter that is a pickle",
        "damaged",
        lambda f: (f / "adapter_model.safetensors").write_bytes(pickle.dumps(Runs(maker.marker))),
        source=maker.adapter,
    )

    def bin_alone(folder: Path) -> None:
        (folder / "adapter_model.safetensors").rename(folder / "adapter_model_x.safetensors")
        (folder / "adapter_model.bin").write_bytes(pickle.dumps(Runs(maker.marker)))

    maker.add("adapter_model.bin beside another name", "pickle", bin_alone, source=maker.adapter)
    maker.add(
        "adapter_model.bin beside the right one",
        SAME,
        lambda f: (f / "adapter_model.bin").write_bytes(pickle.dumps(Runs(maker.marker))),
        source=maker.adapter,
    )


def _modules(maker: Maker) -> None:
    def code(folder: Path) -> None:
        for name in MODULES:
            path = folder / Path(*name.split(".")).with_suffix(".py")
            path.parent.mkdir(exist_ok=True)
            path.write_text(CODE.format(marker=str(maker.marker)))
        (folder / "evil.pth").write_text(f"import os; os.system('touch {maker.marker}')\n")

    maker.add("code under the names of modules", SAME, code, inside=True)
    maker.add("the same beside an adapter", SAME, code, source=maker.adapter, inside=True)

    def asked(folder: Path) -> None:
        code(folder)
        edited(folder / "adapter_config.json", {"megatron_config": {"a": 1}, "megatron_core": "megatron.core"})

    maker.add("megatron asked for", "megatron_config", asked, source=maker.adapter, inside=True)


def _files(maker: Maker) -> None:
    def replaced(name: str, make: Callable[[Path], Any]) -> Callable[[Path], None]:
        def change(folder: Path) -> None:
            (folder / name).unlink(missing_ok=True)
            make(folder / name)

        return change

    def listening(path: Path) -> None:
        before = os.getcwd()
        os.chdir(path.parent)  # names of sockets are short
        try:
            socket.socket(socket.AF_UNIX).bind(path.name)
        finally:
            os.chdir(before)

    kinds: dict[str, Callable[[Path], Any]] = {
        "a pipe": os.mkfifo,
        "a folder": lambda path: path.mkdir(),
        "a socket": listening,
        "a link to itself": lambda path: path.symlink_to(path.name),
        "a link to nothing": lambda path: path.symlink_to("nothing"),
        "a link to a device": lambda path: path.symlink_to("/dev/zero"),
        "a link outside": lambda path: path.symlink_to(maker.secret),
    }
    for name in (*JSON_FILES, "model.safetensors", "vocab.txt", "added_tokens.json", "spiece.model"):
        for kind, make in kinds.items():
            maker.add(f"{name} is {kind}", name, replaced(name, make))
    for kind, make in kinds.items():
        maker.add(f"card.json is {kind}", SAME, replaced("card.json", make))
        for name in ("adapter_config.json", "adapter_model.safetensors"):
            change = replaced(name, make)
            maker.add(f"{name} is {kind}", name, change, source=maker.adapter)


def _notes(maker: Maker) -> None:
    def notes(folder: Path) -> None:
        os.mkfifo(folder / "notes.txt")
        (folder / "README.md").symlink_to("README.md")
        (folder / "LICENSE").symlink_to(maker.secret)

    maker.add("odd files that nobody reads", SAME, notes)


def _json(maker: Maker) -> None:
    broken = {
        "deep": b"[" * 200_000, "deep object": b'{"a":' * 200_000, "NaN": b'{"a": NaN}', "twice": b'{"a": 1, "a": 2}',
        "latin-1": b'{"a": "\xe9"}', "BOM": b'\xef\xbb\xbf{"a": 1}', "empty": b"", "a list": b"[]", "cut off": b'{"a": ',
        "zeros": bytes(1000), "UTF-16": '{"a": 1}'.encode("utf-16"), "long number": b'{"a": ' + b"9" * 10_000 + b"}",
    }  # fmt: skip
    for name in JSON_FILES:
        for kind, data in broken.items():
            maker.add(f"{name} {kind}", name, lambda f, n=name, d=data: (f / n).write_bytes(d))
        maker.add(f"{name} huge", name, lambda f, n=name: os.truncate(f / n, 1 << 40))
    for kind, data in broken.items():
        maker.add(
            f"adapter_config.json {kind}",
            "adapter_config.json",
            lambda f, d=data: (f / "adapter_config.json").write_bytes(d),
            source=maker.adapter,
        )


def _numbers(maker: Maker) -> None:
    for value in (20_000, 10**9, 10**30, 1e9):
        maker.settings("config.json", "num_hidden_layers", num_hidden_layers=value)
    maker.settings("config.json", "config.json", num_hidden_layers=900)
    for key in (
        "vocab_size",
        "max_position_embeddings",
        "hidden_size",
        "intermediate_size",
        "type_vocab_size",
        "num_labels",
        "embedding_size",
    ):
        for value in (20_000_000, 10**12):
            maker.settings("config.json", key if key == "hidden_size" else "config.json", **{key: value})
    for value in (-1, 0, "many", None, [1], {}, 0.5, True):
        maker.settings("config.json", ANY, hidden_size=value)
    maker.settings("config.json", ANY, hidden_act="evil.Evil", num_attention_heads=10**9, problem_type="evil")
    for value in (-5, 0, "many", [5], True):
        maker.settings("tokenizer_config.json", "model_max_length", model_max_length=value)
    for value in (1e30, 10**400, float("inf")):
        maker.settings("tokenizer_config.json", SAME, model_max_length=value)


def _shards(maker: Maker) -> None:
    def index(names: dict[str, str]) -> Callable[[Path], None]:
        def change(folder: Path) -> None:
            (folder / "model.safetensors").rename(folder / "part.safetensors")
            (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": names}))

        return change

    maker.add("one part by an index", SAME, index({"x": "part.safetensors"}))
    maker.add("a part elsewhere", "files of the folder itself", index({"x": "../000/model.safetensors"}))
    maker.add("a part that is a pickle", "files of the folder itself", index({"x": "pytorch_model.bin"}))
    maker.add("a part that is missing", "missing", index({"x": "part2.safetensors"}))


def _adapters(maker: Maker) -> None:
    def keys(expected: str, **values: Any) -> None:
        for key, value in values.items():
            maker.add(
                f"adapter {key}={str(value)[:40]}",
                expected,
                lambda f, k=key, v=value: edited(f / "adapter_config.json", {k: v}),
                source=maker.adapter,
            )

    maker.add("adapter", SAME, lambda f: None, source=maker.adapter)
    evil = {"evil": "evil.Evil"}
    keys(
        "does not merge", megatron_config=evil, loftq_config=evil, corda_config=evil, layer_replication=[[0, 1]], unknown="x",
        arrow_config=evil, lora_ga_config=evil, target_parameters=["x"], use_qalora=True, trust_remote_code=True, custom_module=evil,
    )  # fmt: skip
    keys(
        SAME,
        megatron_core="evil",
        eva_config=evil,
        runtime_config={"ephemeral_gpu_offload": True},
        peft_version="../../evil",
    )
    keys("auto_mapping", auto_mapping={"base_model_class": "Evil", "parent_library": "evil"})
    keys("peft_type", peft_type="EVIL")
    keys(ANY, task_type="EVIL", r=10**9, rank_pattern={"(a+)+$": 3}, target_modules="(e*)*x", modules_to_save=["encoder"],
        trainable_token_indices=[10**9], layers_to_transform=[10**12], init_lora_weights="corda", bias="evil", lora_alpha="x")  # fmt: skip
    keys("base", base_model_name_or_path=str(maker.root / "not-there"))
    for value in (str(maker.secret), str(maker.secret.parent), str(maker.root.parent / "not-there")):
        keys("outside the folders models may be loaded from", base_model_name_or_path=value)
    for value in (
        "http://127.0.0.1:9/x",
        "\\\\host\\share",
        "file:///etc",
        "../../../../etc",
        "",
        "evil/evil",
        5,
        None,
        ".",
    ):
        keys("base", base_model_name_or_path=value)

    def turning(folder: Path) -> None:
        shutil.copytree(maker.base, folder / "base")
        shutil.copy(maker.adapter / "adapter_config.json", folder / "base")
        edited(folder / "base" / "adapter_config.json", {"base_model_name_or_path": "http://127.0.0.1:9/x"})
        (folder / "base" / "adapter_model.bin").write_bytes(pickle.dumps(Runs(maker.marker)))
        edited(folder / "adapter_config.json", {"base_model_name_or_path": str(folder / "base")})

    maker.add("a base with an adapter in it", SAME, turning, source=maker.adapter)


def watched(cases: dict[str, Case], allowed: list[Path]) -> Iterator[dict[str, Any]]:
    """The work of `watched_loads`."""
    for name, case in cases.items():
        yield {
            "name": name, "folder": str(case.folder), "cwd": str(case.cwd), "path": case.path,
            "allowed": [str(one) for one in allowed],
        }  # fmt: skip
