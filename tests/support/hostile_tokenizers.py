"""Checkpoints whose tokenizer.json asks for endless work, for files elsewhere, or is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hostile_maker import ANY, SAME, Maker, edited


def rules(path: Path, **parts: Any) -> None:
    """Put other parts into a tokenizer.json; a dict for `model` is merged into what is there."""
    data = json.loads(path.read_text())
    model = {**data["model"], **parts.pop("model", {})}
    path.write_text(json.dumps({**data, **parts, "model": model}))


def tokenizers(maker: Maker) -> None:
    def split(pattern: str) -> dict[str, Any]:
        return {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False}

    def replace(pattern: dict[str, str], content: str) -> dict[str, Any]:
        return {"type": "Replace", "pattern": pattern, "content": content}

    def add(name: str, expected: str, **parts: Any) -> None:
        maker.add(f"tokenizer: {name}", expected, lambda f: rules(f / "tokenizer.json", **parts))

    cannot = "tokenizer cannot be"
    for pattern in (
        r"(a+)+b",
        r"(x+x+)+y",
        r"(\w+\s?)*!$",
        r"(a|aa)+$",
        r"(foo|foofoo)+!",
        "a*a*a*a*b",
        r"(.*)*=",
        r"(?=(q+)+r)",
    ):
        add(f"split at {pattern}", cannot, pre_tokenizer=split(pattern))
        add(f"replace {pattern}", cannot, normalizer=replace({"Regex": pattern}, "z"))
    doubling = [replace({"String": "a"}, "aa")] * 20
    add("doubles a letter twenty times", "times as long", normalizer={"type": "Sequence", "normalizers": doubling})
    nested = {"type": "Sequence", "normalizers": [{"type": "Sequence", "normalizers": doubling}]}
    add("the same within a sequence", "times as long", normalizer=nested)
    add("puts a book between letters", "times as long", normalizer=replace({"Regex": ""}, "book " * 100))
    add("puts a book before", "before words", normalizer={"type": "Prepend", "prepend": "book " * 100_000})
    add("a decoder that doubles", "times as long", decoder={"type": "Sequence", "decoders": doubling})
    sign, text = {"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}
    template = {
        "type": "TemplateProcessing", "single": [sign] * 5_000 + [text], "pair": [text, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]}},
    }  # fmt: skip
    add("thousands of signs", "template", post_processor=template)
    add(
        "the text a thousand times",
        "template",
        post_processor={**template, "single": [{"Sequence": {"id": "A", "type_id": 0}}] * 60},
    )
    many = {"[CLS]": {"id": "[CLS]", "ids": [2] * 5_000, "tokens": ["[CLS]"] * 5_000}}
    add(
        "a sign of thousands",
        "template",
        post_processor={**template, "single": template["pair"][:1], "special_tokens": many},
    )
    add("words without end", "max_input_chars_per_word", model={"max_input_chars_per_word": 1_000_000_000})
    huge = {"direction": "Right", "max_length": 10**12, "strategy": "LongestFirst", "stride": 0}
    add("cut at a huge length", SAME, truncation=huge)
    add("cut with a stride beyond the length", ANY, truncation={**huge, "max_length": 5, "stride": 50})
    padded = {
        "strategy": {"Fixed": 10**12},
        "direction": "Right",
        "pad_to_multiple_of": 10**12,
        "pad_id": 0,
        "pad_type_id": 0,
        "pad_token": "[PAD]",
    }
    add("padded to a huge length", SAME, padding=padded)
    bpe = {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": [["a", "b"]], "dropout": 0.5, "unk_token": None}
    maker.add("tokenizer: leaves merges out", "dropout", lambda f: edited(f / "tokenizer.json", {"model": bpe}))
    for name, score in (("infinite", 1e999), ("not a number", float("nan")), ("text", "x")):
        unigram = {"type": "Unigram", "unk_id": 0, "vocab": [["[UNK]", 0.0], ["a", score]], "byte_fallback": False}
        maker.add(
            f"tokenizer: a score that is {name}",
            "tokenizer.json",
            lambda f, u=unigram: edited(f / "tokenizer.json", {"model": u}),
        )
    flag = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": False}
    crowd = [{"id": 10_000 + i, "content": chr(0xE000 + i), **flag} for i in range(150_000)]
    add("a token for every character", "adds 150,000 tokens", added_tokens=crowd)
    add("an entry of a million letters", "entry of more than", model={"vocab": {"[UNK]": 1, "x" * 1_000_000: 2}})
    add("of a kind that is not known", cannot, pre_tokenizer={"type": "Evil", "module": "evil.Evil"})
    deep: Any = {
        "type": "BertNormalizer",
        "clean_text": True,
        "handle_chinese_chars": True,
        "strip_accents": None,
        "lowercase": True,
    }
    for _ in range(50):
        deep = {"type": "Sequence", "normalizers": [deep]}
    add("nested fifty times", "nested", normalizer=deep)
