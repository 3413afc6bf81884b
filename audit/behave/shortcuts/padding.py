"""Sentences that say nothing of any text they stand beside: what a text is made longer with, and its words moved by."""

from __future__ import annotations

import numpy as np

from models.scripts import HAN, main_script
from models.text_language import text_fits

ENGLISH = (
    "The clock on the wall shows a quarter past ten.", "It was a Tuesday.", "The table stands by the window.",
    "The street has two sides.", "A bus passes every twelve minutes.", "The second door is on the left.",
    "Some of this was written in pencil.", "There are four chairs in the room.", "The paper is as wide as a hand.",
    "The river is north of the town.",
)  # fmt: skip
CHINESE = (
    "墙上的钟是十点一刻。", "那天是星期二。", "桌子在窗边。", "这条街有两边。", "公交车十二分钟一班。", "第二扇门在左边。",
    "有些字是用铅笔写的。", "房间里有四把椅子。", "这张纸有手掌那么宽。", "河在城的北边。",
)  # fmt: skip
_ENDS = ".!?…。！？"


def padding(text: str, sentences: int, generator: np.random.Generator) -> str:
    """Some of the sentences in the language of a text, in an order that is drawn; "" where there are none in it.

    >>> padding("A quiet delight of a film.", 2, np.random.default_rng(0))
    'A bus passes every twelve minutes. Some of this was written in pencil.'
    """
    chinese = main_script(text) == HAN
    if not text.strip() or not (chinese or text_fits(text, ("en",))):
        return ""
    offered = CHINESE if chinese else ENGLISH
    chosen = generator.permutation(len(offered))[:sentences]
    return ("" if chinese else " ").join(offered[place] for place in chosen)


def before(text: str, sentences: str) -> str:
    """The text behind the sentences."""
    return f"{sentences}{_gap(sentences)}{text}"


def behind(text: str, sentences: str) -> str:
    """The text with the sentences behind it, its last one ended."""
    whole = text.rstrip()
    stop = "" if whole[-1:] in _ENDS else "。" if main_script(text) == HAN else "."
    return f"{whole}{stop}{_gap(sentences)}{sentences}"


def _gap(sentences: str) -> str:
    return "" if main_script(sentences) == HAN else " "
