"""Perturbations of Chinese texts: slips of input methods and of the eye, other ways of writing, what is put between characters.

The kinds are those of TextFlint's Chinese transformations (Gui et al. 2021); tables and rules are our own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np

from audit.behave.perturbation import Perturbation
from audit.behave.spans import pick, replaced
from audit.language.translating import tr_later
from audit.parameters import parameter
from audit.resources.chinese import first_readings, looking_alike, sounding_alike
from audit.words import han_words
from models.places import ASSETS

TRADITIONAL = ASSETS / "wordlists" / "simplified-traditional.txt"
SOUNDS = 5
"""Characters of the same sound that are tried, the most frequent: what an input method offers first."""
KEPT = frozenset("不没無无别勿未非莫毋好坏很太最更比但却也都就")
"""Characters that turn the sense of a text, or its strength: they are not written wrong."""
POLYPHONES = frozenset(
    "行长重乐还得地的了着都觉便差调度传单弹当倒干更和会几假间将教结解尽卡看空量率没难宁铺强切曲少什说宿相兴要应载择涨朝只中种转作参曾处大发"
    "分供冠号降角好为与系数省盛乘奔藏称冲答担挡恶否给勾喝荷横华划混济夹监见禁劲落累露绿论模磨宁排片屏漂朴奇牵悄散舍似石属校血咽殷约扎占折"
)
"""Characters that are said in several ways: how, hangs on the word."""
CHARACTERS = "零一二三四五六七八九"
MARKS = (" ", "，", "、", "*", ".", "-")

_NUMBER = re.compile(r"(?<![A-Za-z0-9_.:：．/-])[0-9]{1,4}(?![A-Za-z0-9_%％。、)）号室房]|[.,:：．/-][0-9])", re.ASCII)
_LATIN = re.compile(r"[!-~]")


@dataclass(kw_only=True)
class _Characters(Perturbation):
    """Some characters replaced by others of a table."""

    characters: int = parameter(1, tr_later("Characters replaced in each variant."), least=1)

    needs = ("chinese-characters",)
    languages = ("zh",)
    version = 1
    table: ClassVar[Callable[[], Mapping[str, tuple[str, ...]]]]

    def draw(self, text: str, generator: np.random.Generator) -> str:
        """Others at `characters` places."""
        table = type(self).table()
        places = [i for i, character in enumerate(text) if character not in KEPT and table.get(character)]
        for j in generator.permutation(len(places))[: self.characters]:
            i = places[int(j)]
            others = table[text[i]][:SOUNDS]
            text = text[:i] + others[pick(generator, len(others))] + text[i + 1 :]
        return text


@dataclass(kw_only=True)
class ChineseHomophones(_Characters):
    """One character replaced by one that sounds the same, as a slip of the input method writes it.

    >>> import numpy as np
    >>> ChineseHomophones(k=3).variants("房间安静，服务周到。", np.random.default_rng(0))
    ['房间氨静，服务周到。', '房间安静，服务周盗。', '房间安静，浮务周到。']
    """

    name = "chinese_homophones"
    table = staticmethod(sounding_alike)


@dataclass(kw_only=True)
class ChineseLookAlikes(_Characters):
    """One character replaced by one that looks like it, as a slip of the eye or of the scanner writes it.

    >>> import numpy as np
    >>> ChineseLookAlikes(k=2).variants("早晨人很多，大厅太吵。", np.random.default_rng(0))
    ['早晨人很哆，大厅太吵。', '早晨人很够，大厅太吵。']
    """

    name = "chinese_look_alikes"
    table = staticmethod(looking_alike)


@dataclass(kw_only=True)
class ChineseScript(Perturbation):
    """The whole text in traditional characters, or in simplified ones where it is traditional.

    Characters that stand for several in the other writing stay as they are.

    >>> import numpy as np
    >>> ChineseScript().variants("服务员态度还可以，但是电视坏了。", np.random.default_rng(0))
    ['服務員態度還可以，但是電視壞了。']
    """

    k: int = parameter(1, tr_later("Variants of each row; there is one at most."), least=1)

    name = "chinese_script"
    languages = ("zh",)
    version = 1

    def draw(self, text: str, generator: np.random.Generator) -> str:
        """The other writing, by which of the two the text has more characters of."""
        del generator
        to_traditional, to_simplified = writings()
        simplified = sum(character in to_traditional for character in text)
        traditional = sum(character in to_simplified for character in text)
        table = to_traditional if simplified >= traditional else to_simplified
        return "".join(table.get(character, character) for character in text)


@dataclass(kw_only=True)
class FullWidth(Perturbation):
    """Latin letters, digits and marks in their full-width forms, all of the text's or those of one run.

    >>> import numpy as np
    >>> FullWidth(k=2).variants("WiFi很快，3楼302房间。", np.random.default_rng(0))
    ['ＷｉＦｉ很快，３楼３０２房间。', 'WiFi很快，3楼３０２房间。']
    """

    k: int = parameter(3, tr_later("Variants of each row; fewer where the text offers fewer different ones."), least=1)

    name = "full_width"
    languages = ("zh", "ja")
    version = 1

    def draw(self, text: str, generator: np.random.Generator) -> str:
        """One run, or all."""
        runs = [match.span() for match in re.finditer(r"[!-~]+", text)]
        if not runs:
            return text
        i = pick(generator, len(runs) + 1)
        for start, end in runs if i == len(runs) else runs[i : i + 1]:
            text = replaced(
                text, (start, end), _LATIN.sub(lambda mark: chr(ord(mark.group()) + 0xFEE0), text[start:end])
            )
        return text


@dataclass(kw_only=True)
class ChineseNumbers(Perturbation):
    """One number of up to four digits written in characters: a year digit by digit, others as they are said.

    Times, prices with a point, percentages, models, numbers of rooms, telephones and lists stay.

    >>> import numpy as np
    >>> ChineseNumbers(k=3).variants("2018年住了15天，3个人。", np.random.default_rng(0))
    ['2018年住了15天，三个人。', '2018年住了十五天，3个人。', '二〇一八年住了15天，3个人。']
    """

    k: int = parameter(3, tr_later("Variants of each row; fewer where the text offers fewer different ones."), least=1)

    name = "chinese_numbers"
    languages = ("zh",)
    version = 1

    def draw(self, text: str, generator: np.random.Generator) -> str:
        """One number."""
        places = [
            match.span() for match in _NUMBER.finditer(text) if not (match.group()[0] == "0" and len(match.group()) > 1)
        ]
        if not places:
            return text
        start, end = places[pick(generator, len(places))]
        digits = text[start:end]
        said = spelled(digits) if not (len(digits) == 4 and text[end : end + 1] == "年") else _each(digits)
        return replaced(text, (start, end), said)


@dataclass(kw_only=True)
class Pinyin(Perturbation):
    """One word of two characters or more typed in pinyin without tones, where each of its characters has one sound.

    >>> import numpy as np
    >>> Pinyin(k=3).variants("房间安静，服务周到。", np.random.default_rng(0))
    ['房间安静，fuwuzhoudao。', '房间anjing，服务周到。']
    """

    name = "pinyin"
    needs = ("chinese-characters",)
    languages = ("zh",)
    version = 1

    def draw(self, text: str, generator: np.random.Generator) -> str:
        """One word."""
        readings = first_readings()
        places = [
            (start, end)
            for start, end in han_words(text)
            if end - start >= 2
            and all(c in readings and c not in POLYPHONES and c not in KEPT for c in text[start:end])
        ]
        if not places:
            return text
        start, end = places[pick(generator, len(places))]
        sounds = "".join(readings[character].rstrip("12345").lower().replace("ü", "v") for character in text[start:end])
        return replaced(text, (start, end), sounds)


@dataclass(kw_only=True)
class ChineseSpacing(Perturbation):
    """A space or a mark between two characters of a word, as people write what a filter should not read.

    >>> import numpy as np
    >>> ChineseSpacing(k=3).variants("房间安静，服务周到。", np.random.default_rng(0))
    ['房间安静，服务周*到。', '房间安静，服，务周到。', '房间安 静，服务周到。']
    """

    name = "chinese_spacing"
    languages = ("zh",)
    version = 1

    def draw(self, text: str, generator: np.random.Generator) -> str:
        """One mark inside one word; a word that negates stays whole."""
        places = [
            i
            for start, end in han_words(text)
            for i in range(start + 1, end)
            if text[i - 1] not in KEPT and text[i] not in KEPT
        ]
        if not places:
            return text
        i = places[pick(generator, len(places))]
        return text[:i] + MARKS[pick(generator, len(MARKS))] + text[i:]


@cache
def writings() -> tuple[dict[str, str], dict[str, str]]:
    """Simplified character -> traditional, and the other way round."""
    lines = TRADITIONAL.read_text(encoding="utf-8").splitlines()
    pairs = [pair for line in lines if not line.startswith("#") for pair in line.split()]
    return {pair[0]: pair[1] for pair in pairs}, {pair[1]: pair[0] for pair in pairs}


def spelled(digits: str) -> str:
    """A number of one to four digits as it is said.

    >>> [spelled(n) for n in ("0", "10", "15", "20", "105", "110", "1010", "2004")]
    ['零', '十', '十五', '二十', '一百零五', '一百一十', '一千零一十', '二千零四']
    """
    if not digits.strip("0"):
        return CHARACTERS[0]
    said, gap = "", False
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit == "0":
            gap = bool(said)
            continue
        said += (CHARACTERS[0] if gap else "") + CHARACTERS[int(digit)] + ("", "十", "百", "千")[place]
        gap = False
    return said[1:] if said.startswith("一十") else said


def _each(digits: str) -> str:
    return "".join(CHARACTERS[int(digit)] for digit in digits).replace("零", "〇")
