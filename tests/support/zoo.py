"""Tiny models of many architectures: random weights, large enough that words matter; three labels each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import checkpoints
import torch

HIDDEN = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}
DECODER = {**HIDDEN, "num_key_value_heads": 2, "head_dim": 8}
SEQUENCE = {
    "d_model": 32, "encoder_layers": 2, "decoder_layers": 2, "encoder_attention_heads": 4, "decoder_attention_heads": 4,
    "encoder_ffn_dim": 64, "decoder_ffn_dim": 64, "eos_token_id": 2,
}  # fmt: skip
T5 = {
    "d_model": 32,
    "d_kv": 8,
    "d_ff": 64,
    "num_layers": 2,
    "num_heads": 4,
    "eos_token_id": 2,
    "decoder_start_token_id": 1,
}
LONG = 64
"""Positions of a model, unless it says otherwise."""


@dataclass(frozen=True)
class Kind:
    """How a tiny model of one architecture is made.

    Attributes:
        model_type: transformers' name of it.
        tokenizer: one of `TOKENIZERS`.
        sizes: arguments of its configuration.
        matrices: what the weights of two and more axes are multiplied by.
        padding: standard deviation given to the padding token's vector, which is zero at first.
        adjust: what else is done to the configuration.
    """

    model_type: str
    tokenizer: str = "wordpiece"
    sizes: dict[str, Any] = field(default_factory=dict)
    matrices: float = 4.0
    padding: float = 0.0
    limit: int = LONG
    adjust: Callable[[Any], None] | None = None


def _perceiver() -> dict[str, Any]:
    return {"num_latents": 8, "d_latents": 32, "d_model": 32, "num_blocks": 1, "num_self_attends_per_block": 2,
            "num_self_attention_heads": 4, "num_cross_attention_heads": 4}  # fmt: skip


ZOO: dict[str, Kind] = {
    "ModernBERT": Kind("modernbert", sizes={**HIDDEN, "reference_compile": False, "local_attention": 8,
        "cls_token_id": 2, "sep_token_id": 3, "bos_token_id": 2, "eos_token_id": 3}),
    "DeBERTa-v3": Kind("deberta-v2", "unigram", {**HIDDEN, "relative_attention": True,
        "position_biased_input": False, "pos_att_type": ["p2c", "c2p"], "share_att_key": True,
        "norm_rel_ebd": "layer_norm", "position_buckets": 16, "type_vocab_size": 0}),
    "DeBERTa": Kind("deberta", "roberta", {**HIDDEN, "relative_attention": True, "pos_att_type": ["p2c", "c2p"],
        "position_biased_input": False}),
    "XLNet": Kind("xlnet", "xlnet", {"d_model": 32, "n_layer": 2, "n_head": 4, "d_inner": 64,
        "max_position_embeddings": None}),
    "BART": Kind("bart", "roberta", SEQUENCE),
    "Longformer": Kind("longformer", "roberta", {**HIDDEN, "attention_window": 8}),
    "BigBird": Kind("big_bird", sizes={**HIDDEN, "block_size": 4, "num_random_blocks": 1,
        "attention_type": "block_sparse"}, matrices=8.0),
    "Funnel": Kind("funnel", sizes={"d_model": 32, "block_sizes": [1, 1], "num_decoder_layers": 1, "n_head": 4,
        "d_head": 8, "d_inner": 64}),
    "SqueezeBERT": Kind("squeezebert", sizes={**HIDDEN, "embedding_size": 32}),
    "MobileBERT": Kind("mobilebert", sizes={**HIDDEN, "embedding_size": 16, "intra_bottleneck_size": 16,
        "num_feedforward_networks": 2}, padding=0.5),
    "ConvBERT": Kind("convbert", sizes={**HIDDEN, "embedding_size": 32, "head_ratio": 2, "conv_kernel_size": 3}),
    "YOSO": Kind("yoso", sizes={**HIDDEN, "use_expectation": True, "type_vocab_size": 2}),
    "Nystromformer": Kind("nystromformer", sizes={**HIDDEN, "num_landmarks": 4, "type_vocab_size": 2,
        "segment_means_seq_len": 4, "conv_kernel_size": 3}),
    "FNet": Kind("fnet", "unigram", {**HIDDEN, "type_vocab_size": 4}),
    "CANINE": Kind("canine", "canine", {**HIDDEN, "num_hash_functions": 4, "num_hash_buckets": 64,
        "local_transformer_stride": 16}),
    "Gemma": Kind("gemma", "llama", DECODER),
    "Gemma 3 (text)": Kind("gemma3_text", "llama", {**DECODER, "sliding_window": 8, "query_pre_attn_scalar": 8}, 2.0),
    "Qwen2": Kind("qwen2", "gpt2", DECODER),
    "Mistral": Kind("mistral", "llama", {**DECODER, "sliding_window": 8}),
    "GPT-NeoX": Kind("gpt_neox", "gpt2", HIDDEN),
    "BLOOM": Kind("bloom", "llama", {"hidden_size": 32, "n_layer": 2, "n_head": 4}),
    "Phi": Kind("phi", "gpt2", HIDDEN),
    "CamemBERT": Kind("camembert", "roberta", HIDDEN),
    "ELECTRA": Kind("electra", sizes={**HIDDEN, "embedding_size": 16}),
    "T5": Kind("t5", "t5", T5),
    "I-BERT": Kind("ibert", "roberta", {**HIDDEN, "quant_mode": False}),
    "Perceiver": Kind("perceiver", "roberta", _perceiver()),
    "BioGPT": Kind("biogpt", "llama", HIDDEN),
    "Reformer": Kind("reformer", "llama", {"attention_head_size": 8, "hidden_size": 32, "num_attention_heads": 4,
        "feed_forward_size": 64, "attn_layers": ["local", "lsh"], "axial_pos_embds": False, "is_decoder": False,
        "lsh_attn_chunk_length": 8, "local_attn_chunk_length": 8, "num_buckets": 4}),
}  # fmt: skip


def make(folder: Path, name: str, *, seed: int = 0) -> Path:
    """Save the model of that name in the zoo with its tokenizer, and return the folder."""
    from transformers import AutoConfig, AutoModelForSequenceClassification

    kind = ZOO[name]
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = TOKENIZERS[kind.tokenizer](folder, kind.limit)
    sizes = {"vocab_size": len(tokenizer), "max_position_embeddings": kind.limit + 2, **kind.sizes}
    sizes = {name: value for name, value in sizes.items() if value is not None}
    if tokenizer.pad_token_id is not None:
        sizes["pad_token_id"] = tokenizer.pad_token_id
    names = dict(enumerate(("red", "green", "blue")))
    config = AutoConfig.for_model(kind.model_type, **sizes, id2label=names, label2id={v: k for k, v in names.items()})
    torch.manual_seed(seed)
    module = AutoModelForSequenceClassification.from_config(config).eval()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.mul_(1.0 if parameter.dim() < 2 else kind.matrices)
        if kind.padding:
            table = module.get_input_embeddings().weight
            table[tokenizer.pad_token_id] = torch.randn(table.shape[1]) * kind.padding
    module.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _wordpiece(folder: Path, limit: int) -> Any:
    made = checkpoints._wordpiece(folder)
    made.model_max_length = limit
    (folder / "words.txt").unlink()
    return made


def _canine(folder: Path, limit: int) -> Any:
    from transformers import CanineTokenizer

    del folder
    return CanineTokenizer(model_max_length=limit)


def _fast(
    model: Any, splitter: Any, decoder: Any, trainer: Any, template: tuple[str, str] | None, limit: int, **more: Any
) -> Any:
    from tokenizers import Tokenizer, processors
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(model)
    made.pre_tokenizer, made.decoder = splitter, decoder
    made.train_from_iterator(checkpoints.CORPUS, trainer)
    if template is not None:
        signs = [(sign, made.token_to_id(sign)) for sign in SIGNS if made.token_to_id(sign) is not None]
        made.post_processor = processors.TemplateProcessing(single=template[0], pair=template[1], special_tokens=signs)
    return PreTrainedTokenizerFast(tokenizer_object=made, model_max_length=limit, **more)


SIGNS = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
NAMED = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
WRAPPED = {**NAMED, "sep_token": "</s>", "cls_token": "<s>", "mask_token": "<mask>"}


def _bytes(template: tuple[str, str] | None, signs: tuple[str, ...] = SIGNS, **more: Any) -> Callable[[Path, int], Any]:
    def make(folder: Path, limit: int) -> Any:
        from tokenizers import decoders, models, pre_tokenizers, trainers

        del folder
        alphabet = pre_tokenizers.ByteLevel.alphabet()
        trainer = trainers.BpeTrainer(
            vocab_size=400, special_tokens=list(signs), initial_alphabet=alphabet, show_progress=False
        )
        splitter = pre_tokenizers.ByteLevel(add_prefix_space=False)
        return _fast(models.BPE(), splitter, decoders.ByteLevel(), trainer, template, limit, **more)

    return make


def _pieces(template: tuple[str, str] | None, **more: Any) -> Callable[[Path, int], Any]:
    def make(folder: Path, limit: int) -> Any:
        from tokenizers import decoders, models, pre_tokenizers, trainers

        del folder
        trainer = trainers.UnigramTrainer(
            vocab_size=250, special_tokens=list(SIGNS), unk_token="<unk>", show_progress=False
        )
        return _fast(
            models.Unigram(), pre_tokenizers.Metaspace(), decoders.Metaspace(), trainer, template, limit, **more
        )

    return make


TYPED = ["input_ids", "token_type_ids", "attention_mask"]
PLAIN = ["input_ids", "attention_mask"]
TOKENIZERS: dict[str, Callable[[Path, int], Any]] = {
    "wordpiece": _wordpiece,
    "canine": _canine,
    "roberta": _bytes(("<s> $A </s>", "<s> $A </s> </s> $B </s>"), model_input_names=PLAIN, **WRAPPED),
    "gpt2": _bytes(None, ("<|endoftext|>",), model_input_names=PLAIN, bos_token="<|endoftext|>",
        eos_token="<|endoftext|>", unk_token="<|endoftext|>"),
    "llama": _pieces(("<s> $A", "<s> $A <s> $B"), model_input_names=PLAIN, **NAMED),
    "t5": _pieces(("$A </s>", "$A </s> $B </s>"), model_input_names=PLAIN, **NAMED),
    "unigram": _pieces(("<s> $A </s>", "<s> $A </s> $B:1 </s>:1"), model_input_names=TYPED, **WRAPPED),
    "xlnet": _pieces(("$A:0 </s>:0 <s>:2", "$A:0 </s>:0 $B:1 </s>:1 <s>:2"), model_input_names=TYPED,
        padding_side="left", **WRAPPED),
}  # fmt: skip
