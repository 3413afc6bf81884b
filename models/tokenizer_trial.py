"""Trying a tokenizer before it is let into a process: Rust code that loops, grows or panics cannot be stopped from within.

A child reads the file and cuts texts made of the very characters that its rules look for, long and repeated: what takes
time or space without bound shows on these. What was found is kept by the hash of the file; it costs about a second, once.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache as cache_results
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Any

import regex

from models import tokenizer_child
from models.errors import CheckpointError
from models.files import VOCABULARY_BYTES, parse_json, read_bytes
from models.places import cache
from models.tokenizer_rules import Unbounded, check_rules, patterns
from models.translating import tr_later

TRIAL = 4
"""Version of this trial: what was kept under an older one is tried again."""
CPU_SECONDS = 30
PATIENCE_SECONDS = 600
"""Of waiting for the child on a machine with other work."""
MEMORY = 3 << 30
"""Bytes of address space for the child, beside forty times the file."""
LONG, SHORT = 8_000, 2_000
UNITS = 12
"""Characters and strings of its patterns that texts are made of."""
COMMON = ("a", "Z", "1", " ", "\n", "é", "中", "'", ".", "\u0301", "ﷺ", "🙂")
_ESCAPES = {
    "s": " ",
    "S": "a",
    "d": "1",
    "D": "a",
    "w": "a",
    "W": ".",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "R": "\n",
    "h": "1",
}
_CODED = re.compile(r"\\(?:x\{([0-9A-Fa-f]{1,6})\}|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{4}))")
"""A character by its number, in the three ways Oniguruma reads."""
_NAMED = re.compile(r"\\[pP]\{\^?(\w+)\}|\[:\^?(\w+):\]")
"""A class of characters by its name: a script, a category or one of POSIX."""


def check_tokenizer(path: Path, shown: Path | None = None) -> None:
    """Refuse a tokenizer.json that could hold up or bring down the process that uses it.

    Args:
        path: the file.
        shown: what messages call it.

    Raises:
        CheckpointError: in one sentence; also where the file cannot be read, or is no JSON.
    """
    data = read_bytes(path, VOCABULARY_BYTES)
    mark = _mark(data)
    if mark is not None and mark.exists():
        return
    parsed = parse_json(path, data)
    try:
        check_rules(parsed)
    except Unbounded as error:
        raise _refusal(shown or path, tr_later(f"cannot be used, {error}")) from None
    said = _tried(path, trial_inputs(parsed), len(data))
    if said is not None:
        raise _refusal(shown or path, said)
    if mark is not None:
        with contextlib.suppress(OSError):  # a cache that cannot be written to is not an error
            mark.parent.mkdir(exist_ok=True)
            mark.touch()


def trial_inputs(data: Mapping[str, Any]) -> list[str]:
    """Texts on which rules without bounds show: common characters, and those that the rules of a tokenizer look for."""
    units = list(dict.fromkeys(unit for pattern in patterns(data) for unit in _units(pattern)))[: 4 * UNITS]
    texts = [unit * (SHORT // len(unit)) for unit in COMMON]
    texts.append("The film was a quiet delight, it's 1999: http://a.b/c?d=e#f — «naïve» 它的味道 e\u0301 🙂\n\n" * 40)
    # what a repetition may not be followed by, in characters that normalizers leave as they are, and all that may come
    # after it: some expressions look for that first
    rest = "~9\x01" + "".join(dict.fromkeys("".join(units)))
    for unit in units:
        texts += [unit * (LONG // len(unit)) + end for end in ("", "~", "9", "\x01", rest)]
    for first, second in product(units[:UNITS], repeat=2):
        if first != second:
            texts.append((first + second) * (SHORT // len(first + second)) + rest)
    return texts


def _units(pattern: str) -> list[str]:
    """The strings of letters in a pattern, the characters of these, and one of each class it names."""
    classes = [_ESCAPES[one] for one in re.findall(r"\\([sSdDwWnrtRh])", pattern)]
    classes += ["a", "Z", "é", "中"] if r"\p{L" in pattern else []
    classes += ["1"] if r"\p{N" in pattern else []
    classes += [one for name in dict.fromkeys(_NAMED.findall(pattern)) for one in _of_class("".join(name))]
    numbers = [int("".join(digits), 16) for digits in _CODED.findall(pattern)]
    coded = [chr(one) for one in numbers if one <= sys.maxunicode and not 0xD800 <= one <= 0xDFFF]
    bare = re.sub(r"\\[pP]\{\^?\w+\}|\\[a-zA-Z]|\{[\d,]*\}", "\0", _CODED.sub("\0", pattern))
    runs = [run for run in re.findall(r"[^\0\\()\[\]{}|?*+^$]+", bare) if len(run) <= 100]
    return [*runs, *(one for run in runs for one in run), *coded, *classes]


@cache_results
def _of_class(name: str) -> tuple[str, ...]:
    """The first character of a class that expressions call by name, and one of its middle."""
    try:
        found = regex.findall(rf"\p{{{name}}}", _plane())
    except regex.error:
        return ()  # no such class there; where the tokenizer knows it, the other characters are left
    return tuple(dict.fromkeys(found[at] for at in (0, len(found) // 2))) if found else ()


@cache_results
def _plane() -> str:
    """Every character of Unicode's first planes, halves left out."""
    return "".join(chr(one) for one in range(0x20000) if not 0xD800 <= one <= 0xDFFF)


def _tried(path: Path, texts: Sequence[str], size: int) -> str | None:
    """How a sentence about the tokenizer goes on; None: nothing is wrong."""
    command = [
        sys.executable,
        "-I",
        str(Path(tokenizer_child.__file__)),
        str(path),
        str(CPU_SECONDS),
        str(MEMORY + 40 * size),
    ]
    environment = {**os.environ, "TOKENIZERS_PARALLELISM": "false", "RUST_BACKTRACE": "0"}
    try:
        done = subprocess.run(
            command,
            input=json.dumps(texts).encode(),
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            env=environment,
            check=False,
        )
        found = json.loads(done.stdout.splitlines()[-1])["said"]
    except subprocess.TimeoutExpired:
        return tr_later("cannot be used, it comes to no end on some texts")
    except OSError as error:
        return tr_later(f"cannot be tried, for no process can be started ({error.strerror})")
    except (ValueError, IndexError, KeyError, TypeError):
        return tr_later(
            f"cannot be used, it comes to no end on some texts, or takes more than {(MEMORY + 40 * size) >> 20:,} MB"
        )
    return None if found is None else str(found)


def _refusal(path: Path, why: str) -> CheckpointError:
    return CheckpointError(f"{path}: the tokenizer {why}; use the tokenizer.json of the model's own source.")


def _mark(data: bytes) -> Path | None:
    """The file whose being there says that a tokenizer was found sound; None without a cache."""
    name = f"tokenizer-{hashlib.sha256(data).hexdigest()[:32]}-v{TRIAL}-{version('tokenizers')}"
    with contextlib.suppress(OSError):
        return cache() / "trials" / name
    return None
