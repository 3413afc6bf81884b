"""Labels that resemble one of a model's: a letter apart, a form of the same word, the same in other words. Only ever proposed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from audit.table.label_names import widthless

NEAR = 0.75
"""Least share of letters that two spellings have in common."""
STEM = 4
"""Letters of a beginning that two forms of a word share."""
ALIKE: tuple[frozenset[str], ...] = tuple(
    map(
        frozenset,
        (
            (
                "positive",
                "pos",
                "good",
                "favorable",
                "favourable",
                "positiv",
                "positif",
                "正面",
                "积极",
                "好评",
                "正向",
                "好",
                "褒义",
            ),
            (
                "negative",
                "neg",
                "bad",
                "unfavorable",
                "unfavourable",
                "negativ",
                "négatif",
                "负面",
                "消极",
                "差评",
                "负向",
                "坏",
                "贬义",
            ),
            ("neutral", "neu", "中性", "中立", "中评", "neutre"),
            ("mixed", "混合", "gemischt"),
            ("hate", "hateful", "hatespeech", "hate speech", "仇恨", "仇恨言论", "hass"),
            ("offensive", "abusive", "insult", "insulting", "冒犯", "辱骂", "beleidigend"),
            ("toxic", "有毒", "有害", "toxisch", "toxique"),
            ("normal", "neither", "clean", "benign", "正常"),
            ("spam", "junk", "垃圾", "垃圾邮件", "垃圾信息"),
            ("yes", "true", "是", "对", "ja", "oui"),
            ("no", "false", "否", "错", "nein", "non"),
            ("entailment", "entails", "蕴含"),
            ("contradiction", "contradicts", "矛盾"),
            ("happy", "happiness", "joy", "快乐", "高兴", "开心", "freude"),
            ("sad", "sadness", "悲伤", "难过", "trauer"),
            ("angry", "anger", "愤怒", "生气", "wut"),
            ("fear", "afraid", "恐惧", "害怕", "angst"),
            ("surprise", "surprised", "惊讶", "惊喜"),
        ),
    )
)
"""Names that people give the same class."""
_NOT = re.compile(r"(not|non|no|un|in|im|il|ir|dis|anti|kein|nicht|非|不|无|没|未|否|反)[\s]*(?=\w)")
_NOT_WORDS = frozenset({"not", "no", "non", "never", "without", "kein", "keine", "nicht", "nie", "ohne", "pas", "sans"})
_NUMBERS = re.compile(r"\d+")


def alike(typed: str, labels: Sequence[str]) -> str | None:
    """The label that a spelling resembles, None where none does or several do.

    Names with other numbers (`class 1`, `class 2`) or with a "not" in one of them only are no likeness.
    """
    spelled = _plain(typed)
    plain = {label: _plain(label) for label in labels}
    for found in (
        [label for label, name in plain.items() if any({spelled, name} <= names for names in ALIKE)],
        _nearest(spelled, plain),
        [label for label, name in plain.items() if _same_stem(spelled, name) and not _opposite(spelled, name)],
    ):
        if len(found) == 1:
            return found[0]
        if found:
            return None
    return None


def _nearest(spelled: str, plain: dict[str, str]) -> list[str]:
    """The labels with the most letters in common, in order, if those are enough."""
    shares = {
        label: difflib.SequenceMatcher(None, spelled, name).ratio()
        for label, name in plain.items()
        if not _opposite(spelled, name)
    }
    best = max(shares.values(), default=0.0)
    return [label for label, share in shares.items() if share == best] if best >= NEAR else []


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[_\-./]+", " ", widthless(name)).split())


def _opposite(one: str, other: str) -> bool:
    """Whether two names say different things for all their likeness."""
    return _NUMBERS.findall(one) != _NUMBERS.findall(other) or _denies(one) != _denies(other)


def _denies(name: str) -> bool:
    return _NOT.match(name) is not None or not _NOT_WORDS.isdisjoint(name.split())


def _same_stem(one: str, other: str) -> bool:
    """Whether one name begins as the other does, for the most part of the shorter."""
    shared = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        shared += 1
    return shared >= max(STEM, 0.6 * min(len(one), len(other))) and shared == min(len(one), len(other))
