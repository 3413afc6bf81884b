"""Every sentence of the sources that a catalog can reach: what is said by `tr`, `tr_n` and `tr_later`, and what stands in files."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SAID = {"tr": 1, "tr_later": 1, "tr_n": 2}
"""Functions of `audit.language.translating` and how many sentences, in the first places, each takes."""

FOLDERS = ("audit", "dashboard", "models")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the sources.

    Attributes:
        one: in English; many: the form for several, or empty.
        key: the key it is kept under in a file of sentences, or empty.
        place: `path:line` in the repository.
    """

    one: str
    many: str
    key: str
    place: str


def everything(root: Path) -> list[Sentence]:
    """Every sentence of a repository: of its modules, then of its files, each once."""
    from audit.language.sentences import keyed_files

    found: dict[tuple[str, str, str], Sentence] = {}
    modules = (path for folder in FOLDERS for path in sorted((root / folder).rglob("*.py")))
    for sentence in (*(s for path in modules for s in in_code(path, root)), *keyed_files(root)):
        found.setdefault((sentence.key, sentence.one, sentence.many), sentence)
    return list(found.values())


def in_code(path: Path, root: Path) -> Iterator[Sentence]:
    """The sentences of a module in their order.

    Raises:
        ValueError: one of them is no literal, so that no catalog could ever have it.
    """
    shown = path.relative_to(root).as_posix()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAID):
            continue
        given = node.args[: SAID[node.func.id]]
        texts = [part.value for part in given if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        named = (
            node.func.id == "tr" and len(given) == 1 and isinstance(given[0], ast.Name | ast.Subscript | ast.Attribute)
        )
        if named:  # a sentence that is marked elsewhere
            continue
        if len(texts) != SAID[node.func.id]:
            raise ValueError(f"{shown}:{node.lineno}: what {node.func.id}() says is not written out")
        yield Sentence(texts[0], texts[1] if len(texts) > 1 else "", "", f"{shown}:{node.lineno}")


def in_file(path: Path, root: Path) -> Iterator[Sentence]:
    """The sentences of a TOML file by their keys, those named `text` and the like as well as the others."""
    shown = path.relative_to(root).as_posix()
    for key, text in flat(tomllib.loads(path.read_text(encoding="utf-8"))).items():
        if text:  # an empty one says nothing in any language
            yield Sentence(text, "", key, shown)


def flat(data: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """The texts of a nested mapping by their dotted keys, lines put together."""
    found: dict[str, str] = {}
    for name, value in data.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            found |= flat({str(place): item for place, item in enumerate(value, start=1)}, f"{prefix}{name}.")
        elif isinstance(value, str):
            found[f"{prefix}{name}"] = " ".join(value.split())
    return found
