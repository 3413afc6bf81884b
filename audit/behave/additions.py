"""Perturbations around a text: what people and programs put before or after it, and the order of its sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from audit.behave.perturbation import Perturbation
from audit.behave.spans import pick
from models.scripts import HAN, main_script

EMOJI = ("\U0001f4ce", "\U0001f4c5", "\U0001f552", "\U0001f4dd", "\U0001f4f1", "\U0001f4bb", "\U0001f4ec", "\U0001f517")
"""Paper clip, calendar, clock, memo, telephone, computer, letter box, link: things that say nothing good or bad."""
HANDLES = ("@anna_k", "@office", "@team", "@mail_desk", "@t_jones")
ADDRESSES = ("https://example.com/a/4417", "http://example.org/page?id=82", "www.example.net/notes", "info@example.com")
SIGNATURES = ("-- \nA. Jones", "-- \nOffice 4, Desk 12", "- sent by T. Miller", "-- \nK. Brown, Tel. 555 0142")
CHINESE_SIGNATURES = ("——小王", "——王女士，第4办公室", "发件人：李明", "——来自我的邮箱")
LEAST_WORDS = 3
"""Words of a sentence that changes places: what is shorter hangs on its neighbour."""
_LINKING = """
also although and as because besides but consequently else especially even finally first furthermore hence her here
him his however i'd if in instead it it'd it'll it's its last later likewise maybe meanwhile moreover nevertheless next
nonetheless nor not now once only or otherwise overall perhaps rather second secondly she similarly since so still such that
that's their them then there there's therefore these they they're third this those though thus too unless until what
when whereas which while who whose why yes yet no he he's she's both neither either same another others again except
"""
LINKING = frozenset(_LINKING.split())
"""A sentence that begins with one of these, or has it among its first two words, is said of the one before it."""
CHINESE_LINKING = re.compile(
    r"^[\s“\"（]*(?:[他她它这那其此但而且所因于不然却还也又再就都则并或虽如若同另只是后然接最首总可]|以及|之后|除)"
)

_SENTENCE = re.compile(r"[^.!?…]+[.!?…]+[\"')\]]*(?=\s|$)\s*")
_CHINESE_SENTENCE = re.compile(r"[^。！？…]+[。！？…]+[”’」』）]*\s*")


@dataclass(kw_only=True)
class Emoji(Perturbation):
    r"""A picture of a thing, one that says nothing good or bad, before or after the text.

    >>> import numpy as np
    >>> [ascii(text) for text in Emoji(k=2).variants("A quiet delight.", np.random.default_rng(0))]
    ["'\\U0001f4ec A quiet delight.'", "'A quiet delight. \\U0001f4f1'"]
    """

    name = "emoji"
    version = 1

    def draw(self, text: str, generator: np.random.Generator) -> str:
        """One of the pictures, on either side."""
        if not text.strip():
            return text
        picture = EMOJI[pick(generator, len(EMOJI))]
        return f"{picture} {text}" if pick(generator, 2) else f"{text.rstrip()} {picture}"


@dataclass(kw_only=True)
class Addresses(Perturbation):
    r"""The handle of whom it is written to, an address of the web, a signature: what programs and habits add.

    >>> import numpy as np
    >>> Addresses(k=3).variants("A quiet delight.", np.random.default_rng(0))
    ['A quiet delight.\n- sent by T. Miller', 'A quiet delight. http://example.org/page?id=82', '@anna_k A quiet delight.']
    """

    name = "addresses"
    version = 1

    def draw(self, text: str, generator: np.random.Generator) -> str:
        """One of the three."""
        if not text.strip():
            return text
        kind, whole = pick(generator, 3), text.rstrip()
        if kind == 0:
            return f"{HANDLES[pick(generator, len(HANDLES))]} {text}"
        if kind == 1:
            return f"{whole} {ADDRESSES[pick(generator, len(ADDRESSES))]}"
        signatures = CHINESE_SIGNATURES if main_script(text) == HAN else SIGNATURES
        return f"{whole}\n{signatures[pick(generator, len(signatures))]}"


@dataclass(kw_only=True)
class SentenceOrder(Perturbation):
    """Two sentences that stand side by side change places, where neither leans on the one before it.

    A sentence leans on the one before if it begins with what links (but, so, then) or points back (it, this, she); short ones
    stay, and so do questions, which are asked of what follows.

    >>> import numpy as np
    >>> SentenceOrder().variants("The room was large. Breakfast starts at seven. But it was cold.", np.random.default_rng(0))
    ['Breakfast starts at seven. The room was large. But it was cold.']
    >>> SentenceOrder().variants("房间很大。早餐七点开始。", np.random.default_rng(0))
    ['早餐七点开始。房间很大。']
    """

    name = "sentence_order"
    languages = ("en", "zh")
    version = 1

    def draw(self, text: str, generator: np.random.Generator) -> str:
        """One pair of neighbours; the sentence after them leans on neither."""
        chinese = main_script(text) == HAN
        found = list((_CHINESE_SENTENCE if chinese else _SENTENCE).finditer(text))
        free = [_stands_alone(match.group(), chinese) for match in found]
        joined = [a.end() == b.start() for a, b in pairwise(found)]
        places = [
            i
            for i in range(len(found) - 1)
            if joined[i]
            and free[i]
            and free[i + 1]
            and (i + 2 >= len(found) or free[i + 2] or _opposes(found[i + 2].group()))
        ]
        if not places:
            return text
        i = places[pick(generator, len(places))]
        first, second = found[i].group(), found[i + 1].group()
        gap, last = first[len(first.rstrip()) :], second[len(second.rstrip()) :]
        return text[: found[i].start()] + second.rstrip() + gap + first.rstrip() + last + text[found[i + 1].end() :]


def _stands_alone(sentence: str, chinese: bool) -> bool:
    """Whether a sentence may stand elsewhere."""
    if sentence.rstrip().endswith(("?", "？")):
        return False
    if chinese:
        return len(re.findall(r"\w", sentence)) > LEAST_WORDS and not CHINESE_LINKING.match(sentence)
    words = re.findall(r"[\w'’]+", sentence.lower().replace("’", "'"))
    return len(words) >= LEAST_WORDS and not LINKING & set(words[:2])


def _opposes(sentence: str) -> bool:
    return re.match(r"\s*(?:But|However|Still|Overall)\b", sentence) is not None
