r"""What of a text should not matter, and how it is changed alone: more of it, less of it, or another one in its place.

Each change keeps what a text says. What a mark or a sign can mean is left alone: question marks stay, and of emoji only the
removal says how much hangs on those that are there. Cutting a text does take something away; its effect is told, and
nothing is decided by it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from audit.behave.shortcuts.padding import before, behind, padding
from models.scripts import HAN, main_script

Step = Literal["more", "less", "other"]

FEATURES = {
    "length": ("repeating", "padding", "cutting"),
    "position": ("later",),
    "punctuation": ("full_stop", "exclamation_mark", "dots", "commas"),
    "case": ("capitals",),
    "digits": ("numbers", "other_numbers"),
    "emoji": ("signs", "own_emoji"),
    "line_breaks": ("breaks",),
}
"""The features with the changes of each."""
SIGNS = ("\U0001f4cc", "\U0001f4ce", "\U0001f4c5", "\U0001f516", "\U0001f4c4")
"""A pin, a clip, a calendar, a bookmark, a page: none laughs or cries."""
_ENDS = ".!…。！"
_QUESTIONS = "?？"
_MARKS = {"full_stop": (".", "。"), "exclamation_mark": ("!", "！"), "dots": ("...", "……")}
_COMMAS = re.compile(r"\s?[,，、](?=\s|\w|$)")
_NUMBER = re.compile(r"\d+")
_TIMES = 3
"""How often a text stands in itself repeated: long beyond doubt, and saying what it said."""
_LEAST_WORDS, _LEAST_CHARACTERS = 8, 16


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of a text.

    Attributes:
        feature, change: what of it, see `FEATURES`.
        step: whether the changed text has `more` of it than what it is compared with, `less`, or an `other` one.
        text: the changed text.
        against: what it is compared with, where that is not the text as it is.
    """

    feature: str
    change: str
    step: Step
    text: str
    against: str | None = None


def edits_of(text: str, generator: np.random.Generator, *, sentences: int = 4, whole: bool = True) -> list[Edit]:
    """Every change that a text offers, in the order of the features.

    Args:
        text: what is changed.
        generator: draws sentences, numbers and signs; the row's own.
        sentences: of padding.
        whole: whether the model reads all of the text. Of a longer one nothing can be put at its end.
    """
    if not text.strip():
        return []
    growing = [*_longer(text, sentences, generator), *_marked(text)] if whole else []
    numbers, signs = _numbers(text, generator, whole), _signs(text, generator, whole)
    found = [*growing, *_commas(text), *_shorter(text), *_capitals(text), *numbers, *signs, *_breaks(text)]
    return [edit for edit in found if edit.text.strip() and edit.text != (edit.against or text)]


def _longer(text: str, sentences: int, generator: np.random.Generator) -> Iterator[Edit]:
    gap = "" if main_script(text) == HAN else " "
    yield Edit("length", "repeating", "more", gap.join([text.strip()] * _TIMES))
    added = padding(text, sentences, generator)
    if added:
        last, first = behind(text, added), before(text, added)
        yield Edit("length", "padding", "more", last)
        yield Edit("length", "padding", "more", first)
        yield Edit("position", "later", "more", first, against=last)


def _shorter(text: str) -> Iterator[Edit]:
    """Either half alone."""
    words = list(re.finditer(r"\S+", text))
    if len(words) >= _LEAST_WORDS:
        middle = words[len(words) // 2].start()
    elif main_script(text) == HAN and len(text.strip()) >= _LEAST_CHARACTERS:
        middle = len(text) // 2
    else:
        return
    yield Edit("length", "cutting", "less", text[:middle].rstrip())
    yield Edit("length", "cutting", "less", text[middle:].lstrip())


def _marked(text: str) -> Iterator[Edit]:
    """The mark at the end exchanged for each of three, and taken off."""
    body = text.rstrip()
    bare = body.rstrip(_ENDS)
    if bare.strip() and bare.rstrip()[-1] not in _QUESTIONS:
        gap = bare[len(bare.rstrip()) :]  # some tables have a blank before each mark
        bare, end = bare.rstrip(), body[len(bare) :]
        for name, forms in _MARKS.items():
            mark = forms[main_script(text) == HAN]
            if end == mark:
                yield Edit("punctuation", name, "less", bare)
            else:
                yield Edit("punctuation", name, "more", f"{bare}{gap}{mark}", against=bare if end else None)


def _commas(text: str) -> Iterator[Edit]:
    if _COMMAS.search(text):
        yield Edit("punctuation", "commas", "less", _COMMAS.sub("", text))


def _capitals(text: str) -> Iterator[Edit]:
    yield Edit("case", "capitals", "more", text.upper())
    yield Edit("case", "capitals", "less", text.lower())


def _numbers(text: str, generator: np.random.Generator, whole: bool) -> Iterator[Edit]:
    if _NUMBER.search(text):
        yield Edit("digits", "numbers", "less", " ".join(_NUMBER.sub("", text).split()))
        yield Edit(
            "digits", "other_numbers", "other", _NUMBER.sub(lambda found: _another(found.group(), generator), text)
        )
    elif whole:
        yield Edit("digits", "numbers", "more", f"{text.rstrip()} ({generator.integers(1000, 10_000)})")


def _another(number: str, generator: np.random.Generator) -> str:
    """As many other digits; the first is none that makes it shorter to read."""
    drawn = [str((int(digit) + int(generator.integers(1, 10))) % 10) for digit in number]
    return "".join([drawn[0].replace("0", "3"), *drawn[1:]]) if len(number) > 1 else drawn[0]


def _signs(text: str, generator: np.random.Generator, whole: bool) -> Iterator[Edit]:
    without = "".join(character for character in text if not is_emoji(character))
    if without != text:
        yield Edit("emoji", "own_emoji", "less", " ".join(without.split()))
    if whole and not any(sign in text for sign in SIGNS):
        yield Edit("emoji", "signs", "more", f"{text.rstrip()} {SIGNS[int(generator.integers(len(SIGNS)))]}")


def is_emoji(character: str) -> bool:
    """Whether a character is an emoji, or joins and colours one."""
    return (
        (unicodedata.category(character) == "So" and ord(character) >= 0x2600)
        or 0x1F3FB <= ord(character) <= 0x1F3FF
        or character == "\ufe0f"
    )


def _breaks(text: str) -> Iterator[Edit]:
    if "\n" in text.strip():
        yield Edit("line_breaks", "breaks", "less", " ".join(text.split()))
        return
    ends = [found.end() for found in re.finditer(r"[.!?](?= \S)|[。！？，](?=\S)", text)]
    gaps = [found.start() for found in re.finditer(r"(?<=\S) (?=\S)", text)]
    place = ends[len(ends) // 2] if ends else gaps[len(gaps) // 2] if len(gaps) >= 3 else None
    if place is not None:
        yield Edit("line_breaks", "breaks", "more", f"{text[:place]}\n\n{text[place:].lstrip()}")
