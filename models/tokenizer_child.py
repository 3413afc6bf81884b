"""Run as a program of its own, by `models.tokenizer_trial`: read a tokenizer.json and cut texts by it, within limits.

It imports nothing but `tokenizers`. What it finds it prints as one JSON object; where it comes to no end, or takes more
memory than it may, the system ends it.
"""

from __future__ import annotations

import json
import os
import sys
import time

SECONDS = 2.0
"""CPU time for one text of up to 8,000 characters; published tokenizers take less than 0.1, on a row of capitals up to 0.4."""
PIECES = 40
"""Tokens for one character: more are no reading of a text. Compatibility forms of Unicode are up to 18, in 3 bytes each."""
DECODED = 100
"""Ids whose own text is asked for."""
LONGEST = 100_000
"""Characters of one token's text."""


def tr_later(sentence: str) -> str:
    """A sentence that translators have, as `models.translating` marks them: nothing of ours can be imported here."""
    return sentence


def main() -> None:
    """Judge the tokenizer in the file named first, on the texts that come as a JSON list on stdin."""
    _limit()
    from tokenizers import Tokenizer

    said = None
    try:
        tokenizer = Tokenizer.from_file(sys.argv[1])
        tokenizer.no_truncation()
        tokenizer.no_padding()
    except BaseException as error:  # a panic of Rust code is no Exception
        said = tr_later(f"cannot be read ({_short(error)})")
    else:
        try:
            why = _judged(tokenizer, json.load(sys.stdin))
        except BaseException as error:
            why = tr_later(f"it breaks down on some texts ({_short(error)})")
        said = why and tr_later(f"cannot be used, {why}")
    print(json.dumps({"said": said}), flush=True)
    os._exit(0)


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:160] or type(error).__name__


def _judged(tokenizer: object, texts: list[str]) -> str | None:
    """Why a tokenizer cannot be used, by what it makes of some texts and of single tokens."""
    for text in texts:
        why = _tried(tokenizer, text)
        if why is not None:
            return why
    size = tokenizer.get_vocab_size()  # type: ignore[attr-defined]
    for number in range(0, size, max(1, size // DECODED)):
        if len(tokenizer.decode([number], skip_special_tokens=False)) > LONGEST:  # type: ignore[attr-defined]
            return tr_later(f"a single token of it stands for more than {LONGEST:,} characters")
    return None


def _tried(tokenizer: object, text: str) -> str | None:
    began = time.process_time()
    made = len(tokenizer.encode(text).ids)  # type: ignore[attr-defined]
    shown = tr_later(f"a text such as {text[:12]!r}, {len(text):,} characters long")
    if made > PIECES * len(text) + 1_000:
        return tr_later(f"it makes {made:,} tokens of {shown}")
    if time.process_time() - began > SECONDS:
        return tr_later(f"it takes {time.process_time() - began:.1f} s for {shown}")
    return None


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    seconds, memory = int(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform.startswith("linux"):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


if __name__ == "__main__":
    main()
