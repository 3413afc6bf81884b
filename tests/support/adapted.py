"""Bases as the hub has them and adapters as people make them, with peft's own answers as the right ones."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from checkpoints import make

TEXTS = ["The film was a quiet delight.", "dull", "Great service, friendly staff and a fair price."]
BODIES = {
    "bert": "AutoModelForMaskedLM", "roberta": "AutoModelForMaskedLM", "xlm-roberta": "AutoModelForMaskedLM",
    "distilbert": "AutoModelForMaskedLM", "electra": "AutoModelForMaskedLM", "albert": "AutoModelForMaskedLM",
    "gpt2": "AutoModelForCausalLM", "llama": "AutoModelForCausalLM", "qwen2": "AutoModelForCausalLM",
    "deberta-v2": "AutoModel", "xlnet": "AutoModel", "bart": "AutoModelForSeq2SeqLM",
}  # fmt: skip
"""What the hub's base of each architecture is: the class its config.json names."""
TOKENIZERS = {"qwen2": "gpt2", "xlnet": "bert", "bart": "distilbert"}
LINEAR = {
    "distilbert": ["q_lin", "v_lin"],
    "gpt2": ["c_attn", "c_fc"],
    "bart": ["q_proj", "v_proj"],
    "xlnet": ["layer_1", "layer_2"],
}
OWN = {
    "qwen2": {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
              "intermediate_size": 64, "max_position_embeddings": 64},
    "xlnet": {"d_model": 32, "n_layer": 2, "n_head": 4, "d_inner": 64},
    "bart": {"d_model": 32, "encoder_layers": 2, "decoder_layers": 2, "encoder_attention_heads": 4,
             "decoder_attention_heads": 4, "encoder_ffn_dim": 64, "decoder_ffn_dim": 64, "max_position_embeddings": 64,
             "bos_token_id": 2, "eos_token_id": 3, "decoder_start_token_id": 3, "forced_eos_token_id": 3},
}  # fmt: skip


def make_base(folder: Path, architecture: str = "bert", *, kind: str | None = None, seed: int = 0) -> Path:
    """Save a base without a classification head, with its tokenizer.

    Args:
        folder: where to.
        architecture: a key of `BODIES`.
        kind: the transformers auto class of the body, instead of the hub's.
        seed: of its weights.
    """
    import transformers

    make(folder, TOKENIZERS.get(architecture, architecture))
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    if architecture in OWN:
        pad = {} if tokenizer.pad_token_id is None else {"pad_token_id": tokenizer.pad_token_id}
        config = transformers.AutoConfig.for_model(architecture, vocab_size=len(tokenizer), **OWN[architecture], **pad)
    else:
        config = transformers.AutoConfig.from_pretrained(folder)
        config.id2label, config.label2id, config.architectures = None, None, None
    torch.manual_seed(seed)
    module = getattr(transformers, kind or BODIES[architecture]).from_config(config)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.mul_(1.0 if parameter.dim() < 2 else 4.0)
    (folder / "model.safetensors").unlink()
    module.save_pretrained(folder)
    return folder


def adapt(
    folder: Path,
    base: Path,
    *,
    task: str | None = "SEQ_CLS",
    n_labels: int = 3,
    tokenizer: Any = None,
    pad_id: int | None = None,
    name: str = "default",
    saved: bool | str = "auto",
    seed: int = 1,
    **settings: Any,
) -> list[np.ndarray]:
    """Train nothing, but move every trainable weight of a LoRA adapter, save it, and return peft's own answers to `TEXTS`.

    Args:
        folder: where to; the base is recorded as it was given.
        base: its folder.
        task: peft's task_type.
        n_labels: of the head.
        tokenizer: with more tokens than the base's: the embeddings are resized, and it is saved with the adapter.
        pad_id: of the padding, for decoders.
        name: the adapter's name within peft.
        saved: peft's save_embedding_layers.
        seed: of the new weights.
        settings: of LoraConfig; rank 4 on the attention unless they say otherwise.

    Returns:
        Probabilities (n_labels,) of each text, one at a time.
    """
    import transformers
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(seed)
    module = transformers.AutoModelForSequenceClassification.from_pretrained(
        base, num_labels=n_labels, ignore_mismatched_sizes=True
    )
    if tokenizer is not None:
        module.resize_token_embeddings(len(tokenizer), mean_resizing=False)
        tokenizer.save_pretrained(folder)
    if pad_id is not None:
        module.config.pad_token_id = pad_id
    defaults = {"r": 4, "target_modules": LINEAR.get(module.config.model_type, "all-linear")}
    adapted = get_peft_model(module, LoraConfig(task_type=task, **{**defaults, **settings}), adapter_name=name)
    with torch.no_grad():
        for parameter in adapted.parameters():
            if parameter.requires_grad:
                parameter.add_(torch.randn_like(parameter) * 0.2)
    adapted.eval().save_pretrained(folder, save_embedding_layers=saved)
    return answers(adapted, tokenizer or transformers.AutoTokenizer.from_pretrained(base), TEXTS)


def answers(module: Any, tokenizer: Any, texts: Sequence[str]) -> list[np.ndarray]:
    """Probabilities of each text alone."""
    with torch.no_grad():
        return [module(**tokenizer(text, return_tensors="pt")).logits[0].softmax(-1).numpy() for text in texts]


def copy(source: Path, target: Path) -> Path:
    """A copy of a folder to change."""
    return Path(shutil.copytree(source, target))
