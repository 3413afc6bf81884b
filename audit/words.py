"""Words of a text: the tokenizer's pre-tokens, with runs of Chinese characters cut by jieba, as spans of the text.

Explanations sum tokens into these words; the attack engine aligns its own words with them by character offsets.
Importing this module loads no torch; jieba's dictionary is read the first time a Chinese character turns up.
"""

from __future__ import annotations

import logging
import re
import unicodedata
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from models import places
from models.classifier import Encoding, Token

_LETTERS = re.compile(r"\w")
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd]+")

LONGEST = 40
"""Characters of a word from which on it is none that anybody would write, or plant."""
_JOINED = re.compile(r"[_\W]+|(?<=[a-z])(?=[A-Z])")
"""What joins the words of a class's name."""
_WORDS = re.compile(r"[^\W_](?:[\w'’.\-@/]*\w)?")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a row.

    Attributes:
        text: exactly `segment_text[start:end]`, as typed.
        start: first code point of the word in its segment.
        end: one past its last code point.
        segment: 1 for the second text of a pair, else 0.
        tokens: positions of its tokens in the encoding, specials counted, ascending.
    """

    text: str
    start: int
    end: int
    segment: int
    tokens: tuple[int, ...]


def words_of(encoding: Encoding, text: str, pair: str | None = None) -> tuple[Word, ...]:
    """The words the model saw, in reading order; every token that is not special belongs to exactly one.

    A word is a pre-token of the tokenizer, cut at white space where the tokenizer does not; within a run of Chinese
    characters, a word of jieba, or several where one token reaches across their border. Tokens of white space alone
    join the following word. A word's span takes in the combining marks, joiners and variation selectors that follow it,
    which tokenizers tend to drop.

    Args:
        encoding: what `Classifier.encode` gave for the text.
        text: the text as typed.
        pair: the second text of a pair, as typed.

    Returns:
        Words with disjoint ascending spans per segment. Outside the spans are only white space, characters the
        tokenizer dropped, and the tail of a truncated text.
    """
    found: list[Word] = []
    for segment, typed in enumerate((text, pair)):
        if typed is None:
            continue
        positions = [i for i, token in enumerate(encoding.tokens) if not token.special and token.segment == segment]
        groups = _join_blank(_groups(encoding.tokens, positions, typed), encoding.tokens, typed)
        found.extend(_with_spans(groups, encoding.tokens, typed, segment))
    return tuple(found)


def han_words(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the words in the Chinese runs of a text, cut by jieba, ascending."""
    for run in HAN.finditer(text):
        start = run.start()
        for piece in _jieba().cut(run.group()):
            yield start, start + len(piece)
            start += len(piece)


def count_words(text: str) -> int:
    """Words of a text by its language's own segmentation: pieces between white space, of Chinese ones the words of jieba.

    Punctuation is no word of its own, except between white space.

    >>> count_words("A quiet delight."), count_words("房间很大，床也舒服"), count_words("用iPhone下单")
    (3, 5, 3)
    """
    if not HAN.search(text):
        return len(text.split())
    return sum(max(1, _words_of_piece(piece)) for piece in text.split())


def named_by(label: str) -> frozenset[str]:
    """The words of a class's name, in small letters: what speaks for the class by saying it.

    >>> sorted(named_by("lost_or_stolen_card")), sorted(named_by("changePin"))
    (['card', 'lost', 'or', 'stolen'], ['change', 'pin'])
    """
    return frozenset(word.casefold() for word in words_in(_JOINED.sub(" ", label)))


def words_in(text: str) -> list[str]:
    """Words of a text in their order: runs of letters and digits, hyphens and the like inside; Chinese ones as jieba cuts them.

    >>> words_in("It's a re-make, no. 7."), words_in("房间很大")
    (["It's", 'a', 're-make', 'no', '7'], ['房间', '很大'])
    """
    if not HAN.search(text):
        return [word for word in _WORDS.findall(text) if len(word) <= LONGEST]
    found: list[tuple[int, str]] = [(start, text[start:end]) for start, end in han_words(text)]
    blanked = HAN.sub(lambda run: " " * len(run.group()), text)
    found += [(match.start(), match.group()) for match in _WORDS.finditer(blanked)]
    return [word for _, word in sorted(found) if len(word) <= LONGEST]


def _words_of_piece(piece: str) -> int:
    """Words of a text without white space: those of its Chinese runs, and the runs of other letters and digits between."""
    chinese = sum(1 for _ in han_words(piece))
    return chinese + sum(1 for part in HAN.split(piece) if _LETTERS.search(part))


def _groups(tokens: Sequence[Token], positions: Sequence[int], text: str) -> list[list[int]]:
    borders = {start for start, _ in han_words(text)} if HAN.search(text) else set()
    groups: list[list[int]] = [[position] for position in positions[:1]]
    for left, right in pairwise(positions):
        if _joined(tokens[left], tokens[right], text, borders):
            groups[-1].append(right)
        else:
            groups.append([right])
    return groups


def _joined(left: Token, right: Token, text: str, borders: set[int]) -> bool:
    """Whether two neighbouring tokens belong to one word."""
    if right.start < left.end:  # pieces of one character, such as the bytes of an emoji
        return True
    if any(character.isspace() for character in text[left.end : right.start]):
        return False  # some tokenizers have no pre-tokens: the whole text is one
    if left.end == 0 or right.start >= len(text):
        return left.word == right.word
    touching = left.end == right.start
    before, after = bool(HAN.match(text[left.end - 1])), bool(HAN.match(text[right.start]))
    if before and after and touching:
        return right.start not in borders
    return not before and not after and left.word == right.word


def _blank(group: Sequence[int], tokens: Sequence[Token], text: str) -> bool:
    return not text[tokens[group[0]].start : max(tokens[i].end for i in group)].strip()


def _join_blank(groups: list[list[int]], tokens: Sequence[Token], text: str) -> list[list[int]]:
    """Give groups of white space alone to the word after them, at the end of the text to the one before."""
    joined: list[list[int]] = []
    waiting: list[int] = []
    for group in groups:
        waiting += group
        if not _blank(group, tokens, text):
            joined.append(waiting)
            waiting = []
    if waiting and joined:
        joined[-1] += waiting
    elif waiting:
        joined.append(waiting)  # nothing but white space: it is the only word there is
    return joined


def _with_spans(groups: list[list[int]], tokens: Sequence[Token], text: str, segment: int) -> Iterator[Word]:
    spans = [(min(tokens[i].start for i in group), max(tokens[i].end for i in group)) for group in groups]
    spans = [_trimmed(start, end, text) for start, end in spans]
    previous = 0
    for number, group in enumerate(groups):
        start, end = max(spans[number][0], previous), max(spans[number][1], previous)
        following = spans[number + 1][0] if number + 1 < len(spans) else len(text)
        while start > previous and unicodedata.category(text[start - 1]) == "Cf":
            start -= 1
        while end < following and unicodedata.category(text[end]) in ("Mn", "Me", "Mc", "Cf"):
            end += 1
        previous = end
        yield Word(text[start:end], start, end, segment, tuple(group))


def _trimmed(start: int, end: int, text: str) -> tuple[int, int]:
    piece = text[start:end]
    if not piece.strip():
        return start, end
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


@cache
def _jieba() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba imports pkg_resources and holds invalid escape sequences
        import jieba
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(places.cache())  # its default is a predictable file in /tmp that it unmarshals
    return tokenizer
