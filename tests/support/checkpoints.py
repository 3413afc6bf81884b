"""Small real checkpoints of every architecture, made on the spot: random weights, tokenizers trained on a few lines."""

from __future__ import annotations

import json
from pathlib import Path

import torch

CORPUS = [
    "The film was a quiet delight from start to finish.",
    "I waited forty minutes for a cold, tasteless soup!",
    "My card payment hasn't gone through; why is it pending?",
    "An overlong, dull and rather silly sequel.",
    "Great service, friendly staff and a fair price.",
    "Nothing works as promised, and nobody answers the phone.",
    "它的味道非常好，我们很喜欢。",
    "Élan, naïveté and café: accents matter.",
] * 4
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789.,;:!?'’-()\"&%"
SIZES = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}
ARCHITECTURES = (
    "bert", "distilbert", "roberta", "albert", "xlm-roberta", "deberta-v2", "electra", "mpnet", "gpt2", "llama",
)  # fmt: skip
HEADS = {"softmax": 3, "sigmoid": 1, "multi_label": 4}


def make(folder: Path, architecture: str = "bert", head: str = "softmax", *, seed: int = 0) -> Path:
    """Save a model with its tokenizer under `folder` and return it; softmax heads are named red, green, blue."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = TOKENIZERS[architecture](folder)
    torch.manual_seed(seed)
    module = _model(architecture, len(tokenizer), tokenizer)
    config = module.config
    config.num_labels = HEADS[head]
    if head == "softmax":
        config.id2label, config.label2id = _names("red", "green", "blue")
    if head == "multi_label":
        config.id2label, config.label2id = _names("food", "price", "staff", "place")
        config.problem_type = "multi_label_classification"
    from transformers import AutoModelForSequenceClassification

    torch.manual_seed(seed)
    module = AutoModelForSequenceClassification.from_config(config)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.mul_(
                1.0 if parameter.dim() < 2 else 4.0
            )  # default weights are so small that all texts look alike
    module.save_pretrained(folder, safe_serialization=True)
    tokenizer.save_pretrained(folder)
    for name in ("spm.model", "words.txt"):
        (folder / name).unlink(missing_ok=True) if architecture != "deberta-v2" or name != "spm.model" else None
    return folder


def edit_json(path: Path, **changes: object) -> None:
    """Set (or, with None, drop) keys of a JSON file."""
    data = json.loads(path.read_text())
    data.update(changes)
    path.write_text(json.dumps({key: value for key, value in data.items() if value is not None}))


def _names(*names: str) -> tuple[dict[int, str], dict[str, int]]:
    return dict(enumerate(names)), {name: i for i, name in enumerate(names)}


def _model(architecture: str, vocabulary: int, tokenizer):
    from transformers import AutoConfig, AutoModelForSequenceClassification

    common = {"vocab_size": vocabulary, "max_position_embeddings": 64}
    extra = {
        "distilbert": {"dim": 32, "n_layers": 2, "n_heads": 4, "hidden_dim": 64},
        "albert": {"embedding_size": 16},
        "electra": {"embedding_size": 16},
        "deberta-v2": {"relative_attention": True, "position_biased_input": False, "pos_att_type": ["p2c", "c2p"]},
        "gpt2": {"n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 64},
        "llama": {"num_key_value_heads": 4},
    }.get(architecture, {})
    sizes = {} if architecture in ("distilbert", "gpt2") else SIZES
    if architecture == "gpt2":
        common.pop("max_position_embeddings")
    pad = {"pad_token_id": tokenizer.pad_token_id} if tokenizer.pad_token_id is not None else {}
    config = AutoConfig.for_model(architecture, **common, **sizes, **extra, **pad)
    return AutoModelForSequenceClassification.from_config(config)


def _wordpiece(folder: Path, name: str = "BertTokenizerFast"):
    import transformers

    words = sorted(
        {word for line in CORPUS for word in "".join(c if c.isalnum() else " " for c in line.lower()).split()}
    )
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *LETTERS, *(f"##{c}" for c in LETTERS[:36])]
    pieces += [word for word in words if word not in pieces]
    (folder / "words.txt").write_text("\n".join(pieces), encoding="utf-8")
    return getattr(transformers, name)(vocab_file=str(folder / "words.txt"), model_max_length=64)


def _mpnet(folder: Path):
    from transformers import MPNetTokenizerFast

    _wordpiece(folder)
    pieces = (folder / "words.txt").read_text(encoding="utf-8").splitlines()
    swap = {"[PAD]": "<pad>", "[UNK]": "[UNK]", "[CLS]": "<s>", "[SEP]": "</s>", "[MASK]": "<mask>"}
    (folder / "words.txt").write_text("\n".join(swap.get(piece, piece) for piece in pieces), encoding="utf-8")
    return MPNetTokenizerFast(vocab_file=str(folder / "words.txt"), model_max_length=60)


def _byte_bpe(specials: list[str]):
    from tokenizers import ByteLevelBPETokenizer

    bpe = ByteLevelBPETokenizer()
    bpe.train_from_iterator(CORPUS, vocab_size=400, special_tokens=specials, show_progress=False)
    return bpe


def _roberta(folder: Path):
    from transformers import RobertaTokenizerFast

    _byte_bpe(["<s>", "<pad>", "</s>", "<unk>", "<mask>"]).save_model(str(folder))
    return RobertaTokenizerFast(str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=62)


def _gpt2(folder: Path):
    from transformers import GPT2TokenizerFast

    _byte_bpe(["<|endoftext|>"]).save_model(str(folder))
    return GPT2TokenizerFast(str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=64)


def _sentencepiece(folder: Path, name: str):
    import sentencepiece
    import transformers

    corpus = folder / "corpus.txt"
    corpus.write_text("\n".join(CORPUS), encoding="utf-8")
    albert = {"bos_piece": "[CLS]", "eos_piece": "[SEP]", "control_symbols": ["[MASK]"]}
    ids = {"pad_id": 0, "unk_id": 1, "bos_id": 2, "eos_id": 3, "pad_piece": "<pad>"}
    plain = {"unk_id": 0, "bos_id": 1, "eos_id": 2, "pad_id": -1}
    deberta = {"pad_piece": "[PAD]", "unk_piece": "[UNK]"}
    choice = {
        "AlbertTokenizerFast": {**ids, **albert},
        "DebertaV2TokenizerFast": {**ids, **albert, **deberta},
        "XLMRobertaTokenizerFast": plain,
        "LlamaTokenizerFast": plain,
    }[name]
    sentencepiece.SentencePieceTrainer.train(
        input=str(corpus), model_prefix=str(folder / "spm"), vocab_size=160, hard_vocab_limit=False,
        minloglevel=2, character_coverage=1.0, **choice,
    )  # fmt: skip
    corpus.unlink()
    (folder / "spm.vocab").unlink()
    return getattr(transformers, name)(vocab_file=str(folder / "spm.model"), model_max_length=60)


TOKENIZERS = {
    "bert": _wordpiece,
    "distilbert": lambda folder: _wordpiece(folder, "DistilBertTokenizerFast"),
    "electra": lambda folder: _wordpiece(folder, "ElectraTokenizerFast"),
    "mpnet": _mpnet,
    "roberta": _roberta,
    "gpt2": _gpt2,
    "albert": lambda folder: _sentencepiece(folder, "AlbertTokenizerFast"),
    "xlm-roberta": lambda folder: _sentencepiece(folder, "XLMRobertaTokenizerFast"),
    "deberta-v2": lambda folder: _sentencepiece(folder, "DebertaV2TokenizerFast"),
    "llama": lambda folder: _sentencepiece(folder, "LlamaTokenizerFast"),
}
