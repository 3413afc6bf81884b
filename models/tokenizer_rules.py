"""What a tokenizer.json may ask for: rules that let a text grow, repeat or take time without bound are refused unread.

Everything here is arithmetic over the file's own JSON; whether the rules come to an end on real texts is tried afterwards
(`models.tokenizer_trial`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from models.translating import tr_later

GROWTH = 100.0
"""How many times longer all replacements together may make a text; published tokenizers stay below 4."""
PARTS = 64
"""Steps of a normalizer or splitter, and pieces that a template puts around a text."""
WORD = 1_000
"""Characters of the longest word that WordPiece looks up; its time grows with the cube. Published ones have 100 or 200."""
ENTRY = 10_000
"""Characters of the longest entry of a vocabulary."""
REPEATED = 8
"""Up to so many repetitions count as bounded."""
_REPETITION = re.compile(r"(?P<possessive>[*+?]\+)|[*+?]\??|\{(?:\d*,(?P<most>\d*)|\d+)\}\??")
"""As Oniguruma reads them: a plus makes `*+`, `++` and `?+` possessive, but repeats `{2,}` once more."""
ADDED = 100_000
"""Tokens added to a vocabulary."""


class Unbounded(Exception):
    """Why a tokenizer cannot be used, as the end of a sentence."""


def check_rules(data: Mapping[str, Any]) -> None:
    """Refuse a parsed tokenizer.json whose rules have no bounds.

    Raises:
        Unbounded: names the rule and what is allowed.
    """
    for kind in ("normalizer", "pre_tokenizer", "decoder"):
        steps = list(_steps(data.get(kind)))
        if len(steps) > PARTS:
            raise Unbounded(tr_later(f"its {kind} has more than {PARTS} steps"))
        factor = math.prod(_growth(kind, step) for step in steps)
        if factor > GROWTH:
            raise Unbounded(tr_later(f"its {kind} can make a text more than {GROWTH:.0f} times as long"))
    nested = next((one for one in patterns(data) if repeats_repetitions(one)), None)
    if nested is not None:
        raise Unbounded(
            tr_later(
                f"its expression {nested[:60]!r} repeats what is itself repeated, which can take longer than anybody waits"
            )
        )
    for step in _steps(data.get("post_processor"), "processors"):
        _check_template(step)
    _check_model(data.get("model"))
    added = data.get("added_tokens") or []
    if isinstance(added, list) and len(added) > ADDED:
        raise Unbounded(tr_later(f"it adds {len(added):,} tokens to its vocabulary, at most {ADDED:,} are allowed"))


def patterns(data: Mapping[str, Any]) -> list[str]:
    """The regular expressions and strings that its steps look for."""
    found = []
    for kind in ("normalizer", "pre_tokenizer", "decoder"):
        for step in _steps(data.get(kind)):
            pattern = step.get("pattern")
            if isinstance(pattern, Mapping):
                found += [str(value) for value in pattern.values()]
    return found


def repeats_repetitions(pattern: str) -> bool:
    """Whether a regular expression repeats, without bound, a group in which something is repeated without bound.

    Such an expression can be fitted to one text in exponentially many ways, all of which are tried before it fails.
    """
    groups: list[tuple[bool, bool]] = []  # of each open group: whether it repeats something, and gives nothing back
    repeats, atomic, i = False, False, 0
    while i < len(pattern):
        one, inside = pattern[i], False
        if one == "(":
            groups.append((repeats, atomic))
            repeats, atomic = False, pattern.startswith("(?>", i)
            i += 2 if pattern.startswith("(?", i) else 1
            continue
        if one == "\\":
            i += 2
        elif one == "[":
            i = _after_class(pattern, i)
        elif one == ")" and groups:
            inside = repeats and not atomic
            repeats, atomic = groups.pop()
            i += 1
        else:
            i += 1
        while found := _REPETITION.match(pattern, i):  # one may follow another
            if inside and _unbounded(found):
                return True
            inside = not found["possessive"] and (inside or _unbounded(found))
            i = found.end()
        repeats |= inside
    return False


def _after_class(pattern: str, start: int) -> int:
    """Where a class of characters ends, classes within it included."""
    depth, i = 0, start
    while i < len(pattern):
        if pattern[i] == "\\":
            i += 1
        elif pattern[i] == "[":
            depth += 1
            i += pattern.startswith("^", i + 1)
            i += pattern.startswith("]", i + 1)  # the first one stands for itself
        elif pattern[i] == "]":
            depth -= 1
            if depth == 0:
                return i + 1
        i += 1
    return i


def _unbounded(found: re.Match[str]) -> bool:
    """Whether a repetition has no small bound, and may give back what it took; possessive ones give nothing back."""
    if found["possessive"] or found[0].startswith("?"):
        return False
    if found[0].startswith("{"):
        return found["most"] == "" or int(found["most"] or 0) > REPEATED
    return True


def _steps(value: Any, *names: str, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """The steps of a normalizer or the like, those of sequences within sequences as well."""
    if depth > 8:
        raise Unbounded(tr_later("its steps are nested too deeply"))
    if not isinstance(value, Mapping):
        return
    inner = [one for name in (*names, "normalizers", "pretokenizers", "decoders") for one in _list(value.get(name))]
    if not inner:
        yield value
    for one in inner:
        yield from _steps(one, *names, depth=depth + 1)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _growth(kind: str, step: Mapping[str, Any]) -> float:
    """How many times longer a step can make a text."""
    for name in ("prepend", "prefix", "suffix", "replacement"):
        if isinstance(step.get(name), str) and len(step[name]) > PARTS:
            raise Unbounded(
                tr_later(f"its {kind} puts {len(step[name]):,} characters before words, at most {PARTS} are allowed")
            )
    content, pattern = step.get("content"), step.get("pattern")
    if step.get("type") != "Replace" or not isinstance(content, str) or not isinstance(pattern, Mapping):
        return 1.0
    fixed = pattern.get("String")
    # an expression may fit one character, or the place between two
    return max(1.0, len(content) / len(fixed) if isinstance(fixed, str) and fixed else len(content) + 1.0)


def _check_template(step: Mapping[str, Any]) -> None:
    for name in ("single", "pair"):
        pieces = _list(step.get(name))
        sides = [
            piece.get("Sequence", {}).get("id")
            for piece in pieces
            if isinstance(piece, Mapping) and "Sequence" in piece
        ]
        if len(pieces) > PARTS or len(sides) != len(set(sides)):
            raise Unbounded(tr_later(f"its template puts more than {PARTS} pieces around a text, or the text in twice"))
    named = step.get("special_tokens")
    ids = [one.get("ids") for one in named.values() if isinstance(one, Mapping)] if isinstance(named, Mapping) else []
    if max((len(_list(one)) for one in ids), default=0) > PARTS:
        raise Unbounded(tr_later(f"its template puts in a sign of more than {PARTS} tokens"))


def _check_model(model: Any) -> None:
    if not isinstance(model, Mapping):
        return
    longest = model.get("max_input_chars_per_word")
    if isinstance(longest, (int, float)) and longest > WORD:
        raise Unbounded(
            tr_later(
                f"it looks up words of up to {longest:,.0f} characters (max_input_chars_per_word), at most {WORD:,} are allowed"
            )
        )
    if model.get("dropout"):
        raise Unbounded(
            tr_later("it leaves out merges at random (dropout), so the same text would be read differently each time")
        )
    vocabulary = model.get("vocab")
    entries = (
        vocabulary
        if isinstance(vocabulary, Mapping)
        else [one[0] for one in _list(vocabulary) if isinstance(one, list) and one]
    )
    if max((len(one) for one in entries if isinstance(one, str)), default=0) > ENTRY:
        raise Unbounded(tr_later(f"its vocabulary holds an entry of more than {ENTRY:,} characters"))
